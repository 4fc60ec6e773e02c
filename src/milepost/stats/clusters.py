"""Repeated answers: the variance of a ratio of totals over independent units.

A unit is a customer, or a hash bucket of customers; totals of a bucket add up over days, segments
and sources. Everything starts from two arrays of totals over the same units in the same order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Linearised:
    """A ratio of totals and what each unit does to it.

    `influence` holds `(y - R x) / Sx` for every unit given, `present` tells which units have any
    answer, `units` is their number K. `variance` is infinite for a single unit.
    """

    ratio: float
    variance: float
    units: int
    influence: NDArray[np.float64]
    present: NDArray[np.bool_]

    @property
    def df(self) -> int:
        """The degrees of freedom of a Student interval: K - 1."""
        return self.units - 1


def linearise(y: ArrayLike, x: ArrayLike) -> Linearised:
    """The ratio `Sy / Sx` of totals over units, with its cluster-robust variance.

    `V = K/(K-1) * sum((y_b - R x_b)²) / Sx²` over the K units with y or x other than zero; the
    other units given have no influence. For weighted answers y and x are sums of w·y and w.
    The sum of x must not be zero. Source: linearisation (Taylor), as svyratio in R's survey.

    >>> found = linearise([1, 0, 1, 0], [1, 1, 1, 0])
    >>> round(found.ratio, 4), round(found.variance, 4), found.units
    (0.6667, 0.1111, 3)
    """
    tops, bases = np.asarray(y, dtype=np.float64), np.asarray(x, dtype=np.float64)
    total = float(bases.sum())
    ratio = float(tops.sum()) / total
    influence = (tops - ratio * bases) / total
    present = (tops != 0) | (bases != 0)
    units = int(present.sum())
    variance = math.inf if units < 2 else _spread(influence, influence, units)
    return Linearised(ratio, variance, units, influence, present)


def covariance(a: Linearised, b: Linearised) -> float:
    """The covariance of two ratios over the same units in the same order.

    `C = K/(K-1) * sum(e_a e_b)`, K counting the units present in either. Units without answers
    on one side add nothing, so ratios of different customers have covariance 0; a single unit
    gives 0 beside its infinite variances.
    """
    units = int((a.present | b.present).sum())
    return 0.0 if units < 2 else _spread(a.influence, b.influence, units)


def difference_variance(a: Linearised, b: Linearised) -> float:
    """The variance of `b.ratio - a.ratio`, customers on both sides counted as such.

    `V = K/(K-1) * sum((e_b - e_a)²)`, K counting the units present in either: V_a + V_b - 2 C
    with one K for all three. Infinite when either side has a single unit.
    """
    if min(a.units, b.units) < 2:
        return math.inf
    change = b.influence - a.influence
    return _spread(change, change, int((a.present | b.present).sum()))


def effective_n(
    n: float, *, variance: float, simple_variance: float, units: int | None = None
) -> float:
    """The number of independent answers that n repeated or weighted ones are worth.

    `min(n, n / deff)` with `deff = variance / simple_variance`, the latter being what n
    independent answers would have. Where all answers are alike, both are 0 and nothing tells how
    far a unit's answers depend on each other: then the number of `units`, if given, else n. A
    single unit (infinite variance) is worth one answer.

    >>> effective_n(100, variance=0.02, simple_variance=0.01)
    50.0
    >>> effective_n(30, variance=0.0, simple_variance=0.0, units=3)
    3.0
    """
    if math.isinf(variance):
        return min(n, 1.0)
    if simple_variance <= 0:
        return n if units is None else float(min(n, units))
    return n if variance <= simple_variance else n * simple_variance / variance


def _spread(a: NDArray[np.float64], b: NDArray[np.float64], units: int) -> float:
    return units / (units - 1) * float(a @ b)
