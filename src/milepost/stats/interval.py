"""The interval that every estimate carries."""

from __future__ import annotations

import math
from typing import NamedTuple

from milepost.stats.quantiles import critical


class Interval(NamedTuple):
    """Two ends in the unit of the estimate; infinite where the sample cannot tell."""

    low: float
    high: float

    def clipped(self, low: float, high: float) -> Interval:
        """The part within a scale.

        >>> Interval(-48.5, 98.5).clipped(-100, 90)
        Interval(low=-48.5, high=90)
        """
        return Interval(min(max(self.low, low), high), max(min(self.high, high), low))

    def containing(self, value: float) -> Interval:
        """Extended to contain the plain estimate, which an adjusted interval may leave out.

        >>> Interval(-48.5, 98.5).containing(100)
        Interval(low=-48.5, high=100)
        """
        return Interval(min(self.low, value), max(self.high, value))

    def scaled(self, factor: float) -> Interval:
        """In another unit, such as points instead of shares; a negative factor turns it round.

        >>> Interval(0.25, 0.5).scaled(-100)
        Interval(low=-50.0, high=-25.0)
        """
        ends = (self.low * factor, self.high * factor)
        return Interval(min(ends), max(ends))


def around(centre: float, se: float, *, conf: float = 0.95, df: float | None = None) -> Interval:
    """`centre ± critical * se`: normal, or Student's t with `df` degrees of freedom.

    Zero degrees or an infinite error give the whole line.

    >>> around(2.0, 0.0, df=0)
    Interval(low=-inf, high=inf)
    """
    multiplier = critical(conf, df)
    margin = math.inf if math.inf in (multiplier, se) else multiplier * se
    return Interval(centre - margin, centre + margin)
