"""The course of period values whose variances and covariances are known."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.stats.quantiles import standardised, two_sided

Array = NDArray[np.float64]


class Slope(NamedTuple):
    """Change per unit of time, its standard error and two-sided p-value.

    `q_over_df` above 1 says that the periods scatter about the line more than their errors
    explain; `n` is the number of periods used.
    """

    slope: float
    se: float
    p: float
    q_over_df: float
    n: int


def slope(
    times: ArrayLike,
    values: ArrayLike,
    covariance: ArrayLike,
    *,
    sizes: ArrayLike | None = None,
    df: float | None = None,
) -> Slope:
    """The weighted straight line through period values, weights being 1 / variance, or `sizes`.

    Estimated variances go along with the values they are of (lucky periods look sure), so that
    few answers a period tell a slope too often; effective numbers of answers do not.

    `covariance` is the matrix of the values' errors: the same customers in several periods make
    it other than diagonal. The variance is `c' Σ c` for the slope's coefficients c, times
    max(1, Q/df); `df` are the degrees of freedom of errors that were estimated from few units,
    None for many. Periods with an infinite variance are left out; one whose variance is 0 (all
    answers alike) weighs as much as the surest of the others. With fewer than two different
    times, or without any positive variance, nothing is known: slope 0, infinite error, p 1.

    >>> found = slope([0, 1, 2], [10.0, 12.0, 14.0], np.eye(3))
    >>> round(found.slope, 6), round(found.se, 6), found.n
    (2.0, 0.707107, 3)
    """
    matrix = np.asarray(covariance, dtype=np.float64)
    known = np.isfinite(np.diag(matrix))
    t, y = (np.asarray(given, dtype=np.float64)[known] for given in (times, values))
    matrix = matrix[np.ix_(known, known)]
    variances = np.diag(matrix)
    if len(np.unique(t)) < 2 or not (variances > 0).any():
        return Slope(0.0, math.inf, 1.0, 0.0, len(t))
    filled = np.where(variances > 0, variances, variances[variances > 0].min())
    weights = 1 / filled if sizes is None else _scaled(np.asarray(sizes)[known], filled)
    found, coefficients, q = _fit(t, y, weights)
    spare = len(t) - 2
    q_over_df = q / spare if spare > 0 else 0.0
    variance = max(0.0, float(coefficients @ matrix @ coefficients)) * max(1.0, q_over_df)
    p = two_sided(standardised(found, math.sqrt(variance)), df)
    return Slope(found, math.sqrt(variance), p, q_over_df, len(t))


def _scaled(sizes: Array, variances: Array) -> Array:
    """Weights by size alone, that in all explain as much as the variances do."""
    return sizes / float((sizes * variances).mean())


def _fit(t: Array, y: Array, weights: Array) -> tuple[float, Array, float]:
    """The weighted slope, its coefficients on y, and the weighted sum of squared residuals."""
    shares = weights / weights.sum()
    centred = t - shares @ t
    coefficients = shares * centred / (shares @ centred**2)
    found = float(coefficients @ y)
    residuals = y - shares @ y - found * centred
    return found, coefficients, float(weights @ residuals**2)
