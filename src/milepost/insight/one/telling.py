"""How one metric is told: its trend, and what its latest closed period is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from milepost.engine import cuts
from milepost.engine.definition import boxes_on, example_sql
from milepost.engine.history import history
from milepost.engine.periods import spans_of, whole
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.errors import DataError, QuestionError
from milepost.insight import sentences
from milepost.insight.cells import Cell
from milepost.insight.customers.cohort import Cohort
from milepost.insight.customers.counting import cohorts
from milepost.insight.measuring import answered, metrics_of
from milepost.insight.notes import notes_of
from milepost.insight.one.asking import COHORTS, PERIODS, Cut, Fed, Happened, One, OneMetric
from milepost.insight.one.spread import bars, bins
from milepost.insight.outlining import CHANNEL
from milepost.metrics.definition import Metric
from milepost.metrics.quantile import Quantile

# Facts whose rows tell who comes back or stays, and what is made of them that tells something else.
_OF_RETURN = frozenset(("orders", "customers", "subscriptions", "visits"))
_NOT_OF_RETURN = frozenset(("visitors", "referrers"))


def one(reader: Reader, asked: OneMetric) -> One:
    """A metric from every side."""
    question = Question(
        metrics=(asked.metric,), touchpoint=asked.touchpoint, every=asked.every, since=asked.since,
        until=asked.until, where=asked.where,
    )  # fmt: skip
    (metric,) = metrics_of(reader, question)
    found = answered(reader, _long(reader, metric, question)).cells
    levels = tuple(dict.fromkeys(cell.touchpoint for cell in found))
    trend = tuple(cell for cell in found if cell.touchpoint == asked.touchpoint)
    cell = _latest(trend)
    spread = replace(asked, since=cell.since, until=cell.until) if cell else None
    return One(
        trend=trend, happened=tuple(happened(reader, metric, asked.touchpoint)), cell=cell,
        cuts=tuple(_cuts(reader, metric, question, cell)) if cell else (), touchpoints=levels,
        bars=bars(reader, metric, spread) if spread else (),
        bins=bins(reader, metric, spread) if spread else (),
        median=cell.value if cell and _of_half(metric) else None,
        cohorts=_cohorts(reader, metric, asked), sql=example_sql(metric, reader.project), boxes=tuple(map(str, boxes_on(metric, reader.project))),
        fed=tuple(_fed(reader, metric)), notes=notes_of(reader, question, (metric,), found),
    )  # fmt: skip


def _long(reader: Reader, metric: Metric, question: Question) -> Question:
    """The question with a past: the last periods, and the running one with what it has so far.

    One whole period that is asked for has a past too; other days are told as they are asked for.
    """
    spans, calendar = spans_of(reader, (metric,), question), reader.project.calendar
    if not spans or spans[-1].every == "all":
        return replace(question, touchpoint=None)
    first = spans[-1]
    chosen = question.since or question.until
    if chosen and (len(spans) > 1 or not whole(calendar, first)):
        return replace(question, touchpoint=None)
    for _ in range(PERIODS - 1):
        first = calendar.previous(first)
    return replace(question, touchpoint=None, every=first.every, since=first.since)


def _of_half(metric: Metric) -> bool:
    return isinstance(metric.estimator, Quantile) and metric.estimator.at == 0.5


def _latest(trend: tuple[Cell, ...]) -> Cell | None:
    """The last closed number; of nothing closed the running one."""
    told = [cell for cell in trend if cell.value is not None]
    closed = [cell for cell in told if cell.complete]
    return next(iter(closed[-1:] or told[-1:] or trend[-1:]), None)


def happened(reader: Reader, metric: Metric, touchpoint: str | None) -> Iterator[Happened]:
    """What a reader of a metric's trend should know: notes, initiatives that aim at it, definitions."""
    plan = reader.project.plan
    for note in plan.notes:
        yield Happened(note.day, note.text)
    for each in plan.initiatives:
        aim = each.aims_at
        if aim is None or (
            aim.metric in (metric.name, metric.base) and aim.touchpoint in (None, touchpoint)
        ):
            yield Happened(each.started, each.name)
    yield from _redefined(reader, metric, touchpoint)


def _redefined(reader: Reader, metric: Metric, touchpoint: str | None) -> Iterator[Happened]:
    """Where what was told before was told by another definition."""
    try:
        records = history(reader.project.store)
    except DataError:
        return
    mine = [r for r in records if (r.metric, r.touchpoint) == (metric.name, touchpoint)]
    for before, now in pairwise(mine):
        if before.definition != now.definition:
            told = sentences.BECAME.format(before=before.definition, now=now.definition)
            yield Happened(now.measured_at.date(), told)


def _cuts(reader: Reader, metric: Metric, question: Question, cell: Cell) -> Iterator[Cut]:
    """The latest period by each declared segment and by channel, each against all others."""
    known = (
        set(cuts.segments(reader, metric.fact)) - set(cuts.hidden(reader, metric)) - {metric.split}
    )
    for name in (*reader.project.plan.segments, CHANNEL):
        if name in known:
            found = _cut(reader, question, cell, name)
            if found and len(found.cells) > 1:
                yield found


def _cut(reader: Reader, question: Question, cell: Cell, name: str) -> Cut | None:
    asked = replace(
        question, by=(name,), since=cell.since, until=cell.until, against="rest",
        every=question.every or reader.project.plan.every, touchpoint=question.touchpoint,
    )  # fmt: skip
    try:
        cells = answered(reader, asked).cells
    except QuestionError:
        return None
    here = [c for c in cells if c.touchpoint == question.touchpoint]
    ranked = sorted(here, key=lambda c: _rank(c, cell.good))
    return Cut(name, tuple(ranked), cell, _told_apart(ranked))


def _cohorts(reader: Reader, metric: Metric, asked: OneMetric) -> tuple[Cohort, ...]:
    """The cohorts of the company's customers, by the metric's fact; none where there are none."""
    about = metric.derived is not None and metric.derived.name not in _NOT_OF_RETURN
    if asked.touchpoint or not about or metric.fact not in _OF_RETURN:
        return ()
    try:
        asked_of = Question(every=COHORTS, where=asked.where)
        return cohorts(reader, asked_of, fact=metric.fact).cohorts
    except QuestionError:
        return ()


def _rank(cell: Cell, good: str) -> tuple[bool, float]:
    """The best first; what cannot be shown comes last."""
    value = cell.value or 0.0
    return cell.value is None, value if good == "low" else -value


def _told_apart(cells: list[Cell]) -> bool:
    """Whether the first and the last are surely not the same."""
    told = [c for c in cells if c.low is not None and c.high is not None]
    if len(told) < 2:
        return False
    first, last = told[0], told[-1]
    low, high = sorted((first, last), key=lambda c: c.value or 0.0)
    return (low.high or 0.0) < (high.low or 0.0)


def _fed(reader: Reader, metric: Metric) -> Iterator[Fed]:
    for source in reader.bringing(metric):
        account = reader.account(source)
        blank = sum(n for question in account.questions for n in question.not_answered.values())
        yield Fed(
            source.name, account.records, account.rows, account.excluded, blank,
            account.rejected_records + account.rejected_answers,
        )  # fmt: skip
