"""From a question to an answer: numbers of the engine, compared, judged and put into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from milepost import clock
from milepost.engine.answer import Measured, Place, Reader, measure, reader, spans_of
from milepost.engine.database import connected
from milepost.engine.facts import Progress, refresh, silent
from milepost.engine.project import Project
from milepost.engine.question import Question
from milepost.errors import QuestionError, UnknownName
from milepost.insight import comparison, wording
from milepost.insight.answer import Answer
from milepost.insight.board import Judged, board
from milepost.insight.cells import Cell
from milepost.insight.comparison import Change
from milepost.insight.privacy import hidden
from milepost.insight.rest import rest_of
from milepost.insight.scorecard import scorecard
from milepost.insight.signals import signals
from milepost.insight.sisters import sisters, where
from milepost.insight.verdicts import cells_at
from milepost.metrics.definition import Metric
from milepost.plan.calendar import Span


def answer(project: Project, question: Question, *, progress: Progress = silent) -> Answer:
    """The answer to a question. Raises PlanError, DataError or QuestionError."""
    facts = refresh(project, progress=progress)
    with connected() as con:
        return answered(reader(con, project, facts), question)


def answered(reader: Reader, question: Question) -> Answer:
    """The answer from facts that are ready to be read."""
    metrics = [_metric(reader, name) for name in question.metrics]
    cells: list[Cell] = []
    card = None
    if not metrics:
        card, cells = scorecard(reader, question)
    for metric in metrics:
        cells += in_journey_order(reader.project, _cells(reader, metric, question))
    return Answer(str(reader.project.draft.path), clock.now(), tuple(cells), question, card)


def in_journey_order(project: Project, cells: list[Cell]) -> list[Cell]:
    """The cells of one metric: the company's first, then by touchpoint as the journeys go."""
    order: dict[str | None, int] = {None: -1}
    order |= {point.name: number for number, point in enumerate(project.plan.touchpoints)}
    return sorted(cells, key=lambda cell: order.get(cell.touchpoint, len(order)))


def _metric(reader: Reader, name: str) -> Metric:
    known = reader.project.metrics
    if name not in known:
        raise UnknownName("metric", name, known)
    return known[name]


def _cells(reader: Reader, metric: Metric, question: Question) -> list[Cell]:
    spans = spans_of(reader, [metric], question)
    if not spans:
        return []
    if _on_grain(reader, metric, question):
        return _from_board(reader, metric, question, spans)
    return _own_family(reader, metric, question, spans)


def _on_grain(reader: Reader, metric: Metric, question: Question) -> bool:
    """Whether the scorecard judges these numbers: then its verdicts hold here too."""
    plan = reader.project.plan
    plain = not (question.by or question.where or question.pooled or question.rolling)
    usual = question.every in (None, plan.every) and question.against == "previous"
    if not (plain and usual and not question.unweighted and question.confidence == 0.95):
        return False
    return plan.every != "all" and any(s.metric == metric.name for s in signals(reader))


def _from_board(
    reader: Reader, metric: Metric, question: Question, spans: Sequence[Span]
) -> list[Cell]:
    """The scorecard's own cells, then the levels where it does not show this metric."""
    found = board(reader, question, spans)
    shown = [
        cell
        for span in spans
        for (name, level), cell in cells_at(reader, found, span, question).items()
        if name == metric.name and question.touchpoint in (None, level)
    ]
    levels = {level for name, level in found.spots() if name == metric.name}
    others = _own_family(reader, metric, question, spans)
    return shown + [cell for cell in others if cell.touchpoint not in levels]


def _own_family(
    reader: Reader, metric: Metric, question: Question, spans: Sequence[Span]
) -> list[Cell]:
    everything = measure(reader, metric, question, spans=_with_earlier(reader, question, spans))
    small = hidden(everything, min_group=reader.project.plan.privacy.min_group)
    out = {(everything[index].place, everything[index].span) for index in small}
    seen = [cell for cell in everything if (cell.place, cell.span) not in out]
    wanted = set(spans)
    cells = [cell for cell in everything if cell.span in wanted]
    earlier = _earlier(reader, metric, question, seen, cells)
    verdicts = _judged(metric, question, cells, earlier, out)
    beside = sisters(reader, metric, question, spans)
    return [
        wording.cell(
            reader.project, cell, earlier=earlier.get(index), judged=verdicts.get(index),
            course=None, question=question, sister=beside.get(where(cell)),
            hide=(cell.place, cell.span) in out,
        )
        for index, cell in enumerate(cells)
    ]  # fmt: skip


def _judged(
    metric: Metric,
    question: Question,
    cells: Sequence[Measured],
    earlier: Mapping[int, Measured],
    out: set[tuple[Place, Span]],
) -> dict[int, Judged]:
    """All comparisons of the question's closed periods, judged as a family of their own."""
    told: dict[int, Change] = {}
    for index, cell in enumerate(cells):
        if index not in earlier or not cell.complete or (cell.place, cell.span) in out:
            continue
        found = comparison.change(metric.estimator, earlier[index], cell, conf=question.confidence)
        if found:
            told[index] = found
    qs = comparison.family([found.difference.p for found in told.values()])
    return {
        index: Judged(found, q, len(told))
        for (index, found), q in zip(told.items(), qs, strict=True)
    }


def _with_earlier(reader: Reader, question: Question, spans: Sequence[Span]) -> tuple[Span, ...]:
    calendar = reader.project.calendar
    if question.against == "rest":
        return tuple(spans)
    if question.against == "year_ago":
        return tuple(sorted({*spans, *(calendar.year_ago(span) for span in spans)}))
    return (calendar.previous(spans[0]), *spans)


def _earlier(
    reader: Reader,
    metric: Metric,
    question: Question,
    seen: Sequence[Measured],
    cells: Sequence[Measured],
) -> dict[int, Measured]:
    """For each cell the number that it is compared with."""
    if question.against == "rest":
        if not question.by:
            raise QuestionError(
                "--against rest compares segments with all others; add --by SEGMENT"
            )
        return rest_of(metric, cells, conf=question.confidence)
    calendar = reader.project.calendar
    back = calendar.previous if question.against == "previous" else calendar.year_ago
    known = {(cell.place, cell.span): cell for cell in seen}
    found = {index: known.get((cell.place, back(cell.span))) for index, cell in enumerate(cells)}
    return {index: cell for index, cell in found.items() if cell is not None}
