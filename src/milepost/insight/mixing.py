"""The groups of a number as mix against rate weighs them: each group's value, and the rows that make it."""

from __future__ import annotations

from dataclasses import replace

from milepost.engine.answer import measure
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.insight.mix import Groups
from milepost.insight.privacy import hidden
from milepost.metrics.definition import Metric
from milepost.metrics.estimators import Mean, NetShare, Share
from milepost.plan.calendar import Span


def mixable(metric: Metric) -> bool:
    """Whether a metric's number is the mean of its groups' numbers."""
    return isinstance(metric.estimator, Share | NetShare | Mean) and not metric.split


def groups(reader: Reader, metric: Metric, question: Question, *, span: Span, by: str) -> Groups:
    """The value and weight of each group of a segment in a span, at the question's touchpoint.

    Weights are those that the value itself is made with, so that the groups' mean is the number.
    Empty where a group is too small to be shown: the rest would not add up.
    """
    assert isinstance(metric.estimator, Share | NetShare | Mean)
    found = [
        m for m in measure(reader, metric, replace(question, by=(by,)), spans=(span,))
        if m.place.touchpoint == question.touchpoint and m.estimate
    ]  # fmt: skip
    if hidden(found, min_group=reader.project.plan.privacy.min_group):
        return {}
    of = metric.estimator.of
    return {
        m.place.by[0][1]: (m.estimate.value * metric.factor, float(m.sums.used[of].sum()))
        for m in found
        if m.estimate
    }
