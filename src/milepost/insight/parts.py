"""The parts of an answer: one metric's numbers each, with what they are compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from milepost.engine.answer import Measured, Place, measure
from milepost.engine.periods import whole
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.errors import QuestionError
from milepost.insight import comparison, wording
from milepost.insight.board import before
from milepost.insight.cells import Cell
from milepost.insight.comparison import Change, Judged
from milepost.insight.elapsed import beside_running
from milepost.insight.privacy import hidden, told_by
from milepost.insight.rest import rest_of
from milepost.insight.sisters import sisters, where
from milepost.insight.usual import MOST_CHANGES, Pair
from milepost.metrics.definition import Metric
from milepost.metrics.estimators import Total
from milepost.plan.calendar import Span

Seat = tuple[Place, Span]


@dataclass(frozen=True, slots=True)
class Part:
    """One metric's numbers, in the order of its levels, segments and periods.

    `earlier` has what a number is compared with, by its position, and `usual` the same of the
    periods before, where the metric is a full count; those `out` are hidden.
    """

    metric: Metric
    numbers: tuple[Measured, ...]
    earlier: Mapping[int, Measured]
    out: frozenset[Seat]
    usual: Mapping[int, Sequence[Pair]] = field(default_factory=dict)


def part(
    reader: Reader,
    metric: Metric,
    question: Question,
    spans: Sequence[Span],
    *,
    without: frozenset[tuple[str | None, Span]],
) -> Part:
    """The numbers of a metric in these periods, the cut ones without a comparison.

    `without` are the levels and periods whose numbers are judged elsewhere.
    """
    calendar = reader.project.calendar
    entire = tuple(span for span in spans if whole(calendar, span))
    short = tuple(span for span in spans if span not in entire)
    stretch = _with_earlier(reader, metric, question, entire)
    everything = measure(reader, metric, question, spans=stretch)
    cut = measure(reader, metric, question, spans=short)
    out = _hidden(reader, metric, question, everything + cut)
    out |= _told_by_whole(reader, metric, question, cut)
    everything += cut
    numbers = tuple(
        number
        for number in everything
        if number.span in spans and (number.place.touchpoint, number.span) not in without
    )
    seen = [number for number in everything if seat(number) not in out]
    earlier = _earlier(reader, metric, question, seen, numbers)
    return Part(metric, numbers, earlier, out, _usual(reader, metric, question, seen, numbers))


def judge(parts: Sequence[Part], *, conf: float) -> list[dict[int, Judged]]:
    """All comparisons of a question's closed periods, of all its metrics, as one family."""
    told: dict[tuple[int, int], Change] = {}
    for at, given in enumerate(parts):
        for index, number in enumerate(given.numbers):
            found = _change(given, index, number, conf)
            if found:
                told[at, index] = found
    judged: list[dict[int, Judged]] = [{} for _ in parts]
    for (at, index), one in zip(told, comparison.judge(list(told.values())), strict=True):
        judged[at][index] = one
    return judged


def cells_of(
    reader: Reader, given: Part, verdicts: Mapping[int, Judged], question: Question
) -> list[Cell]:
    """The cells of a part, once its changes are judged."""
    spans = tuple(dict.fromkeys(number.span for number in given.numbers))
    beside = sisters(reader, given.metric, question, spans)
    return [
        wording.cell(
            reader.project, number, earlier=given.earlier.get(index),
            judged=verdicts.get(index), course=None, question=question,
            sister=beside.get(where(number)), hide=seat(number) in given.out,
        )
        for index, number in enumerate(given.numbers)
    ]  # fmt: skip


def seat(number: Measured) -> Seat:
    """Where and when a number is taken."""
    return number.place, number.span


def _change(given: Part, index: int, number: Measured, conf: float) -> Change | None:
    if index not in given.earlier or not number.complete or seat(number) in given.out:
        return None
    return comparison.change(
        given.metric.estimator, given.earlier[index], number, conf=conf,
        earlier=given.usual.get(index, ()),
    )  # fmt: skip


