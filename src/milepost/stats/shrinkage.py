"""Many segments read together: how much they truly differ, and values drawn towards their mean."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """What several estimates with known errors say about the segments behind them.

    `tau2` is the variance of the true values between segments, in squared units; `i2` the share
    of the scatter (`q`) that is not chance, 0..1; `mean` and `se` are of the average segment,
    `pooled` is the mean if all were one; `shrunk` has one value for every estimate given.
    """

    mean: float
    se: float
    pooled: float
    tau2: float
    q: float
    i2: float
    shrunk: NDArray[np.float64]


def empirical_bayes(values: ArrayLike, errors: ArrayLike) -> Segments | None:
    """Shrink `values` with standard `errors` by `tau² / (tau² + se²)` towards their mean.

    Rank segments on the shrunk values: the best and the worst of the raw ones are mostly those
    with few answers. A value with an infinite error is left out and its shrunk value is the
    mean; an error of 0 (all answers alike) counts as the smallest of the others. None with fewer
    than two values whose error is finite, or without any positive error.
    Source: DerSimonian & Laird 1986; Efron & Morris 1975.

    >>> found = empirical_bayes([52, 38, 61, 20], [4, 9, 2, 36])
    >>> found.shrunk.round(1).tolist(), round(found.i2, 2)
    ([52.1, 46.2, 60.5, 50.9], 0.71)
    """
    y, se = np.asarray(values, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    known = np.isfinite(se)
    if known.sum() < 2 or not (se[known] > 0).any():
        return None
    variances = _positive(se[known]) ** 2
    tau2, q, pooled = _between(y[known], variances)
    weights = 1 / (variances + tau2)
    mean = float(weights @ y[known] / weights.sum())
    shrunk = np.full(len(y), mean)
    shrunk[known] += tau2 * weights * (y[known] - mean)
    spare = known.sum() - 1
    i2 = 1 - spare / q if q > spare else 0.0
    return Segments(mean, math.sqrt(1 / weights.sum()), pooled, tau2, q, float(i2), shrunk)


def _positive(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(errors > 0, errors, errors[errors > 0].min())


def _between(y: NDArray[np.float64], variances: NDArray[np.float64]) -> tuple[float, float, float]:
    """DerSimonian and Laird's variance between segments, Cochran's Q and the pooled mean."""
    weights = 1 / variances
    total = float(weights.sum())
    pooled = float(weights @ y) / total
    q = float(weights @ (y - pooled) ** 2)
    spare = total - float(weights @ weights) / total
    return max(0.0, (q - (len(y) - 1)) / spare), q, pooled
