"""Two samples compared: the change, its interval and its p-value.

A change is always `b - a`, b being the later or own figure. Intervals are clipped to what the
change can be and hold the plain change; n may be an effective number of answers and `df` then
the degrees of freedom of a Student interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from milepost.stats.interval import Interval, around
from milepost.stats.nets import adjusted_wald
from milepost.stats.quantiles import critical, crossing, standardised, two_sided
from milepost.stats.shares import exact_p, shrunken, wilson


class ShareOf(NamedTuple):
    """A share 0..1 of n answers."""

    share: float
    n: float


class NetOf(NamedTuple):
    """Shares 0..1 of positives and negatives among n answers."""

    positive: float
    negative: float
    n: float


class MeanOf(NamedTuple):
    """Mean and standard deviation (divisor n - 1) of n answers."""

    mean: float
    sd: float
    n: float


@dataclass(frozen=True, slots=True)
class Difference:
    """A change with its interval, its two-sided p-value and its standard error.

    `change` is the plain difference; `se` is the error that the interval or the test rests on,
    and never 0 for shares and nets. A sample that cannot tell has p 1.
    """

    change: float
    low: float
    high: float
    p: float
    se: float


def net_difference(
    a: NetOf, b: NetOf, *, conf: float = 0.95, df: float | None = None, pseudo: float = 1.5
) -> Difference:
    """The change of a net share: adjusted Wald with `pseudo` answers added to each sample.

    1.5 each is right at all sizes, 3 each is conservative, 0 is Wald's. The p-value and the
    interval are those of the adjusted change. Unit scale, interval within -2..2.

    >>> found = net_difference(NetOf(0.3, 0.2, 400), NetOf(0.5, 0.1, 400))
    >>> round(found.change, 4), round(found.low, 4), round(found.p, 6)
    (0.3, 0.2045, 0.0)
    """
    before, after = (adjusted_wald(*side, pseudo=pseudo) for side in (a, b))
    change = (b.positive - b.negative) - (a.positive - a.negative)
    moved, se = after.centre - before.centre, math.hypot(before.se, after.se)
    low, high = around(moved, se, conf=conf, df=df).clipped(-2.0, 2.0).containing(change)
    return Difference(change, low, high, two_sided(standardised(moved, se), df), se)


def share_difference(
    a: ShareOf, b: ShareOf, *, conf: float = 0.95, df: float | None = None
) -> Difference:
    """The change of a share: Newcombe's interval from the two Wilson intervals.

    p comes from the pooled two-proportion z. `se` adds a success and a failure to each sample,
    because the plain one vanishes when all answers are alike. Source: Newcombe 1998, method 10.
    """
    change, p = b.share - a.share, two_sided(pooled_z(a, b), df)
    se = _share_error(shrunken(*a, pseudo=2), shrunken(*b, pseudo=2))
    if math.isinf(critical(conf, df)):
        return Difference(change, -1.0, 1.0, p, se)
    before, after = (wilson(*side, conf=conf, df=df) for side in (a, b))
    low = change - math.hypot(b.share - after.low, before.high - a.share)
    high = change + math.hypot(after.high - b.share, a.share - before.low)
    low, high = Interval(low, high).clipped(-1.0, 1.0).containing(change)
    return Difference(change, low, high, p, se)


def welch(a: MeanOf, b: MeanOf, *, conf: float = 0.95) -> Difference:
    """The change of a mean, with unequal variances; degrees of freedom by Satterthwaite.

    A sample of one answer gives the whole line and p 1. Two samples without any spread have no
    error: their p is 0 if they differ, whatever their size. Source: Welch 1947.
    """
    variances = (a.sd**2 / a.n, b.sd**2 / b.n)
    df = satterthwaite(variances, (a.n - 1, b.n - 1))
    return linear_difference(b.mean - a.mean, sum(variances), df=df, conf=conf)


def linear_difference(
    change: float, variance: float, *, df: float | None = None, conf: float = 0.95
) -> Difference:
    """A change whose variance is known, such as one of two clustered ratios; not clipped.

    An infinite variance gives the whole line and p 1.
    """
    se = math.sqrt(max(variance, 0.0))  # V_a + V_b - 2 C may round to just below zero
    low, high = around(change, se, conf=conf, df=df)
    return Difference(change, low, high, two_sided(standardised(change, se), df), se)


def satterthwaite(variances: Sequence[float], dfs: Sequence[float]) -> float:
    """The degrees of freedom of a sum of estimated variances: `(ΣV)² / Σ(V²/df)`.

    0 when any of them has no degrees of freedom; the sum of all when no variance is positive.

    >>> round(satterthwaite([1.0, 1.0], [10, 10]), 6), satterthwaite([1.0, 1.0], [10, 0])
    (20.0, 0.0)
    """
    if min(dfs) <= 0 or math.inf in variances:
        return 0.0
    total = sum(variances)
    if total == 0:
        return float(sum(dfs))
    return 1 / sum((part / total) ** 2 / df for part, df in zip(variances, dfs, strict=True))


def pooled_z(a: ShareOf, b: ShareOf) -> float:
    """The z of two proportions with their pooled variance; 0 without a change.

    Infinite for a change between two censuses.
    """
    change = b.share - a.share
    if math.isinf(a.n) and math.isinf(b.n):
        return standardised(change, 0.0)
    part = 1 / (1 + b.n / a.n)
    pooled = part * a.share + (1 - part) * b.share
    variance = pooled * (1 - pooled) * (1 / a.n + 1 / b.n)
    return standardised(change, math.sqrt(max(variance, 0.0)))


def wald_difference(
    a: ShareOf, b: ShareOf, *, conf: float = 0.95, df: float | None = None
) -> Interval:
    """The textbook interval of a change of shares, with unpooled variance."""
    return around(b.share - a.share, _share_error(a, b), conf=conf, df=df).clipped(-1.0, 1.0)


def agresti_caffo(
    a: ShareOf, b: ShareOf, *, conf: float = 0.95, df: float | None = None
) -> Interval:
    """Wald's interval after adding a success and a failure to each sample (2000)."""
    return wald_difference(
        ShareOf(*shrunken(*a, pseudo=2)), ShareOf(*shrunken(*b, pseudo=2)), conf=conf, df=df
    )


