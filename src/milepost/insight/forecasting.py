"""How many are to be expected: counts by day forecast by weekday and trend, or by the week before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from rich.text import Text

from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.engine.series import Array, Series, series
from milepost.errors import QuestionError
from milepost.insight import numbers
from milepost.insight.answering import Shown
from milepost.insight.judging import (
    FEWEST_DAYS,
    Expected,
    Judged,
    Record,
    by_model,
    by_season,
    judge,
)
from milepost.insight.layout import broken, right, rule
from milepost.insight.measuring import metrics_of
from milepost.insight.visible import visible
from milepost.metrics.definition import Metric
from milepost.metrics.estimators import Total
from milepost.stats.forecast import CountModel, fit_counts

LONGEST_AHEAD = 366
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_BAR = 12
Method = Literal["weekday and trend", "week before"]


@dataclass(frozen=True, slots=True)
class Expect:
    """A day to come: the expected count, and the intervals that 80 and 95 of 100 such days keep."""

    day: date
    expected: float
    low_80: float
    high_80: float
    low_95: float
    high_95: float


@dataclass(frozen=True, slots=True)
class History:
    """The days that the forecast rests on: `n` known ones from `since` to `until` (exclusive)."""

    since: date
    until: date
    n: int
    zeros: int
    total: float


@dataclass(frozen=True, slots=True, repr=False)
class Forecast(Shown):
    """Counts to expect by day, by the method that was less far off before.

    `dispersion` is Pearson's of the Poisson model, `theta` the size of the negative binomial (None:
    Poisson would do), `growth` the trend in per cent a week; None where no model could be fitted.
    """

    metric: str
    definition: str
    title: str
    touchpoint: str | None
    where: str | None
    history: History
    method: Method
    dispersion: float | None
    theta: float | None
    growth: float | None
    judged: Judged | None
    days: tuple[Expect, ...]
    notes: tuple[str, ...]

    @property
    def total(self) -> float:
        """The expected count of all days together."""
        return sum(day.expected for day in self.days)

    def to_data(self) -> dict[str, Any]:
        """Plain data at full precision; days as ISO texts, coverage in per cent."""
        judged = self.judged and {
            "origins": self.judged.origins, "ahead_days": self.judged.ahead,
            "model": _record_data(self.judged.model), "naive": _record_data(self.judged.naive),
        }  # fmt: skip
        return {
            "metric": self.metric, "definition": self.definition, "touchpoint": self.touchpoint,
            "where": self.where, "history": _plain(asdict(self.history)), "method": self.method,
            "dispersion": self.dispersion, "theta": self.theta, "growth_a_week": self.growth,
            "judged": judged, "total": self.total,
            "days": [_plain(asdict(day)) for day in self.days], "notes": list(self.notes),
        }  # fmt: skip

    def lines(self, *, width: int) -> Iterator[Text]:
        """A row a day, then how far such forecasts were off."""
        where = f" where {visible(self.where)}" if self.where else ""
        at = f" at {visible(self.touchpoint)}" if self.touchpoint else ""
        first, last = self.days[0].day, self.days[-1].day
        heading = f"{self.title}{at}{where}: forecast for {first} to {last}"
        yield from broken(heading, width, style="bold")
        told = self.history
        yield from broken(
            f"from {told.n:,} days, {told.since} to {told.until - timedelta(days=1)}"
            f" ({told.total:,.0f} in all); method: {self.method}",
            width, style="dim",
        )  # fmt: skip
        yield Text(f"  {'day':<14} {'expected':>9} {'80 %':>13} {'95 %':>13}", "dim")
        yield rule(width)
        most = max(day.expected for day in self.days) or 1.0
        for day in self.days:
            bar = "█" * round(day.expected / most * _BAR) if width >= 70 else ""
            yield Text(
                f"  {_NAMES[day.day.weekday()]} {day.day} {right(_count(day.expected), 9)}"
                f" {right(_ends(day.low_80, day.high_80), 13)}"
                f" {right(_ends(day.low_95, day.high_95), 13)}  {bar}".rstrip()
            )
        yield Text(f"  {'all days':<14} {right(_count(self.total), 9)}", "bold")
        yield from (line for told in self._told() for line in broken(told, width))
        yield from (line for note in self.notes for line in broken(note, width, style="yellow"))

    def _told(self) -> Iterator[str]:
        if self.judged:
            yield _verdict(self.judged)
            yield _kept(self.judged, self.method)
        if self.growth is not None and self.method == "weekday and trend":
            spread = "negative binomial" if self.theta else "Poisson"
            yield (
                f"Counts vary {numbers.value(self.dispersion, 'score')} times as much as Poisson's"
                f" ({spread} intervals); the trend is {numbers.change(self.growth, 'percent')} %"
                " a week."
            )


def forecast(reader: Reader, name: str, question: Question, *, ahead: int) -> Forecast:
    """The counts of a metric for the days after the last known one. Raises QuestionError."""
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
    if judged is None:
        yield (
            f"How far such forecasts are off cannot be told: that needs {FEWEST_DAYS + ahead} days"
            f" and counts on them; ask for fewer with --ahead."
        )
    if model is None:
        yield "The model of weekday and trend cannot be fitted; the week before stands in."


def _longest(days: Sequence[date]) -> tuple[date, int]:
    """The first day of the longest run of consecutive days, and its length."""
    best, since, length = (days[0], 1), days[0], 1
    for before, day in pairwise(days):
        follows = day - before == timedelta(days=1)
        since, length = (since, length + 1) if follows else (day, 1)
        best = max(best, (since, length), key=lambda run: run[1])
    return best


def _verdict(judged: Judged) -> str:
    how = (
        f"Tried on {judged.origins} earlier day{'' if judged.origins == 1 else 's'},"
        f" {judged.ahead} days ahead each: the model was off by {_share(judged.model.wape)} of what"
        f" came, the week before repeated by {_share(judged.naive.wape)}."
    )
    if judged.model_better:
        return f"{how} The model did better."
    return f"{how} The week before did better, so it is the forecast here; the model adds nothing."


def _kept(judged: Judged, method: Method) -> str:
    record = judged.model if method == "weekday and trend" else judged.naive
    mase = numbers.value(record.mase, "score")
    return (
        f"Its 80 % intervals held {record.within_80 * 100:.0f} % of the days, its 95 % intervals"
        f" {record.within_95 * 100:.0f} % (MASE {mase}, pinball loss {record.pinball:.2f})."
    )


def _record_data(record: Record) -> dict[str, float | None]:
    return asdict(record) | {
        "within_80": record.within_80 * 100, "within_95": record.within_95 * 100,
    }  # fmt: skip


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in data.items()}


def _share(ratio: float | None) -> str:
    return numbers.NONE if ratio is None else f"{ratio * 100:.1f} %"


def _count(number: float) -> str:
    return f"{number:,.1f}" if number < 10 else f"{number:,.0f}"


def _ends(low: float, high: float) -> str:
    return f"{low:,.0f}–{high:,.0f}"
