"""How long until something happens, when for some it has not happened yet (Kaplan-Meier).

Everything starts from cells: a time, how many had the event then (closed, lost), and how many
were last seen then without it (still open, still customers). Rows are cells of one; bins of a log
histogram are cells at their values. Times are zero or more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.stats.interval import Interval
from milepost.stats.quantiles import critical
from milepost.stats.shares import wilson

Array = NDArray[np.float64]

SAME = 1e-9  # a product of shares that should be one half is one half to this precision


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The share without the event yet, just after each time at which anything was seen.

    `at_risk` are those without the event just before that time, `events` those who had it then.
    """

    times: Array
    at_risk: Array
    events: Array
    survival: Array

    @property
    def steps(self) -> Array:
        """What each time adds to the variance of log survival: `d / (n (n - d))`.

        0 in place of infinity where the last ones at risk all had the event.
        """
        left = self.at_risk - self.events
        parts = np.zeros_like(left)
        np.divide(self.events, self.at_risk * left, out=parts, where=left > 0)
        return parts

    @property
    def se(self) -> Array:
        """Greenwood's standard error of survival; 0 where survival is 1 or 0."""
        return self.survival * np.sqrt(np.cumsum(self.steps))


class Band(NamedTuple):
    """The interval of survival at each time of a curve."""

    low: Array
    high: Array


class Still(NamedTuple):
    """The share without the event at a time, and its interval."""

    share: float
    low: float
    high: float


class Restricted(NamedTuple):
    """The mean time, counted up to `until`, and its standard error."""

    mean: float
    se: float
    until: float


def kaplan_meier(times: ArrayLike, events: ArrayLike, censored: ArrayLike) -> Curve:
    """The survival curve of cells; equal times are added up, cells of nobody left out.

    Whoever is censored at a time is still at risk at that time. Needs at least one person.
    Source: Kaplan & Meier 1958.

    >>> kaplan_meier([1, 2, 3, 4], [1, 1, 0, 1], [0, 0, 1, 0]).survival.tolist()
    [0.75, 0.5, 0.5, 0.0]
    """
    when, had, open_ = (np.asarray(part, dtype=np.float64) for part in (times, events, censored))
    seen = had + open_ > 0
    moments, place = np.unique(when[seen], return_inverse=True)
    falls, exits = (_added_up(place, people[seen]) for people in (had, had + open_))
    at_risk = np.cumsum(exits[::-1])[::-1]
    return Curve(moments, at_risk, falls, np.asarray(np.cumprod(1 - falls / at_risk)))


def loglog_band(curve: Curve, *, conf: float = 0.95) -> Band:
    """Intervals by the delta method on `log(-log S)`: within 0..1, the default.

    Before the first event it is Wilson's interval of those at risk, of whom all are left. Where
    nobody is left, the upper end stays what it was. Source: Kalbfleisch & Prentice 1980.
    """
    z, inner = critical(conf), _inner(curve)
    logs = np.log(inner)
    factor = np.exp(z * np.sqrt(np.cumsum(curve.steps)) / -logs)
    return _completed(curve, inner**factor, inner ** (1 / factor), conf=conf)


def log_band(curve: Curve, *, conf: float = 0.95) -> Band:
    """Intervals by the delta method on `log S`, cut at 1; ends of the curve as `loglog_band`."""
    factor = np.exp(critical(conf) * np.sqrt(np.cumsum(curve.steps)))
    inner = _inner(curve)
    return _completed(curve, inner / factor, np.minimum(inner * factor, 1.0), conf=conf)


def still(curve: Curve, time: float, *, conf: float = 0.95) -> Still | None:
    """The share without the event at `time`; None beyond the time that anybody was followed.

    >>> found = still(kaplan_meier([2, 5, 8, 9], [1, 1, 0, 1], [0, 0, 1, 0]), 6)
    >>> found.share, round(found.low, 4), round(found.high, 4)
    (0.5, 0.0578, 0.8449)
    """
    place = int(np.searchsorted(curve.times, time, side="right")) - 1
    if place < 0:
        return Still(1.0, *wilson(1.0, float(curve.at_risk[0]), conf=conf))
    if time > curve.times[-1] and curve.survival[-1] > 0:
        return None
    band = loglog_band(curve, conf=conf)
    return Still(*(float(part[place]) for part in (curve.survival, band.low, band.high)))


def quantile(curve: Curve, at: float) -> float:
    """The time by which the share `at` has had the event; infinite when it is not reached.

    Where the curve lies exactly on the share wanted, the middle of that stretch: without
    censoring the median is the usual one.

    >>> curve = kaplan_meier([1, 2, 3, 4], [1, 1, 1, 1], [0, 0, 0, 0])
    >>> quantile(curve, 0.5), quantile(kaplan_meier([1, 2], [1, 0], [0, 1]), 0.9)
    (2.5, inf)
    """
    return _reached(curve.times, curve.survival, 1 - at)


def quantile_interval(curve: Curve, at: float, *, conf: float = 0.95) -> Interval:
    """The times at which the log-log band lets the share `at` be reached.

    The upper end is infinite when the band never falls so far; the lower end is then at most the
    last time seen. Source: Brookmeyer & Crowley 1982, on the log-log scale.
    """
    band, begun = loglog_band(curve, conf=conf), curve.survival < 1
    times = curve.times[begun]
    low, high = (_reached(times, ends[begun], 1 - at) for ends in band)
    return Interval(min(low, float(curve.times[-1])), high).containing(quantile(curve, at))


def restricted_mean(curve: Curve, until: float) -> Restricted:
    """The mean time counted up to `until`: the area under the curve, with its standard error.

    The longest time seen takes the place of a later `until`, unless nobody is left by then.

    >>> restricted_mean(kaplan_meier([1, 3], [1, 1], [0, 0]), 2)
    Restricted(mean=1.5, se=0.3535533905932738, until=2)
    """
    end = until if curve.survival[-1] == 0 else min(until, float(curve.times[-1]))
    before = curve.times < end
    knots = np.concatenate([[0.0], curve.times[before], [end]])
    areas = np.diff(knots) * np.concatenate([[1.0], curve.survival[before]])
    later = np.cumsum(areas[::-1])[::-1][1:]
    variance = float(later**2 @ curve.steps[before])
    return Restricted(float(areas.sum()), math.sqrt(variance), end)


def _added_up(place: NDArray[np.intp], people: Array) -> Array:
    return np.asarray(np.bincount(place, weights=people), dtype=np.float64)


def _inner(curve: Curve) -> Array:
    """Survival with 1/2 in place of 0 and 1, whose logarithms say nothing."""
    return np.where((curve.survival > 0) & (curve.survival < 1), curve.survival, 0.5)


def _completed(curve: Curve, low: Array, high: Array, *, conf: float) -> Band:
    for place in np.flatnonzero(curve.survival == 1):
        low[place], high[place] = wilson(1.0, float(curve.at_risk[place]), conf=conf)
    if curve.survival[-1] == 0:
        low[-1], high[-1] = 0.0, high[-2] if len(high) > 1 else 1.0
    return Band(low, high)


def _reached(times: Array, heights: Array, wanted: float) -> float:
    fallen = np.flatnonzero(heights <= wanted + SAME)
    if len(fallen) == 0:
        return math.inf
    first = fallen[0]
    below = np.flatnonzero(heights < wanted - SAME)
    if heights[first] < wanted - SAME or len(below) == 0:
        return float(times[first])
    return float(times[first] + times[below[0]]) / 2
