"""Quantiles of durations and amounts from a logarithmic histogram that adds up.

A value above zero falls into bin `ceil(ln v / ln gamma)`; the value shown for a bin lies within
1 % of everything in it. Counts of a bin add over days, segments and machines, and so a quantile
of the sum is within 1 % of the one of all rows. Source: DDSketch (Masson, Rim & Lee 2019).

The quantiles take any values with whole counts, in any order, a value more than once if need be:
`value_of(bins)` for a histogram, or the rows themselves.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from milepost.errors import DataError
from milepost.stats.interval import Interval
from milepost.stats.quantiles import critical
from milepost.stats.shares import wald

ERROR = 0.01
GAMMA = (1 + ERROR) / (1 - ERROR)
LOG_GAMMA = math.log(GAMMA)
ZERO_BIN = -65_536  # the smallest positive double has bin -37,220

FEW = 5  # expected answers beyond the quantile, below which ranks are exact
EPS = float(np.finfo(np.float64).eps)


class Ranks(NamedTuple):
    """Two ranks of ordered answers, the first being 1; 0 and n + 1 stand for no limit."""

    low: int
    high: int


def bin_of(values: ArrayLike) -> NDArray[np.int32]:
    """The bin of each value, zero in a bin of its own.

    Raises DataError for values below zero. The same in SQL: `ceil(ln(v) / LOG_GAMMA)`; a value
    on the edge of a bin may fall on either side of it.

    >>> bin_of([0, 0.5, 1, 3600]).tolist()
    [-65536, -34, 0, 410]
    """
    amounts = np.asarray(values, dtype=np.float64)
    if (amounts < 0).any():
        raise DataError(
            f"log histogram: {amounts.min():g} is below zero; leave such values out first"
        )
    logs = np.log(amounts, where=amounts > 0, out=np.zeros_like(amounts))
    return np.where(amounts > 0, np.ceil(logs / LOG_GAMMA), ZERO_BIN).astype(np.int32)


def value_of(bins: ArrayLike) -> NDArray[np.float64]:
    """The value that stands for each bin: `2 gamma^k / (gamma + 1)`, and 0 for the zero bin.

    >>> value_of([ZERO_BIN, 0, 410]).round(4).tolist()
    [0.0, 0.99, 3605.5262]
    """
    keys = np.asarray(bins, dtype=np.float64)
    powers = GAMMA ** np.where(keys == ZERO_BIN, 0.0, keys)
    return np.where(keys == ZERO_BIN, 0.0, 2 / (GAMMA + 1) * powers)


def quantile(values: ArrayLike, counts: ArrayLike, at: float) -> float:
    """The quantile at `at` (0..1), linear between two ranks: the default of numpy and of R.

    Also SQL's PERCENTILE_CONT, and at 0.5 `means.median`. Needs at least one answer.

    >>> quantile([1, 2, 5], [1, 1, 2], 0.5)
    3.5
    """
    ordered, reached = _cumulated(values, counts)
    place = (int(reached[-1]) - 1) * at
    below = math.floor(place)
    low, high = ordered[np.searchsorted(reached, [below, math.ceil(place)], side="right")]
    return float(low + (place - below) * (high - low))


def inverse(values: ArrayLike, counts: ArrayLike, share: float) -> float:
    """The smallest value that at least `share` of all do not exceed: SQL's PERCENTILE_DISC.

    A share beyond 0..1 gives the smallest or the largest value.

    >>> inverse([1, 2, 5], [1, 1, 2], 0.5), inverse([1, 2, 5], [1, 1, 2], 1.2)
    (2.0, 5.0)
    """
    ordered, reached = _cumulated(values, counts)
    n = int(reached[-1])
    rank = math.ceil(share * n * (1 - 4 * EPS))  # a share computed as rank / n is that rank
    return float(ordered[np.searchsorted(reached, min(max(rank, 1), n))])


def binomial_ranks(at: float, n: int, *, conf: float = 0.95) -> Ranks:
    """The ranks among n independent answers between which the quantile lies, by exact chances.

    `P(low <= B < high) >= conf` for a binomial B of n trials at `at`. No limit (0, or n + 1)
    where even the extreme answer is not sure enough.

    >>> binomial_ranks(0.5, 21), binomial_ranks(0.9, 21)
    (Ranks(low=6, high=16), Ranks(low=16, high=22))
    """
    tail = (1 - conf) / 2
    reached = special.bdtr(np.arange(n + 1.0), n, at)
    low, high = np.searchsorted(reached, [tail, 1 - tail])
    return Ranks(int(low), int(high) + 1)


def quantile_interval(
    values: ArrayLike,
    counts: ArrayLike,
    at: float,
    *,
    n: float | None = None,
    conf: float = 0.95,
    df: float | None = None,
) -> Interval:
    """The interval of a quantile: limits of the share at or below it, taken back to values.

    `n` is the effective number of answers (all of them, when not given) and `df` that of units
    less one. With fewer than five answers expected beyond the quantile the limits are exact
    binomial ranks. An end is infinite where the answers cannot tell; the caller clips to the
    scale. `at` lies strictly between 0 and 1. Source: Woodruff 1952.

    >>> low, high = quantile_interval(np.arange(1, 101), np.ones(100), 0.5)
    >>> low, high
    (41.0, 60.0)
    """
    total = float(np.sum(counts)) if n is None else n
    worth = total * (critical(conf) / critical(conf, df)) ** 2  # the normal n with Student's width
    limits = _share_limits(at, worth, conf=conf)
    low = -math.inf if limits.low <= 0 else inverse(values, counts, limits.low)
    high = math.inf if limits.high > 1 else inverse(values, counts, limits.high)
    return Interval(low, high).containing(quantile(values, counts, at))


def _share_limits(at: float, n: float, *, conf: float) -> Interval:
    if n * min(at, 1 - at) >= FEW:
        return wald(at, n, conf=conf)
    trials = math.floor(n)
    if trials < 1:
        return Interval(-math.inf, math.inf)
    ranks = binomial_ranks(at, trials, conf=conf)
    return Interval(ranks.low / trials, ranks.high / trials)


def _cumulated(
    values: ArrayLike, counts: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    amounts = np.asarray(values, dtype=np.float64)
    order = np.argsort(amounts, kind="stable")
    return amounts[order], np.cumsum(np.asarray(counts, dtype=np.int64)[order])
