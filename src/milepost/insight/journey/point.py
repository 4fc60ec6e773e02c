"""How one touchpoint is told: each of its signals over thirteen periods, and what people wrote there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from milepost.engine import cuts
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.errors import QuestionError, UnknownName
from milepost.insight.cells import LONGEST_COURSE, Cell
from milepost.insight.journey.asking import Course, OnePoint, PointTold, Said
from milepost.insight.journey.moments import words_at
from milepost.insight.measuring import answered
from milepost.insight.one.telling import happened
from milepost.insight.signals import SignalAt, signals

_WORDS = 12


def point_told(reader: Reader, asked: OnePoint) -> PointTold:
    """A touchpoint's signals over time, words and marks."""
    names = [point.name for point in reader.project.plan.touchpoints]
    if asked.name not in names:
        raise UnknownName("touchpoint", asked.name, names)
    mine = [signal for signal in signals(reader) if signal.touchpoint == asked.name]
    courses = tuple(_courses(reader, asked, mine))
    told = {
        mark: None
        for s in mine
        for mark in happened(reader, reader.project.metrics[s.metric], s.level)
    }
    return PointTold(courses, _said(reader, asked, courses), tuple(told))


def _courses(reader: Reader, asked: OnePoint, mine: list[SignalAt]) -> Iterator[Course]:
    calendar = reader.project.calendar
    first = calendar.span_of(asked.since, asked.every)
    for _ in range(LONGEST_COURSE - 1):
        first = calendar.previous(first)
    question = Question(every=asked.every, since=first.since, until=asked.until, where=asked.where)
    for signal in mine:
        metric = reader.project.metrics[signal.metric]
        if not reader.has(metric) or (asked.where and not cuts.can(reader, metric, asked.where)):
            continue
        try:
            cells = answered(reader, replace(question, metrics=(signal.metric,))).cells
        except QuestionError:
            continue
        here = tuple(cell for cell in cells if cell.touchpoint == signal.level)
        if here:
            yield Course(
                signal.kind, signal.metric, metric.label, signal.headline, signal.of_company, here
            )


def _said(reader: Reader, asked: OnePoint, courses: tuple[Course, ...]) -> tuple[Said, ...]:
    """The latest words beside the touchpoint's headline in its last period."""
    asked_of = [c.cells[-1] for c in courses if c.kind == "perception" and not c.of_company]
    last: Cell | None = next(iter(asked_of), None)
    if last is None:
        return ()
    cell = replace(last, since=asked.since, until=asked.until)
    return words_at(reader, cell, asked.where, order="latest", limit=_WORDS)
