"""Rates: events in so much exposure, with exact Poisson limits."""

from __future__ import annotations

from scipy.special import gammaincinv

from milepost.stats.interval import Interval


def rate_interval(events: float, exposure: float, *, conf: float = 0.95) -> Interval:
    """The exact Poisson interval of events / exposure (Garwood 1936), both limits per unit.

    >>> low, high = rate_interval(10, 100)
    >>> round(low, 6), round(high, 6)
    (0.047954, 0.183904)
    """
    tail = (1 - conf) / 2
    low = float(gammaincinv(events, tail)) if events > 0 else 0.0
    return Interval(low / exposure, float(gammaincinv(events + 1, 1 - tail)) / exposure)
