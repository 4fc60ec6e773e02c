"""Moments and medians of histograms, and intervals for means."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from milepost.stats.interval import Interval, around


class Moments(NamedTuple):
    """Number of answers, their mean and their standard deviation with divisor n - 1."""

    n: float
    mean: float
    sd: float


def moments(values: ArrayLike, counts: ArrayLike | None = None) -> Moments:
    """The moments of `values`, each of which occurs `counts` times (once, when not given).

    Squares are taken around the mean, so that no digits are lost. One answer has `sd` 0 and a
    mean interval over the whole line.

    >>> moments([1, 2, 3], [1, 0, 1])
    Moments(n=2.0, mean=2.0, sd=1.4142135623730951)
    """
    scores = np.asarray(values, dtype=np.float64)
    times = np.ones_like(scores) if counts is None else np.asarray(counts, dtype=np.float64)
    n = float(times.sum())
    mean = float(times @ scores) / n
    squares = float(times @ (scores - mean) ** 2)
    return Moments(n, mean, math.sqrt(squares / (n - 1)) if n > 1 else 0.0)


def median(values: ArrayLike, counts: ArrayLike | None = None) -> float:
    """The median of `values` with whole `counts`; between two middle answers, their mean.

    >>> median([1, 2, 5], [1, 1, 2])
    3.5
    """
    scores = np.asarray(values, dtype=np.float64)
    times = np.ones(len(scores), np.int64) if counts is None else np.asarray(counts, np.int64)
    order = np.argsort(scores, kind="stable")
    reached = np.cumsum(times[order])
    middle = [(reached[-1] - 1) // 2, reached[-1] // 2]
    return float(scores[order][np.searchsorted(reached, middle, side="right")].mean())


def mean_interval(
    mean: float, sd: float, n: float, *, conf: float = 0.95, df: float | None = None
) -> Interval:
    """Student's interval `mean ± t sd / sqrt(n)`; `df` None is n - 1.

    `sd` has divisor n - 1. One answer gives the whole line, which the caller clips to the
    scale; an infinite n (a census) gives no width.

    >>> low, high = mean_interval(4.176, 0.975154, 500)
    >>> round(low, 3), round(high, 3)
    (4.09, 4.262)
    """
    return around(mean, sd / math.sqrt(n), conf=conf, df=n - 1 if df is None else df)


def geometric_interval(log_mean: float, log_sd: float, n: float, *, conf: float = 0.95) -> Interval:
    """The interval of a geometric mean: Student's on natural logarithms, taken back.

    `log_mean` and `log_sd` are moments of the logarithms. One answer gives zero to infinity.
    """
    low, high = mean_interval(log_mean, log_sd, n, conf=conf)
    return Interval(math.exp(low), math.exp(high))


def lognormal_mean(log_mean: float, log_sd: float) -> float:
    """The mean of a lognormal quantity from the moments of its logarithms: `exp(m + s²/2)`.

    >>> round(lognormal_mean(1.5033, 1.2883), 2)
    10.31
    """
    return math.exp(log_mean + log_sd**2 / 2)


def lognormal_interval(
    log_mean: float, log_sd: float, n: float, *, conf: float = 0.95, df: float | None = None
) -> Interval:
    """The interval of a lognormal mean: `m + s²/2 ± z sqrt(s²/n + s⁴/(2(n-1)))`, taken back.

    Cox's method; with `df` n - 1 it is Olsson's, fit for few answers. One answer gives zero to
    infinity. Source: Zhou & Gao 1997; Olsson 2005.

    >>> low, high = lognormal_interval(1.5, 1.2, 40, df=39)
    >>> round(low, 2), round(high, 2)
    (5.55, 15.27)
    """
    if n <= 1:
        return Interval(0.0, math.inf)
    se = math.sqrt(log_sd**2 / n + log_sd**4 / (2 * (n - 1)))
    low, high = around(log_mean + log_sd**2 / 2, se, conf=conf, df=df)
    return Interval(math.exp(low), math.exp(high) if high < 700 else math.inf)


def finite_population_n(n: float, population: float) -> float:
    """The n to use when `n` of `population` people answered: `n (N - 1) / (N - n)`.

    Everybody answering gives infinity: every interval then has no width, since nothing is left
    to estimate about these people. Use n itself for the question whether it would come out so
    again.

    >>> round(finite_population_n(60, 200), 4), finite_population_n(40, 40)
    (85.2857, inf)
    """
    if n >= population:
        return math.inf
    return n * (population - 1) / (population - n)
