"""Each segment's complement: all the others of its period and level, added up."""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce

from milepost.engine.answer import Measured
from milepost.metrics.definition import Metric
from milepost.metrics.sums import Array, BucketSums, Histogram
from milepost.plan.calendar import Span


def rest_of(metric: Metric, cells: Sequence[Measured], *, conf: float) -> dict[int, Measured]:
    """For each cell the sum of the others at its level in its period; none where it is alone.

    A value of a split is compared with the same value among the others.
    """
    level: dict[tuple[Span, str | None, object], list[int]] = defaultdict(list)
    for index, cell in enumerate(cells):
        value = cell.place.by[-1] if metric.split else None
        level[cell.span, cell.place.touchpoint, value].append(index)
    return {
        index: _added(metric, [cells[other] for other in group if other != index], conf)
        for group in level.values()
        for index in group
        if len(group) > 1
    }


def _added(metric: Metric, cells: Sequence[Measured], conf: float) -> Measured:
    weighted = any(cell.sums.weighted is not None for cell in cells)
    sums = BucketSums(
        _sum([cell.sums.plain for cell in cells]),
        _sum([cell.sums.used for cell in cells]) if weighted else None,
        # A customer may stand in several segments: then the rows of the sum repeat.
        repeats=any(cell.sums.repeats or cell.known for cell in cells),
        design=cells[0].sums.design,
        histogram=_laid_together([cell.sums.histogram for cell in cells]),
    )
    return replace(
        cells[0],
        sums=sums,
        estimate=metric.estimator.estimate(sums, conf=conf),
        rows=sum(cell.rows for cell in cells),
        respondents=people(cells),
        protected=any(cell.protected for cell in cells),
        known=any(cell.known for cell in cells),
    )


def _laid_together(parts: Sequence[Histogram | None]) -> Histogram | None:
    known = [part for part in parts if part is not None]
    return reduce(operator.add, known) if known else None


def people(cells: Sequence[Measured]) -> int:
    """How many different people stand behind numbers, at the least: identified ones may be the same."""
    if any(cell.known for cell in cells):
        return max((cell.respondents for cell in cells), default=0)
    return sum(cell.respondents for cell in cells)


def _sum(parts: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    return {
        name: sum((part[name] for part in parts[1:]), start=parts[0][name].copy())
        for name in parts[0]
    }
