"""Star ratings of things that have few ratings: averages to show and bounds to sort by."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.stats.interval import Interval
from milepost.stats.quantiles import crossing

Array = NDArray[np.float64]


class Posterior(NamedTuple):
    """Mean and standard deviation of what the true mean rating may be."""

    mean: float
    sd: float


def bayesian_average(mean: float, n: float, *, prior_mean: float, prior_weight: float) -> float:
    """The mean after adding `prior_weight` ratings of `prior_mean`: the average to show.

    >>> round(bayesian_average(4.405, 200, prior_mean=3.9, prior_weight=25), 4)
    4.3489
    """
    return (prior_weight * prior_mean + n * mean) / (prior_weight + n)


def posterior(counts: ArrayLike, *, stars: ArrayLike | None = None) -> Posterior:
    """The true mean after `counts` ratings, every mix being equally likely before: Dirichlet(1).

    `stars` are the values of the categories, 1 to k when not given.
    """
    alphas, values = _prior(counts, stars)
    total = float(alphas.sum())
    mean = float(alphas @ values) / total
    return Posterior(mean, math.sqrt(float(alphas @ (values - mean) ** 2) / total / (total + 1)))


def posterior_interval(
    counts: ArrayLike, *, stars: ArrayLike | None = None, conf: float = 0.95
) -> Interval:
    """Quantiles of that true mean; sort by the lower one, so that few ratings do not win.

    A mean of Dirichlet shares lies below m exactly when the gamma variables behind it, times
    (stars - m), have a negative sum; its chance is inverted from the characteristic function.
    Source: Gil-Pelaez 1951; checked against 400,000 draws.

    >>> [round(end, 2) for end in posterior_interval([10, 5, 12, 40, 133])]
    [4.21, 4.51]
    """
    alphas, values = _prior(counts, stars)
    (mean, sd), tail = posterior(counts, stars=stars), (1 - conf) / 2
    reach = sd * math.sqrt((1 - tail) / tail)  # no quantile lies farther out (Cantelli)

    def below(limit: float) -> float:
        return _chance_negative(alphas, values - limit)

    low = crossing(lambda limit: tail - below(limit), mean, max(mean - reach, float(values.min())))
    high = crossing(
        lambda limit: below(limit) - (1 - tail), mean, min(mean + reach, float(values.max()))
    )
    return Interval(low, high)


def _prior(counts: ArrayLike, stars: ArrayLike | None) -> tuple[Array, Array]:
    alphas = np.asarray(counts, dtype=np.float64) + 1
    values = np.arange(1.0, len(alphas) + 1) if stars is None else np.asarray(stars, np.float64)
    return alphas, values


def _chance_negative(alphas: Array, factors: Array) -> float:
    """The chance that Σ factor · Gamma(alpha) is negative, by the midpoint rule on an angle."""
    nodes = 2000
    angles = (np.arange(nodes) + 0.5) * (math.pi / 2 / nodes)
    scale = math.sqrt(float(alphas @ factors**2))
    steps = np.outer(np.tan(angles) / scale, factors)
    size, turn = np.exp(np.log1p(steps**2) @ alphas / -2), np.arctan(steps) @ alphas
    heights = size * np.sin(turn) / (np.sin(angles) * np.cos(angles))
    return 0.5 - float(heights.sum()) * (math.pi / 2 / nodes) / math.pi
