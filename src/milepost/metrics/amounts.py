"""Shares of money as an estimator: a few large customers decide them, and the interval says so."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

from milepost.metrics.sums import BucketSums, Estimate
from milepost.stats.clusters import linearise
from milepost.stats.shares import of_amounts, shrunken
from milepost.stats.weighting import kish


@dataclass(frozen=True, slots=True)
class ShareOfAmounts:
    """part / whole, both sums of amounts 0 or more: the delta method on the log odds (R4).

    `squares` is the sum of the squares of each customer's part of the whole; it tells how many
    customers of equal weight these are worth, the n_eff. Under 100 the interval is too short.
    """

    name: ClassVar[str] = "share of amounts"
    scale: ClassVar[tuple[float, float]] = (0.0, 1.0)
    part: str
    whole: str
    squares: str
    of: str = "n"

    def estimate(self, sums: BucketSums, *, conf: float) -> Estimate | None:
        """The share with its interval; None where there is no amount to have a share of."""
        y, x = sums.used[self.part], sums.used[self.whole]
        total = float(x.sum())
        if total <= 0:
            return None
        linear, n = linearise(y, x), sums.n(self.of)
        n_eff, df = kish(total, float(sums.used[self.squares].sum())), max(linear.units - 1, 0)
        share, se = linear.ratio, sqrt(linear.variance)
        interval = of_amounts(share, se=se, n=n_eff, conf=conf, df=df).containing(share)
        how = "delta method on log odds, cluster-robust"
        if not 0 < share < 1:
            # Nobody differs, so that the error is that of so many alike, and not 0.
            guarded = shrunken(min(max(share, 0.0), 1.0), n_eff, pseudo=2)
            se, how = sqrt(guarded.share * (1 - guarded.share) / guarded.n), "Wilson"
        return Estimate(share, interval, se, n, n_eff, linear.units, df, how, linear)
