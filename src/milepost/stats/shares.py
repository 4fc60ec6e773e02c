"""Intervals for one proportion; Wilson's is the default.

`share` is 0..1 and `n` the number of answers, or an effective number of them, which may be a
fraction; with repeated answers `df` is the number of units less one. Only the exact tests count
whole successes. An infinite n (a census) gives an interval without width.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from milepost.stats.interval import Interval, around
from milepost.stats.quantiles import critical, crossing


class Shrunken(NamedTuple):
    """A share drawn towards one half, and the n it then stands for."""

    share: float
    n: float


def wilson(share: float, n: float, *, conf: float = 0.95, df: float | None = None) -> Interval:
    """Wilson's score interval: `(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)`.

    With an effective n and t(K-1) for z it is the interval of clustered or weighted answers.
    Always within 0..1 and around the share; one unit (`df` 0) gives 0..1.
    Source: Wilson 1927; on n_eff: Korn & Graubard 1998.

    >>> low, high = wilson(78 / 96, 96)
    >>> round(low, 4), round(high, 4)
    (0.723, 0.878)
    """
    z = critical(conf, df)
    if math.isinf(z):
        return Interval(0.0, 1.0)
    shrink = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / shrink
    half = z * math.sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2) / shrink
    return Interval(centre - half, centre + half).clipped(0.0, 1.0).containing(share)


def wald(share: float, n: float, *, conf: float = 0.95, df: float | None = None) -> Interval:
    """The textbook interval `p ± z sqrt(p(1-p)/n)`, not clipped; too short for small n."""
    return around(share, math.sqrt(share * (1 - share) / n), conf=conf, df=df)


def shrunken(share: float, n: float, *, pseudo: float) -> Shrunken:
    """The share after adding `pseudo` answers, half of them successes.

    >>> shrunken(1.0, 6, pseudo=2)
    Shrunken(share=0.875, n=8)
    """
    weight = 1 / (1 + pseudo / n)
    return Shrunken(weight * share + (1 - weight) / 2, n + pseudo)


def laplace(share: float, n: float) -> float:
    """Laplace's estimate `(x + 1) / (n + 2)`, for fewer than ten answers (Lewis & Sauro 2006).

    >>> round(laplace(1.0, 5), 4)
    0.8571
    """
    return shrunken(share, n, pseudo=2).share


def agresti_coull(
    share: float, n: float, *, conf: float = 0.95, df: float | None = None
) -> Interval:
    """Wald's interval after adding z² answers, half of them successes, clipped to 0..1.

    The interval of task completion, fine from five answers. It holds the plain share, also when
    all or none succeeded. Source: Agresti & Coull 1998; Sauro & Lewis 2005 ("adjusted Wald").

    >>> low, high = agresti_coull(1.0, 5)
    >>> round(low, 4), high
    (0.5109, 1.0)
    """
    z = critical(conf, df)
    if math.isinf(z):
        return Interval(0.0, 1.0)
    moved = shrunken(share, n, pseudo=z * z)
    return wald(*moved, conf=conf, df=df).clipped(0.0, 1.0).containing(share)


def add4(share: float, n: float, *, conf: float = 0.95, df: float | None = None) -> Interval:
    """Wald's interval after adding two successes and two failures, clipped to 0..1."""
    moved = shrunken(share, n, pseudo=4)
    return wald(*moved, conf=conf, df=df).clipped(0.0, 1.0).containing(share)


def clopper_pearson(share: float, n: float, *, conf: float = 0.95) -> Interval:
    """The exact interval: beta quantiles; never covers less than `conf`, often much more.

    Source: Clopper & Pearson 1934.
    """
    tail = (1 - conf) / 2
    hits, misses = share * n, (1 - share) * n
    low = float(special.betaincinv(hits, misses + 1, tail)) if share > 0 else 0.0
    high = float(special.betainccinv(hits + 1, misses, tail)) if share < 1 else 1.0
    return Interval(low, high)


def jeffreys(share: float, n: float, *, conf: float = 0.95) -> Interval:
    """Equal-tailed quantiles of the posterior Beta(x + 1/2, n - x + 1/2)."""
    tail = (1 - conf) / 2
    hits, misses = share * n + 0.5, (1 - share) * n + 0.5
    low = float(special.betaincinv(hits, misses, tail))
    return Interval(low, float(special.betainccinv(hits, misses, tail)))


def korn_graubard(
    share: float, *, variance: float, n: int, df: float, conf: float = 0.95
) -> Interval:
    """Clopper-Pearson on the effective n of a share whose clustered variance is known.

    `n` is the number of rows and `df` that of units less one; `share` lies strictly between
    0 and 1. Source: Korn & Graubard 1998.
    """
    shortfall = critical(conf, n - 1) / critical(conf, df)
    return clopper_pearson(share, share * (1 - share) / variance * shortfall**2, conf=conf)


def logit(share: float, *, se: float, conf: float = 0.95, df: float | None = None) -> Interval:
    """An interval on the log odds, by the delta method, for a share strictly between 0 and 1."""
    odds = around(math.log(share / (1 - share)), se / (share * (1 - share)), conf=conf, df=df)
    return Interval(float(special.expit(odds.low)), float(special.expit(odds.high)))


def of_amounts(
    share: float, *, se: float, n: float, conf: float = 0.95, df: float | None = None
) -> Interval:
    """The interval of a share 0..1 of money, such as the revenue kept: on the log odds.

    `n` is the number of customers that their amounts are worth, `weighting.kish` of them one by
    one; under 100 the interval is too short. Where all or nothing was kept there are no odds, and
    it is Wilson's of `n`.

    >>> low, high = of_amounts(0.9115, se=0.0522, n=6.4, df=11)
    >>> round(low, 3), round(high, 3)
    (0.713, 0.977)
    """
    if 0 < share < 1:
        return logit(share, se=se, conf=conf, df=df)
    return wilson(share, n, conf=conf, df=df)


def exact_interval(successes: int, n: int, *, conf: float = 0.95) -> Interval:
    """The shares that `exact_p` does not reject; a little shorter than Clopper and Pearson's."""
    share = successes / n

    def rejected(supposed: float) -> float:
        return (1 - conf) - exact_p(successes, n, share=supposed)

    low = crossing(rejected, share, 0.0) if successes > 0 else 0.0
    high = crossing(rejected, share, 1.0) if successes < n else 1.0
    return Interval(low, high)


def exact_p(successes: int, n: int, *, share: float) -> float:
    """Two-sided exact binomial p: all outcomes no likelier than the observed one.

    >>> round(exact_p(12, 37, share=0.5), 6)
    0.047031
    """
    chances = _binomial(n, share)
    # outcomes as likely as the observed one differ from it by rounding alone
    return min(1.0, float(chances[chances <= chances[successes] * (1 + 1e-7)].sum()))


def exact_p_greater(successes: int, n: int, *, share: float) -> float:
    """The chance of at least so many successes when the true share is `share`."""
    return 1.0 if successes == 0 else float(special.betainc(successes, n - successes + 1, share))


def _binomial(n: int, share: float) -> NDArray[np.float64]:
    hits = np.arange(n + 1.0)
    ways = special.gammaln(n + 1) - special.gammaln(hits + 1) - special.gammaln(n - hits + 1)
    logs = ways + special.xlogy(hits, share) + special.xlog1py(n - hits, -share)
    return np.asarray(np.exp(logs), dtype=np.float64)
