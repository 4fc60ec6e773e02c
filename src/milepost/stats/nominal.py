"""Shares of several categories read together, and tables of categories by sample."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from milepost.stats.interval import Interval
from milepost.stats.shares import wilson


def goodman(counts: ArrayLike, *, conf: float = 0.95) -> list[Interval]:
    """Intervals of all shares that hold at once: Wilson's, at conf `1 - (1 - conf)/k`.

    Source: Goodman 1965.

    >>> [round(low, 3) for low, high in goodman([210, 95, 60, 25, 10])]
    [0.461, 0.187, 0.11, 0.038, 0.011]
    """
    answers = np.asarray(counts, dtype=np.float64)
    n, each = float(answers.sum()), 1 - (1 - conf) / len(answers)
    return [wilson(float(answer) / n, n, conf=each) for answer in answers]


def sison_glaz(counts: ArrayLike, *, conf: float = 0.95) -> list[Interval]:
    """Simultaneous intervals of one common width, shorter than Goodman's for many categories.

    `[p - c/n, p + (c + 2g)/n]`, where c is the last whole width below `conf` and g carries it to
    `conf`. Takes whole counts, of which the small ones should be five at least. Source: Sison & Glaz 1995.
    """
    answers = np.asarray(counts, dtype=np.float64)
    n = int(answers.sum())
    reached, width = _chance_within(answers, 0), 0
    following = _chance_within(answers, 1)
    while following < conf and width < n:
        width += 1
        reached, following = following, _chance_within(answers, width + 1)
    extra = 2 * (conf - reached) / (following - reached) if reached < conf else 0.0
    return [
        Interval((count - width) / n, (count + width + extra) / n).clipped(0.0, 1.0)
        for count in answers.tolist()
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Association:
    """A test of independence: chi-square, degrees of freedom, p, and how strong it is.

    `cramers_v` is 0..1; `residuals` are standardised, beyond ±2 a cell stands out.
    """

    statistic: float
    df: int
    p: float
    cramers_v: float
    residuals: NDArray[np.float64]


def chi_square(table: ArrayLike) -> Association:
    """Whether the mix of categories (columns) differs between samples (rows).

    Rows and columns without answers are left out of the count of degrees; with fewer than two
    of either left there is nothing to compare, and p is 1.
    """
    cells = np.asarray(table, dtype=np.float64)
    n, rows, columns = cells.sum(), cells.sum(axis=1), cells.sum(axis=0)
    expected = np.outer(rows, columns) / n
    gaps = cells - expected
    variance = expected * np.outer(1 - rows / n, 1 - columns / n)
    statistic = float(_over(gaps**2, expected).sum())
    sides = (int((rows > 0).sum()) - 1, int((columns > 0).sum()) - 1)
    df = sides[0] * sides[1]
    p = float(special.chdtrc(df, statistic)) if df > 0 else 1.0
    v = math.sqrt(statistic / (float(n) * min(sides))) if df > 0 else 0.0
    return Association(statistic, df, p, v, _over(gaps, np.sqrt(variance)))


def _over(top: NDArray[np.float64], base: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(top, base, out=np.zeros_like(top), where=base > 0)


def _chance_within(counts: NDArray[np.float64], width: int) -> float:
    """The chance that a multinomial sample stays within `width` of every count.

    Independent Poisson counts truncated to those ranges, given that their sum is n; the chance
    of the sum by an Edgeworth expansion.
    """
    n = float(counts.sum())
    parts = [_truncated(float(count), width) for count in counts]
    log_inside = sum(math.log(part[0]) for part in parts)
    mean, second, third, excess = (sum(part[k] for part in parts) for k in (1, 2, 3, 4))
    at_n = n * math.log(n) - n - math.lgamma(n + 1)
    if second == 0:
        return math.exp(log_inside - at_n)
    z = (n - mean) / math.sqrt(second)
    density = _edgeworth(z, third / second**1.5, excess / second**2) / math.sqrt(second)
    return math.exp(log_inside - at_n) * density


def _truncated(rate: float, width: int) -> tuple[float, float, float, float, float]:
    """Chance, mean, variance, third moment and excess of a Poisson count within `width`."""
    values = np.arange(max(rate - width, 0.0), rate + width + 0.5)
    chances = np.exp(special.xlogy(values, rate) - rate - special.gammaln(values + 1))
    inside = float(chances.sum())
    chances = chances / inside
    mean = float(chances @ values)
    second, third, fourth = (float(chances @ (values - mean) ** k) for k in (2, 3, 4))
    return inside, mean, second, third, fourth - 3 * second**2


def _edgeworth(z: float, skew: float, excess: float) -> float:
    third = z**3 - 3 * z
    fourth = z**4 - 6 * z**2 + 3
    sixth = z**6 - 15 * z**4 + 45 * z**2 - 15
    correction = 1 + skew / 6 * third + excess / 24 * fourth + skew**2 / 72 * sixth
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * correction
