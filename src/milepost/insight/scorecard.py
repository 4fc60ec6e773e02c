"""The journey scorecard: for every touchpoint what happened, how it felt and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from milepost.engine.flow import UNKNOWN, Flow
from milepost.engine.flows import flows
from milepost.engine.periods import spans_of, whole
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.errors import QuestionError
from milepost.insight.board import Board, Spot, board
from milepost.insight.card import Line, Scorecard, Stop
from milepost.insight.cells import Cell
from milepost.insight.signals import gaps
from milepost.insight.verdicts import cells_at
from milepost.plan.calendar import Span
from milepost.plan.model import Journey, Touchpoint

_NOT_FOR_ALL = "is not for the scorecard: name the metrics, such as 'milepost measure nps'"


def scorecard(reader: Reader, question: Question) -> tuple[Scorecard, list[Cell]]:
    """The scorecard of one period: the latest complete one, or the last of those asked for."""
    _check(question)
    span = _period(reader, question)
    found = board(reader, question, (span,))
    at = question.touchpoint
    cells = {
        spot: cell
        for spot, cell in cells_at(reader, found, span, question).items()
        if at is None
        or any((s.metric, s.level) == spot for s in found.signals if s.touchpoint == at)
    }
    # Of those who passed nobody knows all that the condition asks.
    flow = {} if question.where else flows(reader, span)
    stops = [_company(reader, found, cells, flow.get(None, UNKNOWN))] + [
        _stop(reader, found, cells, point, flow.get(point.name, UNKNOWN))
        for point in reader.project.plan.touchpoints
    ]
    shown = [stop for stop in stops if at in (None, stop.name) and (stop.name or stop.lines)]
    card = Scorecard(
        company=reader.project.plan.company.name,
        period=span.label,
        compared=found.calendar.previous(span).label,
        complete=all(cell.complete for cell in cells.values()),
        family=max((cell.against.family for cell in cells.values()), default=0),
        stops=tuple(shown),
        left_out=tuple(sorted(reader.project.metrics[name].label for name in found.uncut)),
    )
    return card, list(cells.values())


def _period(reader: Reader, question: Question) -> Span:
    spans = spans_of(reader, reader.project.metrics.values(), question)
    if not spans:
        raise QuestionError(
            "nothing that is mapped makes a metric yet: name a source with questions, or invitations"
        )
    if not whole(reader.project.calendar, spans[-1]):
        raise QuestionError(
            f"the scorecard is of whole periods, and {spans[-1].since} to {spans[-1].until} is part"
            f" of a {spans[-1].every}; name the metrics to measure any days"
        )
    return spans[-1]


def _check(question: Question) -> None:
    for flag, given in (("--by", question.by), ("--rolling", question.rolling), ("--pooled", question.pooled)):  # fmt: skip
        if given:
            raise QuestionError(f"{flag} {_NOT_FOR_ALL}")
    if question.against != "previous":
        raise QuestionError(f"--against {question.against} {_NOT_FOR_ALL}")


def _company(reader: Reader, found: Board, cells: Mapping[Spot, Cell], flow: Flow) -> Stop:
    lines = _lines(reader, found, cells, None)
    return Stop(None, reader.project.plan.company.name, flow, lines, ())


def _stop(
    reader: Reader, found: Board, cells: Mapping[Spot, Cell], point: Touchpoint, flow: Flow
) -> Stop:
    lines = _lines(reader, found, cells, point.name)
    brought = {line.metric for line in lines if line.brought} | found.uncut
    present = {s.kind for s in found.signals if s.touchpoint == point.name and s.metric in brought}
    missing = tuple(gaps(point, present))
    opened = _opened(reader.project.plan.journeys, point)
    return Stop(point.name, point.title or point.name, flow, lines, missing, opened)


def _opened(journeys: Sequence[Journey], point: Touchpoint) -> str | None:
    """The journey that begins at a touchpoint, to be named where there are several."""
    if len(journeys) < 2:
        return None
    return next((j.title or j.name for j in journeys if j.touchpoints[:1] == (point,)), None)


def _lines(
    reader: Reader, found: Board, cells: Mapping[Spot, Cell], touchpoint: str | None
) -> tuple[Line, ...]:
    return tuple(
        Line(
            kind=signal.kind, metric=signal.metric,
            label=reader.project.metrics[signal.metric].label,
            headline=signal.headline, cell=cells.get((signal.metric, signal.level)),
            of_company=signal.of_company,
            brought=(signal.metric, signal.level) in cells
            or reader.has(reader.project.metrics[signal.metric]),
        )
        for signal in found.signals
        if signal.touchpoint == touchpoint and signal.metric not in found.uncut
    )  # fmt: skip