def score_difference(a: ShareOf, b: ShareOf, *, conf: float = 0.95) -> Interval:
    """The changes of a share that the score test does not reject (Miettinen & Nurminen 1985)."""
    z, change = critical(conf), b.share - a.share
    bessel = (a.n + b.n) / (a.n + b.n - 1)

    def rejected(supposed: float) -> float:
        base = _likeliest_base(a, b, supposed)
        other = base + supposed
        variance = base * (1 - base) / a.n + other * (1 - other) / b.n
        return (change - supposed) ** 2 - z * z * variance * bessel

    return Interval(crossing(rejected, change, -1.0), crossing(rejected, change, 1.0))


class McNemar(NamedTuple):
    """The chi-square of discordant pairs, its p-value and the exact p-value."""

    statistic: float
    p: float
    exact_p: float


def mcnemar(only_before: int, only_after: int) -> McNemar:
    """The same people asked twice: only those who changed tell anything.

    No correction for continuity; nobody changing gives p 1. Source: McNemar 1947.
    """
    changed = only_before + only_after
    if changed == 0:
        return McNemar(0.0, 1.0, 1.0)
    z = (only_after - only_before) / math.sqrt(changed)
    return McNemar(z * z, two_sided(z), exact_p(only_after, changed, share=0.5))


def _share_error(a: tuple[float, float], b: tuple[float, float]) -> float:
    return math.sqrt(sum(share * (1 - share) / n for share, n in (a, b)))


def _likeliest_base(a: ShareOf, b: ShareOf, change: float) -> float:
    """The likeliest share on side a, given both samples and a supposed change."""

    def falling(share: float) -> float:
        return -_likelihood_slope(a, share) - _likelihood_slope(b, share + change)

    return crossing(falling, max(0.0, -change), min(1.0, 1.0 - change))


def _likelihood_slope(side: ShareOf, supposed: float) -> float:
    tiny = 1e-300  # rounding may put a share on the very edge, where the slope is infinite
    hits, misses = side.share * side.n, (1 - side.share) * side.n
    return hits / max(supposed, tiny) - misses / max(1 - supposed, tiny)
