"""The journey scorecard: for every touchpoint what happened, how it felt and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from milepost.engine.answer import Reader, spans_of
from milepost.engine.flows import UNKNOWN, Flow, flows
from milepost.engine.question import Question
from milepost.errors import QuestionError
from milepost.insight.answer import Line, Scorecard, Stop
from milepost.insight.board import Board, Spot, board
from milepost.insight.cells import Cell
from milepost.insight.signals import gaps
from milepost.insight.verdicts import cells_at
from milepost.plan.model import Journey, Touchpoint

_NOT_FOR_ALL = "is not for the scorecard: name the metrics, such as 'milepost measure nps'"


def scorecard(reader: Reader, question: Question) -> tuple[Scorecard, list[Cell]]:
    """The scorecard of one period: of the latest complete one, or of the one asked for."""
    _check(question)
    spans = spans_of(reader, reader.project.metrics.values(), question)
    if not spans:
        raise QuestionError(
            "there are no answers yet; 'milepost check' shows what became of the records"
        )
    span = spans[-1]
    found = board(reader, question, (span,))
    cells = cells_at(reader, found, span, question)
    flow = flows(reader, span)
    stops = [_company(reader, found, cells, flow.get(None, UNKNOWN))] + [
        _stop(reader, found, cells, point, flow.get(point.name, UNKNOWN))
        for point in reader.project.plan.touchpoints
    ]
    card = Scorecard(
        company=reader.project.plan.company.name,
        period=span.label,
        compared=found.calendar.previous(span).label,
        complete=all(cell.complete for cell in cells.values()),
        family=max((cell.against.family for cell in cells.values()), default=0),
        stops=tuple(stop for stop in stops if stop.name or stop.lines),
    )
    return card, list(cells.values())


def _check(question: Question) -> None:
    for flag, given in (("--by", question.by), ("--where", question.where),
                        ("--rolling", question.rolling), ("--pooled", question.pooled)):  # fmt: skip
        if given:
            raise QuestionError(f"{flag} {_NOT_FOR_ALL}")
    if question.against == "rest":
        raise QuestionError(f"--against rest {_NOT_FOR_ALL}")


def _company(reader: Reader, found: Board, cells: Mapping[Spot, Cell], flow: Flow) -> Stop:
    lines = _lines(reader, found, cells, None)
    return Stop(None, reader.project.plan.company.name, flow, lines, ())


def _stop(
    reader: Reader, found: Board, cells: Mapping[Spot, Cell], point: Touchpoint, flow: Flow
) -> Stop:
    lines = _lines(reader, found, cells, point.name)
    present = {signal.kind for signal in found.signals if signal.touchpoint == point.name
               and (signal.metric, signal.level) in cells}  # fmt: skip
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
        )
        for signal in found.signals
        if signal.touchpoint == touchpoint
    )  # fmt: skip
