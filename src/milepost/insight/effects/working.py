"""Did an initiative work: the metric it aims at before and after, beside a control, and the price."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np

from milepost.engine import cuts, sql
from milepost.engine.facts import Progress, silent
from milepost.engine.project import Project
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.engine.series import Array, Series, series, series_by
from milepost.errors import QuestionError, UnknownName
from milepost.insight.answering import made_of
from milepost.insight.asking import Day, one_of, question_of
from milepost.insight.effects.controls import beside, by_customer, by_unit
from milepost.insight.effects.courses import Cut, course, cut
from milepost.insight.effects.event import has_price, price_around
from milepost.insight.effects.initiative import Aimed, Initiative, Point
from milepost.insight.measuring import metrics_of
from milepost.metrics.definition import Metric
from milepost.metrics.estimators import Quantile, Total
from milepost.plan import model
from milepost.stats.initiatives import Effect

PERIODS = ("day", "week", "month")
MOST_SKIPPED = 366
ENOUGH = 24  # periods a side
# Periods just before the start, which may have been why it was started.
_LAST = 4
_NEAR = timedelta(days=28)
_SEGMENT = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*([^'\"=<>()]+?)\s*")


def effect_of(
    project: Project,
    initiative: str,
    *,
    every: str = "week",
    control: str | None = None,
    by: str | None = None,
    where: str | None = None,
    since: Day | None = None,
    until: Day | None = None,
    skip: int = 0,
    price: bool = False,
    mark: str = "",
    progress: Progress = silent,
) -> Initiative:
    """What moved since an initiative started. Raises PlanError, DataError or QuestionError."""
    if not 0 <= skip <= MOST_SKIPPED:
        raise QuestionError(f"{mark}skip {skip} days: expected 0 to {MOST_SKIPPED}")
    if by is not None and control is None:
        raise QuestionError(f"{mark}by names the units beside a control: state {mark}control too")
    question = question_of(
        by=by or (), every=one_of(f"{mark}every", every, PERIODS), since=since, until=until, where=where,
        mark=mark,
    )  # fmt: skip
    return made_of(
        project,
        lambda reader: effect(
            reader, initiative, question, control=control, skip=skip, priced=price
        ),
        progress=progress,
    )


def effect(
    reader: Reader,
    name: str,
    question: Question,
    *,
    control: str | None = None,
    skip: int = 0,
    priced: bool = False,
) -> Initiative:
    """What moved since an initiative started; `question` has the period, time and condition.

    `control` is a condition on rows that it cannot have touched, or `segment=value`, and the
    question's segment tells the units on both sides apart; `skip` days of the launch are left out; `priced` asks for the share price alone. Raises QuestionError.
    """
    plan = reader.project.plan
    found = next((one for one in plan.initiatives if one.name == name), None)
    if found is None:
        raise UnknownName("initiative", name, [one.name for one in plan.initiatives])
    share = price_around(reader, day=found.started) if priced or has_price(reader) else None
    if priced or (found.aims_at is None and share):
        return Initiative(name, found.started, found.cost, None, share, ())
    if found.aims_at is None:
        raise QuestionError(f"initiative '{name}' aims at nothing; state its 'aims_at' in the plan")
    aim = found.aims_at
    asked = replace(question, metrics=(aim.metric,), touchpoint=aim.touchpoint)
    aimed, treated = _aimed(reader, found, asked, control, skip)
    notes = tuple(_notes(reader, found, aimed, treated))
    return Initiative(name, found.started, found.cost, aimed, share, notes)


def _aimed(
    reader: Reader, found: model.Initiative, asked: Question, control: str | None, skip: int
) -> tuple[Aimed, Cut]:
    (metric,) = metrics_of(reader, asked)
    if metric.split:
        raise QuestionError(f"'{metric.name}' is a share of each {metric.split}, not one number")
    condition = _condition(reader, metric, control) if control else None
    plain = replace(asked, by=())
    other = series(reader, metric, replace(plain, where=condition)) if condition else None
    if other is not None and not np.nansum(np.abs(other.values)):
        raise QuestionError(f"no row of '{metric.name}' meets --control {control}")
    treated = cut(
        series(reader, metric, _rest(reader, metric, plain, condition)), found.started, skip=skip
    )
    every = asked.every or "week"
    told, expected = course(treated, every=every), None
    compared = None
    if other is not None and condition:
        difference = (
            _by_unit(reader, metric, asked, condition, treated)
            if asked.by else by_customer(metric, treated, other)
        )  # fmt: skip
        units = asked.by[0] if asked.by else None
        compared, expected = beside(condition, treated, other, units=units, difference=difference)
    return Aimed(
        metric=metric.name, definition=reader.project.version(metric), title=metric.title,
        unit=metric.unit, good=reader.project.good(metric, asked.touchpoint),
        touchpoint=asked.touchpoint, where=asked.where, every=every,
        points=_points(treated, other, expected), start=treated.start, course=told,
        beside=compared, adds_up=isinstance(metric.estimator, Total),
    ), treated  # fmt: skip


def _by_unit(
    reader: Reader, metric: Metric, asked: Question, condition: str, treated: Cut
) -> Effect:
    rest, spans = _rest(reader, metric, asked, condition), treated.series.spans
    sides = [
        series_by(reader, metric, question, spans)
        for question in (rest, replace(asked, where=condition))
    ]
    found = by_unit(*sides, cut=treated)
    if found is None:
        there, others = map(len, sides)
        raise QuestionError(
            f"--by {asked.by[0]} takes two units or more on each side, which vary; there are {there}"
            f" and {others} of the control"
        )
    return found


def _condition(reader: Reader, metric: Metric, control: str) -> str:
    """The control as a condition; `country=SE` is written out where SE is no column."""
    bare = _SEGMENT.fullmatch(control)
    if bare and bare[2] not in reader.columns[metric.fact] and not _plain(bare[2]):
        value = sql.sql(":c = :v", c=sql.column(bare[1]), v=sql.text(bare[2]))
        control = sql.render(value)
    return sql.render(cuts.condition(reader, metric.fact, control))


def _plain(value: str) -> bool:
    """Whether a word stands for itself in SQL."""
    return bool(re.fullmatch(r"-?\d+(\.\d+)?|true|false|null", value, re.IGNORECASE))


def _rest(reader: Reader, metric: Metric, asked: Question, control: str | None) -> Question:
    """The question of all rows that are not the control's."""
    if control is None:
        return asked
    is_control = cuts.condition(reader, metric.fact, control)
    parts = [sql.sql("NOT coalesce(:c, FALSE)", c=is_control)]
    parts += [cuts.condition(reader, metric.fact, asked.where)] if asked.where else []
    return replace(asked, where=sql.render(sql.all_of(parts)))


