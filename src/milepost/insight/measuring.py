"""From a question to an answer: numbers of the engine, compared, judged and put into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milepost import clock
from milepost.engine.cuts import check_touchpoint
from milepost.engine.facts import Progress, empty_sources, silent
from milepost.engine.periods import spans_of, whole
from milepost.engine.project import Project
from milepost.engine.question import Question
from milepost.engine.reader import PASSINGS, Reader
from milepost.errors import DataError, QuestionError, UnknownName
from milepost.insight import sentences
from milepost.insight.answer import Answer
from milepost.insight.answering import made_of
from milepost.insight.board import board
from milepost.insight.cells import Cell
from milepost.insight.history import kept
from milepost.insight.notes import notes_of
from milepost.insight.parts import Part, cells_of, judge, part
from milepost.insight.scorecard import scorecard
from milepost.insight.signals import signals
from milepost.insight.verdicts import cells_at
from milepost.metrics.definition import Metric
from milepost.plan.calendar import Span


def answer(project: Project, question: Question, *, progress: Progress = silent) -> Answer:
    """The answer to a question, which the history keeps. Raises PlanError, DataError, QuestionError."""

    def asked(reader: Reader) -> Answer:
        _refuse_empty(reader)
        return answered(reader, question)

    found = made_of(project, asked, progress=progress)
    return replace(found, notes=(*found.notes, *kept(project, found)))


def answered(reader: Reader, question: Question) -> Answer:
    """The answer from facts that are ready to be read."""
    check_touchpoint(reader, question)
    if question.against == "rest" and question.metrics and not question.by:
        raise QuestionError("--against rest compares segments with all others; add --by SEGMENT")
    path, metrics = str(reader.project.draft.path), metrics_of(reader, question)
    facts = {metric.fact for metric in metrics} or reader.facts.brought
    if facts and all(map(reader.facts.awaited, facts)):
        return Answer(path, clock.now(), (), question, None, (sentences.NOTHING_COLLECTED,))
    if not metrics:
        card, cells = scorecard(reader, question)
        notes = notes_of(reader, question, tuple(reader.project.metrics.values()), cells)
        if card.left_out:
            notes = (sentences.LEFT_OUT.format(metrics=", ".join(card.left_out)), *notes)
        return Answer(path, clock.now(), tuple(cells), question, card, notes)
    cells = _cells(reader, metrics, question)
    notes = notes_of(reader, question, metrics, cells)
    return Answer(path, clock.now(), tuple(cells), question, None, notes)


def _refuse_empty(reader: Reader) -> None:
    empty = empty_sources(reader.facts)
    awaited = all(map(reader.facts.awaited, reader.facts.brought))
    if empty and len(empty) == len(reader.facts.built) and not awaited:
        raise DataError(
            f"no source brought any row: {', '.join(empty)}; 'milepost check' shows why"
        )


def in_journey_order(project: Project, cells: list[Cell]) -> list[Cell]:
    """The cells of one metric: the company's first, then as the journeys go, each in time."""
    order: dict[str | None, int] = {None: -1}
    order |= {point.name: number for number, point in enumerate(project.plan.touchpoints)}
    return sorted(cells, key=lambda c: (order.get(c.touchpoint, len(order)), c.since))


def metrics_of(reader: Reader, question: Question) -> tuple[Metric, ...]:
    """The metrics that a question names, whose facts are there. Raises QuestionError."""
    known = reader.project.metrics
    for name in question.metrics:
        if name not in known:
            raise UnknownName("metric", name, known)
        if not reader.facts.awaited(known[name].fact):
            _check_brought(reader, known[name])
    return tuple(known[name] for name in question.metrics)


def _check_brought(reader: Reader, metric: Metric) -> None:
    """Whether any source brings what a metric is made of. Raises QuestionError."""
    kind = metric.question_type
    if kind and not reader.project.asked(kind):
        types = sorted(reader.project.askings)
        raise QuestionError(
            f"no source asks a question of type '{kind}', which '{metric.name}' is made of;"
            f" asked are {', '.join(types) or 'none'}"
        )
    stated = metric.invited and any(source.invited for source in reader.project.plan.sources)
    if not reader.has(metric) and not stated:
        raise QuestionError(f"no source brings {_lacking(reader, metric)}")


def _lacking(reader: Reader, metric: Metric) -> str:
    """What a metric is made of and is not there."""
    made = f", which '{metric.name}' is made of"
    for wanted in metric.reads[1:]:
        if not reader.brings(wanted):
            fact, _, column = wanted.partition(".")
            return f"{fact}{f' with {column}' if column else ''}{made}"
    if metric.fact == PASSINGS:
        return f"what shows who passed a touchpoint{made}: state 'passed_by', or map touchpoints"
    unstated = reader.project.unstated(metric)
    if unstated:
        return f"the company's {unstated}{made}; state it under 'company'"
    needs = f" with {' and '.join(metric.needs)}" if metric.needs else ""
    return f"{metric.fact}{needs}{made}"


def _cells(reader: Reader, metrics: Sequence[Metric], question: Question) -> list[Cell]:
    """The cells of each metric: those the scorecard judges, and a family of all others."""
    ready: list[list[Cell]] = []
    parts: list[Part] = []
    for metric in metrics:
        spans = spans_of(reader, [metric], question)
        on_board = _on_board(reader, metric, question, spans)
        ready.append(list(on_board.values()))
        parts.append(part(reader, metric, question, spans, without=frozenset(on_board)))
    found: list[Cell] = []
    verdicts = judge(parts, conf=question.confidence)
    for judged_before, own, judged in zip(ready, parts, verdicts, strict=True):
        cells = judged_before + cells_of(reader, own, judged, question)
        found += in_journey_order(reader.project, cells)
    return found


def _on_board(
    reader: Reader, metric: Metric, question: Question, spans: Sequence[Span]
) -> dict[tuple[str | None, Span], Cell]:
    """The scorecard's own cells of whole periods, by level and period."""
    entire = [span for span in spans if whole(reader.project.calendar, span)]
    if not entire or not _on_grain(reader, metric, question):
        return {}
    found = board(reader, question, entire)
    return {
        (level, span): cell
        for span in entire
        for (name, level), cell in cells_at(reader, found, span, question).items()
        if name == metric.name and question.touchpoint in (None, level)
    }


def _on_grain(reader: Reader, metric: Metric, question: Question) -> bool:
    """Whether the scorecard judges these numbers: then its verdicts hold here too."""
    plan = reader.project.plan
    plain = not (question.by or question.where or question.pooled or question.rolling)
    usual = question.every in (None, plan.every) and question.against == "previous"
    if not (plain and usual and not question.unweighted and question.confidence == 0.95):
        return False
    return plan.every != "all" and any(s.metric == metric.name for s in signals(reader))
