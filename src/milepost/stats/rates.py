"""Rates: events in so much exposure, with exact Poisson limits."""

from __future__ import annotations

import math
from typing import NamedTuple

from scipy.special import gammaincinv

from milepost.stats.interval import Interval
from milepost.stats.shares import clopper_pearson, exact_p, exact_p_greater

MANY = 100_000  # events, above which listing all outcomes is slow and tells nothing more


class RateOf(NamedTuple):
    """So many events in so much exposure, such as customers lost in customer-months."""

    events: int
    exposure: float


class RateRatio(NamedTuple):
    """One rate over another, with its interval and two-sided p-value."""

    ratio: float
    low: float
    high: float
    p: float


def rate_interval(events: float, exposure: float, *, conf: float = 0.95) -> Interval:
    """The exact Poisson interval of events / exposure (Garwood 1936), both limits per unit.

    >>> low, high = rate_interval(10, 100)
    >>> round(low, 6), round(high, 6)
    (0.047954, 0.183904)
    """
    tail = (1 - conf) / 2
    low = float(gammaincinv(events, tail)) if events > 0 else 0.0
    return Interval(low / exposure, float(gammaincinv(events + 1, 1 - tail)) / exposure)


def rate_ratio(a: RateOf, b: RateOf, *, conf: float = 0.95) -> RateRatio | None:
    """The rate of b over that of a, exact given the events of both together.

    Given their sum, the events of b are binomial. Without any events on side a the ratio is
    infinite; without any at all it is None. Source: Przyborowski & Wilenski 1940.

    >>> found = rate_ratio(RateOf(10, 100.0), RateOf(20, 100.0))
    >>> found.ratio, round(found.low, 4), round(found.high, 4), round(found.p, 4)
    (2.0, 0.8935, 4.7846, 0.0987)
    """
    n = a.events + b.events
    if n == 0:
        return None
    even = b.exposure / (a.exposure + b.exposure)
    p = exact_p(b.events, n, share=even) if n <= MANY else _doubled_p(b.events, n, share=even)
    scale = a.exposure / b.exposure
    low, high = (scale * _odds(end) for end in clopper_pearson(b.events / n, n, conf=conf))
    ratio = scale * b.events / a.events if a.events > 0 else math.inf
    return RateRatio(ratio, low, high, p)


def cost_interval(spend: float, events: int, *, conf: float = 0.95) -> Interval:
    """The interval of `spend / events`, such as the cost of a new customer; the spend is fixed.

    The limits of the Poisson count change places; no events give an infinite upper end.

    >>> low, high = cost_interval(1000, 10)
    >>> round(low, 2), round(high, 2), cost_interval(1000, 0).high
    (54.38, 208.53, inf)
    """
    low, high = rate_interval(events, 1.0, conf=conf)
    return Interval(spend / high, spend / low if low > 0 else math.inf)


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf


def _doubled_p(successes: int, n: int, *, share: float) -> float:
    more = exact_p_greater(successes, n, share=share)
    fewer = exact_p_greater(n - successes, n, share=1 - share)
    return min(1.0, 2 * min(more, fewer))