def _points(treated: Cut, other: Series | None, expected: Array | None) -> tuple[Point, ...]:
    columns = [treated.values, other.values if other else None, expected]
    rows = zip(*(_known(column, len(treated.values)) for column in columns), strict=True)
    spans = treated.series.spans
    return tuple(Point(span.since, *row) for span, row in zip(spans, rows, strict=True))


def _known(values: Array | None, n: int) -> list[float | None]:
    if values is None:
        return [None] * n
    return [None if math.isnan(value) else value for value in values.tolist()]


def _notes(reader: Reader, found: model.Initiative, aimed: Aimed, treated: Cut) -> Iterator[str]:
    """What to keep in mind: few points, a bad time before, what else began, what was left out."""
    before, after = treated.sides
    if min(before, after) < ENOUGH:
        yield f"{ENOUGH} {aimed.every}s on each side would be better; here they are {before} and {after}."
    if aimed.course.seasons is None and aimed.every != "week":
        yield "Seasons are not taken out: two years before the start would tell them."
    if _unusual(treated.values[: treated.start], aimed):
        yield (
            f"The {_LAST} {aimed.every}s before the start were unusually"
            f" {'bad' if aimed.good != 'neither' else 'far off'}: some of the change would have"
            " come by itself."
        )
    others = [
        f"{one.name} ({one.started})"
        for one in reader.project.plan.initiatives
        if one.name != found.name and _meets(one, found, treated)
    ]
    if others:
        yield f"Began about then as well, and is in these figures too: {', '.join(others)}."
    if _unreached(reader.project.metrics[aimed.metric], treated):
        yield (
            f"{aimed.every.title()}s in which too few have come to it yet are left out, and those that"
            " are not look quick for it: end before them with --until."
        )
    lost = len(treated.values) - before - after
    if lost:
        yield (
            f"{lost} {aimed.every}{'s' if lost > 1 else ''} left out: of the launch, not known, or"
            " cut short by the data's ends."
        )


def _unreached(metric: Metric, treated: Cut) -> bool:
    """Whether a quantile of what is still open was not reached in some period since the start."""
    if not isinstance(metric.estimator, Quantile) or metric.estimator.open is None:
        return False
    since = treated.series.measured[treated.start :]
    return any(number is not None and number.estimate is None for number in since)


def _meets(one: model.Initiative, found: model.Initiative, treated: Cut) -> bool:
    return found.started - _NEAR <= one.started < treated.series.spans[-1].until


def _unusual(past: Array, aimed: Aimed) -> bool:
    """Whether the last periods before the start lay two standard errors to the bad side."""
    known = past[np.isfinite(past)]
    earlier, last = known[:-_LAST], known[-_LAST:]
    if len(earlier) < 2 * _LAST or not earlier.std(ddof=1):
        return False
    se = float(earlier.std(ddof=1)) * math.sqrt(1 / len(last) + 1 / len(earlier))
    off = (float(last.mean()) - float(earlier.mean())) / se
    return (
        abs(off) > 2 if aimed.good == "neither" else off * (1 if aimed.good == "high" else -1) < -2
    )
