"""How many are to be expected: counts by day forecast by weekday and trend, or by the week before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from milepost.engine.cuts import check_touchpoint
from milepost.engine.facts import Progress, silent
from milepost.engine.project import Project
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.engine.series import Array, Series, series
from milepost.errors import QuestionError
from milepost.insight.ahead.forecasts import Expect, Forecast, History
from milepost.insight.ahead.judging import FEWEST_DAYS, Expected, Judged, by_model, by_season, judge
from milepost.insight.answering import made_of
from milepost.insight.asking import Day, question_of
from milepost.insight.measuring import metrics_of
from milepost.metrics.definition import Metric
from milepost.metrics.estimators import Total
from milepost.plan.calendar import parse_duration
from milepost.stats.forecast import CountModel, fit_counts

LONGEST_AHEAD = 366


def forecast_of(
    project: Project,
    metric: str,
    *,
    ahead: str | timedelta = "28d",
    touchpoint: str | None = None,
    since: Day | None = None,
    until: Day | None = None,
    where: str | None = None,
    mark: str = "",
    progress: Progress = silent,
) -> Forecast:
    """The forecast that its parts ask for. Raises PlanError, DataError or QuestionError."""
    question = question_of(touchpoint=touchpoint, since=since, until=until, where=where, mark=mark)
    length = parse_duration(ahead) if isinstance(ahead, str) else ahead
    return made_of(
        project, lambda reader: forecast(reader, metric, question, ahead=length.days),
        progress=progress,
    )  # fmt: skip


def forecast(reader: Reader, name: str, question: Question, *, ahead: int) -> Forecast:
    """The counts of a metric for the days after the last known one. Raises QuestionError."""
    check_touchpoint(reader, question)
    (metric,) = metrics_of(reader, replace(question, metrics=(name,)))
    _check(metric, ahead)
    found = series(reader, metric, replace(question, every="day"))
    counts = _trimmed(found)
    if np.isfinite(counts).sum() < FEWEST_DAYS:
        raise QuestionError(
            f"a forecast of '{name}' needs {FEWEST_DAYS} days that have ended;"
            f" {np.isfinite(counts).sum()} are known"
        )
    first = found.spans[0].since
    weekdays = (first.weekday() + np.arange(len(counts) + ahead)) % 7
    judged = judge(counts, weekdays, ahead=ahead)
    model, naive = by_model(counts, weekdays, ahead), by_season(counts, ahead)
    use_model = model is not None and (judged is None or judged.model_better or naive is None)
    told = model if use_model else naive
    if told is None:
        raise QuestionError(f"'{name}' cannot be forecast: nothing but zeros, or gaps, are known")
    fitted = fit_counts(counts, weekdays[: len(counts)], times=np.arange(len(counts)))
    after = first + timedelta(days=len(counts))
    return Forecast(
        metric=name, definition=reader.project.version(metric), title=metric.title,
        touchpoint=question.touchpoint, where=question.where,
        history=History(
            first, after, int(np.isfinite(counts).sum()), len(found.zeros), float(np.nansum(counts))
        ),
        method="weekday and trend" if use_model else "week before",
        **_fit_of(fitted), judged=judged, days=tuple(_days(after, told)),
        notes=tuple(_notes(found, counts, ahead, judged=judged, model=model)),
    )  # fmt: skip


def _check(metric: Metric, ahead: int) -> None:
    if not isinstance(metric.estimator, Total) or metric.unit != "count" or metric.derived:
        raise QuestionError(
            f"'{metric.name}' is no count that adds up by day; a forecast takes one such as orders,"
            " tickets or contact_volume"
        )
    if not 1 <= ahead <= LONGEST_AHEAD:
        raise QuestionError(f"ahead {ahead:,} days: expected 1 to {LONGEST_AHEAD}")


def _trimmed(found: Series) -> Array:
    """The counts up to the last known one; what is not known before it stays NaN."""
    known = np.flatnonzero(np.isfinite(found.values))
    return found.values[: known[-1] + 1] if len(known) else found.values[:0]


def _fit_of(fitted: CountModel | None) -> dict[str, float | None]:
    if fitted is None:
        return {"dispersion": None, "theta": None, "growth": None}
    growth = float(np.expm1(7 * fitted.coefficients[-1])) * 100
    theta = fitted.theta if np.isfinite(fitted.theta) else None
    return {"dispersion": fitted.dispersion, "theta": theta, "growth": growth}


def _days(first: date, told: Expected) -> Iterator[Expect]:
    expected, at = told
    for number, value in enumerate(expected):
        ends = (float(at[share][number]) for share in (0.1, 0.9, 0.025, 0.975))
        yield Expect(first + timedelta(days=number), float(value), *ends)


def _notes(
    found: Series, counts: Array, ahead: int, *, judged: Judged | None, model: Expected | None
) -> Iterator[str]:
    zeros = [span.since for span in found.zeros]
    if zeros:
        yield f"{len(zeros):,} days between the first and the last have no row and count as 0."
        since, length = _longest(zeros)
        if length > 7:
            yield (
                f"{length} of them follow each other from {since} on: if data is missing there,"
                " begin after them with --since."
            )
    unknown = int(np.isnan(counts).sum())
    if unknown:
        yield f"{unknown:,} days are in no source's time and are left out."
    if found.running:
        yield "The day that has not ended is left out."
    if _cut_short(counts, found.spans[0].since):
        last = found.spans[len(counts) - 1].since
        yield (
            f"The last day, {last}, has only {counts[-1]:,.0f}: if its data is not whole, leave it"
            f" out with --until {last}."
        )
    if judged is None:
        yield (
            f"How far such forecasts are off cannot be told: that needs {FEWEST_DAYS + ahead} days"
            f" and counts on them; ask for fewer with --ahead."
        )
    if model is None:
        yield "The model of weekday and trend cannot be fitted; the week before stands in."


def _cut_short(counts: Array, first: date) -> bool:
    """Whether the last day has less than 99 of 100 such days would."""
    weekdays = (first.weekday() + np.arange(len(counts))) % 7
    model = fit_counts(counts[:-1], weekdays[:-1], times=np.arange(len(counts) - 1))
    if model is None or weekdays[-1] not in model.slots:
        return False
    last = model.quantiles(0.01, weekdays[-1:], times=[len(counts) - 1])
    return bool(counts[-1] < last[0])


def _longest(days: Sequence[date]) -> tuple[date, int]:
    """The first day of the longest run of consecutive days, and its length."""
    best, since, length = (days[0], 1), days[0], 1
    for before, day in pairwise(days):
        follows = day - before == timedelta(days=1)
        since, length = (since, length + 1) if follows else (day, 1)
        best = max(best, (since, length), key=lambda run: run[1])
    return best
