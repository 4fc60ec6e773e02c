"""Sisters: the variant of a metric that is shown beside it, measured in the same places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from milepost.engine.answer import By, Measured, measure
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.metrics.definition import Metric
from milepost.plan.calendar import Span

Where = tuple[str | None, By, Span]


def sisters(
    reader: Reader, metric: Metric, question: Question, spans: Sequence[Span]
) -> dict[Where, Measured]:
    """The numbers of the metric's sister by level, segment and period; empty without a sister."""
    if metric.beside is None:
        return {}
    found = measure(reader, reader.project.metrics[metric.beside], question, spans=tuple(spans))
    return {where(number): number for number in found}


def where(number: Measured) -> Where:
    """The place and period of a number, whatever its metric."""
    return number.place.touchpoint, number.place.by, number.span


def plain(question: Question) -> Question:
    """The question at the scorecard's grain: its condition, weights and confidence only."""
    return replace(
        Question(), where=question.where, confidence=question.confidence,
        unweighted=question.unweighted,
    )  # fmt: skip
