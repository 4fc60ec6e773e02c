"""Two histograms over the same ordered categories, compared by rank.

Counts run from the lowest category to the highest; a change is b against a, so that a superiority
above one half and a positive statistic say that b is higher.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.stats.differences import satterthwaite
from milepost.stats.quantiles import standardised, two_sided


class Ranked(NamedTuple):
    """`superiority` is P(b > a) + P(b = a)/2; `statistic` belongs to the test; p two-sided."""

    superiority: float
    statistic: float
    p: float


def mann_whitney(a: ArrayLike, b: ArrayLike, *, continuity: bool = False) -> Ranked:
    """The rank-sum test, corrected for ties; the statistic is U of b.

    U counts the pairs of answers in which b's is higher, ties as half. Normal approximation;
    one category alone gives p 1. Source: Mann & Whitney 1947.

    >>> round(mann_whitney([5, 5], [2, 8]).superiority, 2)
    0.65
    """
    low, high = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    pairs, n = float(low.sum() * high.sum()), float(low.sum() + high.sum())
    u = float(high @ _below(low))
    ties = float(((low + high) ** 3 - (low + high)).sum())
    variance = pairs / 12 * (n + 1 - ties / (n * (n - 1)))
    excess = u - pairs / 2
    if continuity:
        excess = math.copysign(max(abs(excess) - 0.5, 0.0), excess)
    p = two_sided(standardised(excess, math.sqrt(variance))) if variance > 0 else 1.0
    return Ranked(u / pairs, u, p)


def brunner_munzel(a: ArrayLike, b: ArrayLike) -> Ranked:
    """The rank test that does not take the two distributions to have the same shape.

    The statistic is Student's with Satterthwaite's degrees of freedom. A sample of one answer
    gives p 1; samples that do not overlap have no error, and p 0: use `mann_whitney` there.
    Source: Brunner & Munzel 2000.
    """
    low, high = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    n_low, n_high = float(low.sum()), float(high.sum())
    superiority = float(high @ _below(low)) / (n_low * n_high)
    if min(n_low, n_high) < 2:
        return Ranked(superiority, 0.0, 1.0)
    spreads = (
        _variance(_below(high), low) / (n_high**2 * n_low),
        _variance(_below(low), high) / (n_low**2 * n_high),
    )
    statistic = standardised(superiority - 0.5, math.sqrt(sum(spreads)))
    df = satterthwaite(spreads, (n_low - 1, n_high - 1))
    return Ranked(superiority, statistic, two_sided(statistic, df))


def _below(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many answers lie below each category, those in it counted half."""
    return np.asarray(np.cumsum(counts) - counts / 2, dtype=np.float64)


def _variance(values: NDArray[np.float64], counts: NDArray[np.float64]) -> float:
    n = float(counts.sum())
    mean = float(counts @ values) / n
    return float(counts @ (values - mean) ** 2) / (n - 1)
