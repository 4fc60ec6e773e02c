"""The board: the scorecard's numbers over time, and the one family of comparisons each period has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from milepost.engine import cuts
from milepost.engine.answer import Measured, measure
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.insight.cells import LONGEST_COURSE
from milepost.insight.comparison import Change, Course, Judged, change, course, family, judge
from milepost.insight.privacy import hidden
from milepost.insight.signals import SignalAt, signals
from milepost.insight.sisters import plain
from milepost.plan.calendar import Calendar, Span

Spot = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Board:
    """Every signal of the scorecard in every period of a stretch.

    A spot is (metric, level); `by_span` finds its number in a period. Those that are `hidden`
    are too small a group to be shown, nor may a change or a course tell of them. `uncut` are the
    metrics whose rows do not tell what the question's condition is about.
    """

    signals: tuple[SignalAt, ...]
    spans: tuple[Span, ...]
    by_span: Mapping[tuple[Spot, Span], Measured]
    hidden: frozenset[tuple[Spot, Span]]
    confidence: float
    calendar: Calendar
    uncut: frozenset[str] = frozenset()

    def spots(self) -> tuple[Spot, ...]:
        """The scorecard's distinct numbers, in order; the company's is one however often shown."""
        return tuple(dict.fromkeys((signal.metric, signal.level) for signal in self.signals))

    def seen(self, spot: Spot, span: Span) -> Measured | None:
        """A number that may be shown; None where there is none."""
        return None if (spot, span) in self.hidden else self.by_span.get((spot, span))


def board(reader: Reader, question: Question, spans: Sequence[Span]) -> Board:
    """The board that judges these periods: they and the twelve before the first of them."""
    calendar = reader.project.calendar
    stretch = before(calendar, spans, count=LONGEST_COURSE - 1)
    wanted = signals(reader)
    found: dict[tuple[Spot, Span], Measured] = {}
    out: set[tuple[Spot, Span]] = set()
    uncut: set[str] = set()
    for name in dict.fromkeys(signal.metric for signal in wanted):
        metric = reader.project.metrics[name]
        if question.where and not cuts.can(reader, metric, question.where):
            uncut.add(name)
            continue
        cells = measure(reader, metric, plain(question), spans=stretch)
        small = hidden(
            cells, min_group=reader.project.plan.privacy.min_group,
            levels_add_up=not metric.survey,
        )  # fmt: skip
        keys = [((name, cell.place.touchpoint), cell.span) for cell in cells]
        found.update(zip(keys, cells, strict=True))
        out.update(keys[index] for index in small)
    answered = {spot for spot, _ in found}
    shown = tuple(s for s in wanted if s.stated or (s.metric, s.level) in answered)
    return Board(
        shown, stretch, found, frozenset(out), question.confidence, calendar, frozenset(uncut)
    )


def before(calendar: Calendar, spans: Sequence[Span], *, count: int) -> tuple[Span, ...]:
    """The periods with `count` more in front."""
    stretch = list(spans)
    for _ in range(count):
        stretch.insert(0, calendar.previous(stretch[0]))
    return tuple(stretch)


def judged(board: Board, reader: Reader, span: Span) -> dict[Spot, Judged]:
    """The comparisons of a closed period with the one before, judged as one family."""
    changes: dict[Spot, Change] = {}
    for spot in board.spots():
        now = board.seen(spot, span)
        then = board.seen(spot, board.calendar.previous(span))
        if now is None or then is None or not now.complete:
            continue
        estimator = reader.project.metrics[spot[0]].estimator
        past = [_closed(board.seen(spot, s)) for s in board.spans if s < span]
        earlier = [(a, b) for a, b in pairwise(past) if a and b]
        found = change(estimator, then, now, conf=board.confidence, earlier=earlier)
        if found:
            changes[spot] = found
    return dict(zip(changes, judge(list(changes.values())), strict=True))


def courses(board: Board, span: Span) -> dict[Spot, tuple[Course, float]]:
    """The course of every spot up to a closed period, with the q of all courses as one family."""
    past = [s for s in board.spans if s <= span][-LONGEST_COURSE:]
    found = {
        spot: course([_closed(board.seen(spot, s)) for s in past])
        for spot in board.spots()
        if _closed(board.by_span.get((spot, span)))
    }
    told = {spot: c for spot, c in found.items() if c.se != float("inf")}
    qs = dict(zip(told, family([c.p for c in told.values()]), strict=True))
    return {spot: (c, qs.get(spot, 1.0)) for spot, c in found.items()}


def _closed(number: Measured | None) -> Measured | None:
    """A number of a period that has ended: only these have a course."""
    return number if number and number.complete else None
