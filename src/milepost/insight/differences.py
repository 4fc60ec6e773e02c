"""The difference of two numbers of one metric: customers who stand on both sides counted as such."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, sqrt

import numpy as np
from numpy.typing import NDArray

from milepost.engine.answer import Measured
from milepost.metrics.estimators import Estimate, Estimator, Mean, NetShare, Share, finite
from milepost.stats.clusters import Linearised, difference_variance
from milepost.stats.differences import (
    Difference,
    MeanOf,
    NetOf,
    ShareOf,
    linear_difference,
    net_difference,
    satterthwaite,
    share_difference,
    welch,
)


def difference(
    estimator: Estimator, before: Measured, now: Measured, *, conf: float
) -> Difference | None:
    """The change from `before` to `now`; None where either has no estimate."""
    then, this = before.estimate, now.estimate
    if then is None or this is None:
        return None
    pair = _both(before, now)
    if pair:
        return _linked(estimator, before, now, pair, conf)
    sizes = (then.n_eff, this.n_eff)
    if isinstance(estimator, Share | NetShare):
        return _sized(estimator, before, now, sizes, df=_df(then, this), conf=conf)
    if isinstance(estimator, Mean) and then.df is None and this.df is None:
        return welch(_mean(then), _mean(this), conf=conf)
    return _independent(then, this, conf=conf)


def errors(cells: Sequence[Measured]) -> tuple[NDArray[np.float64], float | None]:
    """The covariance matrix of several periods' values, and its degrees of freedom.

    Customers in several periods make it other than diagonal; where some period's customers are
    not known, or its buckets are not, the periods count as independent.
    """
    known = [cell.estimate.linear for cell in cells if cell.known and cell.estimate]
    linear = [found for found in known if found is not None and found.units > 1]
    if len(linear) < len(cells):
        return np.diag([c.estimate.se**2 if c.estimate else np.inf for c in cells]), None
    influence = np.array([found.influence for found in linear])
    units = int(np.any([found.present for found in linear], axis=0).sum())
    df = min(found.units for found in linear) - 1
    return units / (units - 1) * influence @ influence.T, df


def _both(before: Measured, now: Measured) -> tuple[Linearised, Linearised] | None:
    """The influences of either side's buckets, where they may hold the same customers."""
    if not (before.known and now.known) or before.estimate is None or now.estimate is None:
        return None
    a, b = before.estimate.linear, now.estimate.linear
    return None if a is None or b is None else (a, b)


def _linked(
    estimator: Estimator,
    before: Measured,
    now: Measured,
    pair: tuple[Linearised, Linearised],
    conf: float,
) -> Difference:
    """R5 of the statistical reference, with R3: the size that independent answers would need.

    The buckets tell the variance of the difference; the small-sample formula of the metric takes
    it as the number of answers that would have that variance.
    """
    variance, df = difference_variance(*pair), min(pair[0].units, pair[1].units) - 1
    moved = pair[1].ratio - pair[0].ratio
    if not isfinite(variance) or not isinstance(estimator, Share | NetShare | Mean):
        return linear_difference(moved, variance, df=df, conf=conf)
    alone = _alone(estimator, before) + _alone(estimator, now)
    if alone == 0:
        return _unvarying(estimator, before, now, df=df, conf=conf)
    fewest = min(_n(before), _n(now))
    # The change of one answer is the least that could have been otherwise.
    factor = max(variance / alone, 1 / fewest)
    sizes = (_whole(before) / factor, _whole(now) / factor)
    if isinstance(estimator, Mean):
        shrunk = min(_whole(before) / _n(before), _whole(now) / _n(now))
        return linear_difference(moved, factor * alone / shrunk, df=df, conf=conf)
    return _sized(estimator, before, now, sizes, df=df, conf=conf)


def _unvarying(
    estimator: Estimator, before: Measured, now: Measured, *, df: float, conf: float
) -> Difference:
    """Both sides all alike: the buckets tell no error, the guarded one of either side stands."""
    then, this = before.estimate, now.estimate
    if then is None or this is None:
        raise ValueError("a difference needs two estimates")
    if isinstance(estimator, Share | NetShare):
        return _sized(estimator, before, now, (then.n_eff, this.n_eff), df=df, conf=conf)
    return linear_difference(this.value - then.value, then.se**2 + this.se**2, df=df, conf=conf)


def _sized(
    estimator: Share | NetShare,
    before: Measured,
    now: Measured,
    sizes: tuple[float, float],
    *,
    df: float | None,
    conf: float,
) -> Difference:
    if isinstance(estimator, Share):
        a, b = (ShareOf(_share(estimator, m), n) for m, n in zip((before, now), sizes, strict=True))
        return share_difference(a, b, df=df, conf=conf)
    c, d = (NetOf(*_net(estimator, m), n) for m, n in zip((before, now), sizes, strict=True))
    return net_difference(c, d, df=df, conf=conf)


def _independent(then: Estimate, this: Estimate, *, conf: float) -> Difference:
    variances = (then.se**2, this.se**2)
    dfs = tuple(e.n_eff - 1 if e.df is None else e.df for e in (then, this))
    return linear_difference(
        this.value - then.value, sum(variances), df=satterthwaite(variances, dfs), conf=conf
    )


def _mean(estimate: Estimate) -> MeanOf:
    return MeanOf(estimate.value, estimate.se * sqrt(estimate.n_eff), estimate.n_eff)


def _df(a: Estimate, b: Estimate) -> float | None:
    """The smaller side's degrees of freedom; none where the simple formulas hold on both."""
    known = [estimate.df for estimate in (a, b) if estimate.df is not None]
    return min(known) if known else None


def _alone(estimator: Share | NetShare | Mean, measured: Measured) -> float:
    """The variance of a value as if its rows were independent and equal."""
    n, used = _n(measured), measured.sums.used
    x = float(used[estimator.of].sum())
    if isinstance(estimator, Share):
        share = _share(estimator, measured)
        return share * (1 - share) / n
    if isinstance(estimator, NetShare):
        positive, negative = _net(estimator, measured)
        return max(positive + negative - (positive - negative) ** 2, 0.0) / n
    mean = float(used[estimator.total].sum()) / x
    return max(float(used[estimator.squares].sum()) / x - mean * mean, 0.0) / n


def _share(estimator: Share, measured: Measured) -> float:
    used = measured.sums.used
    return float(used[estimator.part].sum() / used[estimator.of].sum())


def _net(estimator: NetShare, measured: Measured) -> tuple[float, float]:
    used = measured.sums.used
    x = float(used[estimator.of].sum())
    return float(used[estimator.positive].sum()) / x, float(used[estimator.negative].sum()) / x


def _n(measured: Measured) -> float:
    return measured.estimate.n if measured.estimate else 0.0


def _whole(measured: Measured) -> float:
    """The number of answers, as it counts in a finite population."""
    n = _n(measured)
    return finite(n, n, measured.sums)
