"""Comparison: the change between two numbers, how sure it is, and the verdict in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np

from milepost.engine.answer import Measured
from milepost.metrics.definition import Good
from milepost.metrics.estimators import Estimate, Estimator, Mean, NetShare, Share, Total
from milepost.stats.clusters import covariance
from milepost.stats.differences import (
    Difference,
    MeanOf,
    NetOf,
    ShareOf,
    linear_difference,
    net_difference,
    share_difference,
    welch,
)
from milepost.stats.multiple import benjamini_hochberg
from milepost.stats.power import detectable
from milepost.stats.trend import slope

# The false discovery rate of a family of verdicts (statistical reference, R12).
Q = 0.10
# Below this, no interval for a difference keeps its level (exact study, n = 10 against n = 10).
FEWEST = 10
LONGEST_COURSE = 13
SHORTEST_COURSE = 4

BETTER, WORSE, HIGHER, LOWER = "better", "worse", "higher", "lower"
WITHIN = "within usual variation"
TOO_FEW, NO_EARLIER, SO_FAR = "not enough answers", "no earlier figure", "so far"
HIDDEN = "too few answers to show"
MET, MISSED, CANNOT_TELL = "met", "missed", "cannot tell"
RISING, FALLING, STEADY, SHORT = "rising", "falling", "steady", "too short"


@dataclass(frozen=True, slots=True)
class Change:
    """A change from `before` to now, in the unit of the metric's sums; p is the raw one."""

    before: float
    difference: Difference
    detectable: float


@dataclass(frozen=True, slots=True)
class Course:
    """The course over up to thirteen closed periods: change a period, p, and the values."""

    slope: float
    se: float
    p: float
    values: tuple[float | None, ...]


def change(estimator: Estimator, before: Measured, now: Measured, *, conf: float) -> Change | None:
    """The change between two cells of one metric; None where either has too few answers."""
    then, this = before.estimate, now.estimate
    if then is None or this is None or min(then.n, this.n) < FEWEST:
        return None
    if isinstance(estimator, Total):
        return None
    found = _difference(estimator, before, now, then, this, conf)
    return Change(then.value, found, detectable(found.se))


def enough(measured: Measured | None) -> bool:
    """Whether a number has enough answers behind it to be compared."""
    return measured is not None and measured.estimate is not None and measured.estimate.n >= FEWEST


def verdict(found: Change, *, q: float, good: Good) -> str:
    """The word for a change, once the family's q is known."""
    moved = found.difference.change
    if q > Q or moved == 0:
        return WITHIN
    if good == "neither":
        return HIGHER if moved > 0 else LOWER
    return BETTER if (moved > 0) == (good == "high") else WORSE


def family(ps: Sequence[float]) -> tuple[float, ...]:
    """The q-values of one family of comparisons (Benjamini-Hochberg)."""
    return benjamini_hochberg(ps) if ps else ()


def target_word(estimate: Estimate, target: float, *, good: Good) -> str:
    """Whether a target (in the unit of the metric's sums) is met, judged by the interval."""
    if estimate.interval is None:
        reached = estimate.value >= target if good != "low" else estimate.value <= target
        return MET if reached else MISSED
    low, high = estimate.interval
    if good == "low":
        low, high, target = -high, -low, -target
    if low >= target:
        return MET
    return MISSED if high < target else CANNOT_TELL


def course(history: Sequence[Measured | None]) -> Course:
    """The weighted line through closed periods, oldest first; gaps are None."""
    values = tuple(_value(measured) for measured in history)
    usable = [(t, m) for t, m in enumerate(history) if m is not None and enough(m)]
    if len(usable) < SHORTEST_COURSE:
        return Course(0.0, float("inf"), 1.0, values)
    times = [float(t) for t, _ in usable]
    heights = [m.estimate.value for _, m in usable if m.estimate]
    found = slope(times, heights, _covariances([m for _, m in usable]))
    return Course(found.slope, found.se, found.p, values)


def course_word(found: Course, *, q: float) -> str:
    """The word for a course, once the family's q is known."""
    if not isfinite(found.se):
        return SHORT
    if q > Q:
        return STEADY
    return RISING if found.slope > 0 else FALLING


def _value(measured: Measured | None) -> float | None:
    return measured.estimate.value if measured and measured.estimate else None


def _difference(
    estimator: Estimator,
    before: Measured,
    now: Measured,
    then: Estimate,
    this: Estimate,
    conf: float,
) -> Difference:
    alone = then.df is None and this.df is None and not (before.known and now.known)
    if alone and isinstance(estimator, Share):
        return share_difference(
            ShareOf(then.value, then.n_eff), ShareOf(this.value, this.n_eff), conf=conf
        )
    if alone and isinstance(estimator, NetShare):
        return net_difference(_net(estimator, before), _net(estimator, now), conf=conf)
    if alone and isinstance(estimator, Mean):
        return welch(_mean(then), _mean(this), conf=conf)
    variance = then.se**2 + this.se**2 - 2 * _covariance(before, now)
    return linear_difference(this.value - then.value, variance, df=_df(then, this), conf=conf)


def _net(estimator: NetShare, measured: Measured) -> NetOf:
    sums, estimate = measured.sums, measured.estimate
    n = sums.n(estimator.of)
    n_eff = estimate.n_eff if estimate else n
    return NetOf(sums.n(estimator.positive) / n, sums.n(estimator.negative) / n, n_eff)


def _mean(estimate: Estimate) -> MeanOf:
    return MeanOf(estimate.value, estimate.se * sqrt(estimate.n_eff), estimate.n_eff)


def _covariance(a: Measured, b: Measured) -> float:
    """Customers on both sides make the covariance; unidentified people are never on both."""
    if not (a.known and b.known) or a.estimate is None or b.estimate is None:
        return 0.0
    if a.estimate.linear is None or b.estimate.linear is None:
        return 0.0
    return covariance(a.estimate.linear, b.estimate.linear)


def _df(a: Estimate, b: Estimate) -> float | None:
    """The smaller side's degrees of freedom; none where the simple formulas hold on both."""
    known = [estimate.df for estimate in (a, b) if estimate.df is not None]
    return min(known) if known else None


def _covariances(cells: Sequence[Measured]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    size = len(cells)
    matrix = np.zeros((size, size))
    for i, a in enumerate(cells):
        for j, b in enumerate(cells):
            own = a.estimate.se**2 if a.estimate else 0.0
            matrix[i, j] = own if i == j else _covariance(a, b)
    return matrix
