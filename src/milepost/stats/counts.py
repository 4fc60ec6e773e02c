"""Distributions of counts: Poisson, and the negative binomial for days that differ more.

A negative binomial has variance `mean + mean² / theta`; theta infinite is Poisson.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from milepost.stats.quantiles import crossing

Array = NDArray[np.float64]

MOST = 2.0**53  # a forecast carried on absurdly far ends here


class Theta(NamedTuple):
    """The size of a negative binomial and its standard error; both infinite for Poisson."""

    theta: float
    se: float


def pearson(counts: ArrayLike, means: ArrayLike) -> float:
    """Pearson's chi-square `sum((y - m)² / m)`; by its degrees of freedom, the dispersion.

    >>> pearson([1, 3], [2, 2])
    1.0
    """
    y, m = _pair(counts, means)
    return float(((y - m) ** 2 / m).sum())


def log_likelihood(counts: ArrayLike, means: ArrayLike, *, theta: float = math.inf) -> float:
    """The log likelihood of counts with these positive means."""
    y, m = _pair(counts, means)
    if math.isinf(theta):
        return float((special.xlogy(y, m) - m - special.gammaln(y + 1)).sum())
    ways = special.gammaln(theta + y) - special.gammaln(theta) - special.gammaln(y + 1)
    chances = special.xlogy(y, m / (m + theta)) - theta * np.log1p(m / theta)
    return float((ways + chances).sum())


def moment_theta(mean: float, variance: float) -> float:
    """Theta by moments, `mean² / (variance - mean)`; infinite without excess variance.

    >>> moment_theta(4.0, 12.0), moment_theta(4.0, 3.0)
    (2.0, inf)
    """
    return mean**2 / (variance - mean) if variance > mean else math.inf


def likeliest_theta(counts: ArrayLike, means: ArrayLike) -> Theta:
    """Theta by maximum likelihood, the means given; infinite without excess variance.

    The error comes from the observed information. Source: Lawless 1987; theta.ml in R's MASS.
    """
    y, m = _pair(counts, means)
    if float(((y - m) ** 2 - y).sum()) <= 0:
        return Theta(math.inf, math.inf)

    def falling(log_theta: float) -> float:
        return -_theta_slope(y, m, math.exp(log_theta))

    theta = math.exp(crossing(falling, math.log(1e-8), math.log(1e8)))
    within = special.polygamma(1, theta) - special.polygamma(1, theta + y)
    across = 2 / (theta + m) - (theta + y) / (theta + m) ** 2
    information = float((within - 1 / theta + across).sum())
    return Theta(theta, 1 / math.sqrt(information) if information > 0 else math.inf)


def quantile(share: float, means: ArrayLike, *, theta: ArrayLike = math.inf) -> NDArray[np.int64]:
    """The least count that is not exceeded with a chance of `share`, for each mean.

    The means and thetas are taken as known. ValueError for a share that is not between 0 and 1.

    >>> quantile(0.9, [3.85, 11.4]).tolist(), quantile(0.9, [3.85], theta=1.065).tolist()
    ([6, 16], [9])
    """
    if not 0 < share < 1:
        raise ValueError(f"a share lies between 0 and 1, not at {share}")
    m, size = np.broadcast_arrays(*_pair(means, theta))
    low, high = np.full(m.shape, -1.0), np.ones(m.shape)
    goal = share * (1 - 64 * np.finfo(np.float64).eps)  # a chance of just that much is enough
    while (short := (high < MOST) & (_cumulative(high, m, size) < goal)).any():
        low, high = np.where(short, high, low), np.where(short, 2 * high, high)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        enough = _cumulative(middle, m, size) >= goal
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high.astype(np.int64)


def _cumulative(counts: Array, means: Array, theta: Array) -> Array:
    """The chance of at most so many; -1 has none."""
    at = np.maximum(counts, 0.0)
    poisson = special.gammaincc(at + 1, means)
    finite = np.minimum(theta, 1e8)  # beyond it the two are one, and the beta function tires
    negative = special.betaincc(at + 1, finite, means / (means + finite))
    return np.where(counts < 0, 0.0, np.where(theta > 1e8, poisson, negative))


def _theta_slope(y: Array, m: Array, theta: float) -> float:
    """The derivative of the log likelihood by theta."""
    gamma = special.digamma(theta + y) - special.digamma(theta)
    rest = 1 - np.log1p(m / theta) - (theta + y) / (theta + m)
    return float((gamma + rest).sum())


def _pair(a: ArrayLike, b: ArrayLike) -> tuple[Array, Array]:
    return np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
