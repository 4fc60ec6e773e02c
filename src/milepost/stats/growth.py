"""Growth of one figure over another, and a monthly share carried on for a year."""

from __future__ import annotations

import math
from dataclasses import dataclass

from milepost.stats.clusters import Linearised, covariance
from milepost.stats.interval import Interval, around


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth as a share of the earlier figure (0.1 is ten per cent more), with its interval.

    `log` is `ln(later / earlier)` and `se` its standard error.
    """

    growth: float
    low: float
    high: float
    log: float
    se: float


def log_ratio(
    earlier: Linearised, later: Linearised, *, conf: float = 0.95, df: float | None = None
) -> Growth | None:
    """The growth of a mean, a ratio or a total over units, by the delta method on its logarithm.

    Both sides hold the same units in the same order (the same buckets, or two lists of days with
    zeros for the days of the other side), so that customers on both sides count as such:
    `V = V_a/a² + V_b/b² - 2 C/(a b)`. For totals of the same buckets give `linearise(totals,
    ones)`: their growth is that of the mean bucket. None when either figure is not above zero;
    a single unit gives -1 to infinity.

    >>> from milepost.stats.clusters import linearise
    >>> a, b = linearise([9, 11, 10], [1, 1, 1]), linearise([10, 13, 10], [1, 1, 1])
    >>> found = log_ratio(a, b)
    >>> round(found.growth, 4), round(found.low, 4), round(found.high, 4)
    (0.1, -0.0028, 0.2134)
    """
    if earlier.ratio <= 0 or later.ratio <= 0:
        return None
    log = math.log(later.ratio / earlier.ratio)
    se = math.sqrt(max(_log_variance(earlier, later), 0.0))  # rounding may go just below zero
    growth = later.ratio / earlier.ratio - 1
    ends = Interval(*(_grown(end) for end in around(log, se, conf=conf, df=df)))
    return Growth(growth, *ends.containing(growth), log, se)


def compounded(share: float, *, periods: float = 12) -> float:
    """The share lost after so many periods that each lose `share`: `1 - (1 - c)^12`, not `12 c`.

    >>> round(compounded(0.03), 4)
    0.3062
    """
    return 1 - float((1 - share) ** periods)


def compounded_interval(interval: Interval, *, periods: float = 12) -> Interval:
    """The interval of a compounded share: both ends carried on, for the more now, the more then.

    >>> low, high = compounded_interval(Interval(0.02, 0.04))
    >>> round(low, 4), round(high, 4)
    (0.2153, 0.3873)
    """
    return Interval(*(compounded(end, periods=periods) for end in interval))


def _log_variance(earlier: Linearised, later: Linearised) -> float:
    own = earlier.variance / earlier.ratio**2 + later.variance / later.ratio**2
    return own - 2 * covariance(earlier, later) / (earlier.ratio * later.ratio)


def _grown(log: float) -> float:
    if log > 700:  # beyond what a double can hold
        return math.inf
    return math.expm1(log)
