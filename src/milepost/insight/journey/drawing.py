"""How the journey map is made: the scorecard, and what is found beside it in one period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from milepost.engine import sql
from milepost.engine.periods import spans_of
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.insight.ask import Ask
from milepost.insight.board import board
from milepost.insight.card import Line, Scorecard
from milepost.insight.cells import Cell
from milepost.insight.journey.asking import GoalOf, JourneyMap, MapOf
from milepost.insight.journey.moments import biggest, moments, worst
from milepost.insight.journey.recent import recent
from milepost.insight.journey.shifts import shifts
from milepost.insight.measuring import answered
from milepost.insight.wording import cell
from milepost.insight.words import OPEN
from milepost.plan.calendar import Span
from milepost.plan.model import Goal


def journey_map(reader: Reader, asked: JourneyMap) -> MapOf:
    """The map of the period that is asked for."""
    span = _span(reader, asked)
    question = Question(every=span.every, since=span.since, until=span.until, where=asked.where)
    answer = Ask(question).answer(reader)
    card = answer.scorecard
    if card is None:
        return MapOf(answer, span.since, span.until, span.every, (), None, None, (), ())
    settled = _settled(reader, question, span, answer.cells)
    first = worst(reader, card, asked.where)
    return MapOf(
        answer=answer, since=span.since, until=span.until, every=span.every,
        goals=tuple(_goals(reader, question, answer.cells, settled)), settled=settled,
        moments=moments(reader, card), worst=first,
        biggest=biggest(reader, card, asked.where, but=first.said if first else ()),
        recent=recent(reader, card, asked.where) if asked.until is None else (),
        shifts=tuple(shifts(reader, card, span, asked.where)),
        fresh=_fresh(reader),
        unwanted={p.name: dict[str, str](p.not_wanted.items()) for p in reader.project.plan.touchpoints if p.not_wanted},
    )  # fmt: skip


def _span(reader: Reader, asked: JourneyMap) -> Span:
    """The last whole period that ends by the day asked for; else the latest complete one."""
    calendar = reader.project.calendar
    every = asked.every or reader.project.plan.every
    if asked.until and every != "all":
        span = calendar.span_of(asked.until - timedelta(days=1), every)
        return span if span.until <= asked.until else calendar.previous(span)
    question = Question(every=every, until=asked.until)
    found = spans_of(reader, reader.project.metrics.values(), question)
    return found[-1] if found else calendar.span_of(date(2000, 1, 1), "year")


def _goals(
    reader: Reader,
    question: Question,
    cells: tuple[Cell, ...],
    settled: Mapping[tuple[str, str | None], Cell],
) -> Iterator[GoalOf]:
    for journey in reader.project.plan.journeys:
        goal = journey.goal
        yield GoalOf(
            journey.name, journey.title or journey.name,
            tuple(point.name for point in journey.touchpoints),
            _goal(reader, question, cells, goal) if goal else None,
            reader.project.metrics[goal.metric].label if goal else None,
            settled.get((goal.metric, goal.touchpoint)) if goal else None,
        )  # fmt: skip


def _goal(reader: Reader, question: Question, cells: tuple[Cell, ...], goal: Goal) -> Cell | None:
    """The goal's cell: the scorecard's own where it stands there, so that both say the same."""
    on_card = [c for c in cells if (c.metric, c.touchpoint) == (goal.metric, goal.touchpoint)]
    if on_card:
        return on_card[0]
    metric = reader.project.metrics[goal.metric]
    if not reader.has(metric) or (question.where and goal.touchpoint is None):
        return None
    own = replace(question, metrics=(goal.metric,), touchpoint=goal.touchpoint)
    found = [c for c in answered(reader, own).cells if c.touchpoint == goal.touchpoint]
    return found[-1] if found else None


def _settled(
    reader: Reader, question: Question, span: Span, cells: tuple[Cell, ...]
) -> Mapping[tuple[str, str | None], Cell]:
    """The latest earlier numbers of those whose windows are still open in this period."""
    waiting = [(c.metric, c.touchpoint) for c in cells if c.value is None and c.verdict == OPEN]
    if not waiting:
        return {}
    # The scorecard was judged by the same numbers: nothing is measured anew.
    past = board(reader, question, (span,))
    found: dict[tuple[str, str | None], Cell] = {}
    for spot in waiting:
        known = [past.seen(spot, each) for each in past.spans if each < span]
        told = [number for number in known if number and number.estimate]
        if told:
            found[spot] = cell(
                reader.project, told[-1], earlier=None, judged=None, course=None, question=question
            )
    return found


def _fresh(reader: Reader) -> Mapping[str | None, date | None]:
    """The last day on which anything is known of each touchpoint; None: of no touchpoint."""
    found: dict[str | None, date | None] = {}
    for fact, columns in reader.columns.items():
        if "touchpoint" not in columns:
            continue
        query = sql.select("touchpoint", sql.sql("max(day)")).from_(sql.table(fact))
        for touchpoint, day in reader.rows(query.group_by("touchpoint")):
            known = found.get(touchpoint)
            found[touchpoint] = max(day, known) if known else day
    return found


def headlines(card: Scorecard) -> Iterator[tuple[str | None, str, Line]]:
    """The headline of each stop, where it has one: touchpoint, title, line."""
    for stop in card.stops:
        for line in stop.lines:
            if line.headline:
                yield stop.name, stop.title, line
                break