def _hidden(
    reader: Reader, metric: Metric, question: Question, numbers: Sequence[Measured]
) -> frozenset[Seat]:
    fewest = reader.project.plan.privacy.min_group
    small = hidden(numbers, min_group=fewest, levels_add_up=not metric.survey)
    found = {seat(numbers[index]) for index in small}
    if question.pooled and any(number.protected for number in numbers):
        spans = tuple(dict.fromkeys(number.span for number in numbers))
        apart = measure(reader, metric, replace(question, pooled=False), spans=spans)
        found |= {seat(n) for n in numbers if told_by(n, apart, min_group=fewest)}
    return frozenset(found)


def _told_by_whole(
    reader: Reader, metric: Metric, question: Question, cut: Sequence[Measured]
) -> frozenset[Seat]:
    """Numbers of days cut out of a period that would tell the few left, beside the whole period."""
    calendar, fewest = reader.project.calendar, reader.project.plan.privacy.min_group
    if not any(number.protected for number in cut):
        return frozenset()
    around = {n.span: calendar.span_of(n.span.since, n.span.every) for n in cut}
    spans = tuple(sorted(set(around.values())))
    whole_of = {seat(n): n for n in measure(reader, metric, question, spans=spans)}
    return frozenset(
        seat(number)
        for number in cut
        if number.protected
        and 0
        < whole_of[number.place, around[number.span]].respondents - number.respondents
        < fewest
    )


def _with_earlier(
    reader: Reader, metric: Metric, question: Question, spans: Sequence[Span]
) -> tuple[Span, ...]:
    calendar = reader.project.calendar
    if question.against == "rest" or not spans:
        return tuple(spans)
    if isinstance(metric.estimator, Total):
        spans = before(calendar, spans, count=MOST_CHANGES)
    if question.against == "previous":
        return (calendar.previous(spans[0]), *spans)
    found = tuple(sorted({*spans, *(calendar.year_ago(span) for span in spans)}))
    if any(a.until > b.since for a, b in pairwise(found)):
        raise QuestionError(
            "--against year_ago needs periods of at most a year: this one would be compared with"
            " a part of itself; add --every year, or ask for fewer days"
        )
    return found


def _usual(
    reader: Reader,
    metric: Metric,
    question: Question,
    seen: Sequence[Measured],
    numbers: Sequence[Measured],
) -> dict[int, list[Pair]]:
    """For each number of a full count the periods before it, each with what it is compared with."""
    if not isinstance(metric.estimator, Total) or question.against == "rest":
        return {}
    calendar = reader.project.calendar
    back = calendar.previous if question.against == "previous" else calendar.year_ago
    known = {seat(number): number for number in seen if number.complete}
    found: dict[int, list[Pair]] = {}
    for index, number in enumerate(numbers):
        past = before(calendar, (number.span,), count=MOST_CHANGES)[:-1]
        pairs = ((known.get((number.place, back(s))), known.get((number.place, s))) for s in past)
        found[index] = [(then, now) for then, now in pairs if then and now]
    return found


def _earlier(
    reader: Reader,
    metric: Metric,
    question: Question,
    seen: Sequence[Measured],
    numbers: Sequence[Measured],
) -> dict[int, Measured]:
    """For each number of a whole period the one that it is compared with."""
    if question.against == "rest":
        fewest = reader.project.plan.privacy.min_group
        rest = rest_of(metric, numbers, conf=question.confidence)
        return {i: n for i, n in rest.items() if not n.protected or n.respondents >= fewest}
    calendar = reader.project.calendar
    back = calendar.previous if question.against == "previous" else calendar.year_ago
    known = {seat(number): number for number in seen}
    # A total of a running period has not counted to its end, so that it is beside no whole one.
    counted = isinstance(metric.estimator, Total)
    found = {
        index: known.get((number.place, back(number.span)))
        for index, number in enumerate(numbers)
        if number.whole and (number.complete or not counted)
    }
    running = beside_running(reader, metric, question, numbers) if counted else {}
    return running | {index: number for index, number in found.items() if number is not None}
