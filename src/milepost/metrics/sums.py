"""What estimators work on, the sums of one cell by buckets of customers, and what they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.stats.clusters import Linearised
from milepost.stats.interval import Interval

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Design:
    """The design effect of a larger whole, for cells whose buckets are not known.

    A cell's n rows are worth n / `effect` independent ones. `clusters` is the whole's number of
    buckets; None where its rows are independent and equal.
    """

    effect: float
    clusters: int | None


@dataclass(frozen=True, slots=True)
class Histogram:
    """How often values fall into the bins of a log histogram, in one order of five arrays.

    `ended` counts the values that are known, `open` those that are at least so large and still
    growing; a bin stands once for each bucket of customers that has any in it.
    """

    bins: NDArray[np.int64]
    buckets: NDArray[np.int64]
    ended: Array
    open: Array

    def __add__(self, other: Histogram) -> Histogram:
        """Both laid one after the other."""
        return Histogram(*(
            np.concatenate((getattr(self, name), getattr(other, name)))
            for name in ("bins", "buckets", "ended", "open")
        ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class BucketSums:
    """The sums of one cell: an array over the 128 buckets for each name, or over one.

    `histogram` is given where the metric is a quantile. `plain` counts every row once, `weighted` by its weight (None where no weight is mapped).
    `repeats` tells that some customer has more than one row here. `population` is the size of
    the finite group that was asked, if it is one, and `respondents` how many different people of
    it answered (None: as many as rows). `design` is given where the arrays hold the cell as a
    whole.
    """

    plain: Mapping[str, Array]
    weighted: Mapping[str, Array] | None = None
    repeats: bool = False
    population: float | None = None
    respondents: float | None = None
    design: Design | None = None
    histogram: Histogram | None = None

    @property
    def used(self) -> Mapping[str, Array]:
        """The sums that make the value."""
        return self.weighted or self.plain

    @property
    def simple(self) -> bool:
        """Whether the formulas for independent, equal rows apply."""
        return self.weighted is None and not self.repeats

    def n(self, name: str) -> float:
        """How many rows stand behind a sum, whatever their weights."""
        return float(self.plain[name].sum())


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with how sure it is. Value, interval and se are in the unit of the estimator's sums
    (shares 0..1, net shares -1..1). `linear` holds the buckets' influence for covariances; None
    where the buckets are not known."""

    value: float
    interval: Interval | None
    se: float
    n: float
    n_eff: float
    clusters: int | None
    df: float | None
    method: str
    linear: Linearised | None = None
