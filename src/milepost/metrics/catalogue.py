"""The catalogue: every built-in metric in one explicit tuple, and the variants a plan makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from milepost.metrics.asking import ASKING
from milepost.metrics.definition import Metric
from milepost.metrics.loyalty import LOYALTY
from milepost.metrics.survey import SURVEY
from milepost.plan.model import OwnMetric

CATALOGUE: tuple[Metric, ...] = (*SURVEY, *ASKING, *LOYALTY)
BUILT_IN: Mapping[str, Metric] = {metric.name: metric for metric in CATALOGUE}


def variant(base: Metric, own: OwnMetric) -> Metric:
    """A built-in metric under the plan's own name, with the boxes that the plan states."""
    rule = base.boxes.with_top(own.boxes) if base.boxes else None
    title, label = own.title or f"{base.title} ({own.name})", own.title or own.name
    return replace(base, name=own.name, title=title, label=label, boxes=rule, beside=None)


def catalogue_of(own: Iterable[OwnMetric]) -> dict[str, Metric]:
    """The built-in metrics and the plan's own variants of them; unknown bases are left out."""
    variants = (variant(BUILT_IN[m.variant_of], m) for m in own if m.variant_of in BUILT_IN)
    return {**BUILT_IN, **{metric.name: metric for metric in variants}}
