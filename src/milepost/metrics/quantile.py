"""The quantile as an estimator: the median or another rank of durations, open ones not dropped."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, sqrt
from typing import ClassVar

import numpy as np

from milepost.metrics.sums import Array, BucketSums, Estimate, Histogram
from milepost.stats import histogram, survival
from milepost.stats.clusters import Linearised, effective_n, linearise
from milepost.stats.interval import Interval
from milepost.stats.quantiles import critical

_BUCKETS = 128


@dataclass(frozen=True, slots=True)
class Quantile:
    """The value below which a share `at` of all lies, from a log histogram (to 1 %).

    `of` is SQL for a row's value, 0 or more. `open` is SQL for how far the value has come of rows
    that have none yet, such as the age of a ticket that is not solved: with any of them the
    quantile is that of Kaplan and Meier. Without, its interval is Woodruff's.
    """

    name: ClassVar[str] = "quantile"
    scale: ClassVar[tuple[float, float]] = (0.0, inf)
    of: str
    at: float = 0.5
    open: str | None = None

    def estimate(self, sums: BucketSums, *, conf: float) -> Estimate | None:
        """The quantile with its interval; None without rows, or where it is not reached yet."""
        found = sums.histogram
        if found is None or found.ended.sum() <= 0:
            return None
        values = histogram.value_of(found.bins)
        n, waiting = float((found.ended + found.open).sum()), bool(found.open.any())
        value = self._value(values, found, waiting=waiting)
        if not isfinite(value):
            return None
        below = self._below(found, values, value)
        n_eff, df = (n, None) if sums.simple else self._effective(below, n)
        within = self._interval(values, found, n_eff, df, conf=conf, waiting=waiting)
        # A limit stands for all of its bin, so that it reaches to the bin's end.
        interval = Interval(within.low * (1 - histogram.ERROR), within.high * (1 + histogram.ERROR))
        se = _error(interval, conf, df)
        how = "Kaplan-Meier, log-log" if waiting else "Woodruff"
        return Estimate(
            value, interval.clipped(*self.scale).containing(value), se, n, n_eff,
            None if df is None else below.units, df,
            how if df is None else f"{how}, cluster-robust",
            self._influence(below, value, se, n_eff),
        )  # fmt: skip

    def _value(self, values: Array, found: Histogram, *, waiting: bool) -> float:
        if not waiting:
            return histogram.quantile(values, found.ended, self.at)
        curve = survival.kaplan_meier(values, found.ended, found.open)
        return survival.quantile(curve, self.at)

    def _interval(
        self, values: Array, found: Histogram, n_eff: float, df: float | None, *,
        conf: float, waiting: bool,
    ) -> Interval:  # fmt: skip
        if not waiting:
            return histogram.quantile_interval(
                values, found.ended, self.at, n=n_eff, conf=conf, df=df
            )
        # Counts that are worth fewer leave the curve where it is and widen its band.
        worth = n_eff / float((found.ended + found.open).sum())
        curve = survival.kaplan_meier(values, found.ended * worth, found.open * worth)
        return survival.quantile_interval(curve, self.at, conf=conf)

    def _below(self, found: Histogram, values: Array, value: float) -> Linearised:
        """The share that lies below the quantile, by buckets."""
        under = np.bincount(
            found.buckets, weights=found.ended * (values <= value), minlength=_BUCKETS
        )
        every = np.bincount(found.buckets, weights=found.ended + found.open, minlength=_BUCKETS)
        return linearise(under, every)

    def _effective(self, below: Linearised, n: float) -> tuple[float, float]:
        simple = self.at * (1 - self.at) / n
        n_eff = effective_n(n, variance=below.variance, simple_variance=simple, units=below.units)
        return n_eff, below.units - 1

    def _influence(
        self, below: Linearised, value: float, se: float, n_eff: float
    ) -> Linearised | None:
        """What each bucket does to the quantile: its share below, over the density there."""
        if not isfinite(se) or se == 0 or below.units < 2:
            return None
        slope = -se / sqrt(self.at * (1 - self.at) / n_eff)
        return Linearised(value, se * se, below.units, below.influence * slope, below.present)


def _error(interval: Interval, conf: float, df: float | None) -> float:
    """The standard error that the interval stands for."""
    if not (isfinite(interval.low) and isfinite(interval.high)):
        return inf
    return (interval.high - interval.low) / (2 * critical(conf, df))
