"""The difference of two numbers of one metric: customers who stand on both sides counted as such."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from milepost.engine.answer import Measured
from milepost.metrics.estimators import Estimate, Estimator, Mean, NetShare, Share
from milepost.stats.clusters import Linearised, difference_variance
from milepost.stats.differences import (
    Difference,
    NetOf,
    ShareOf,
    linear_difference,
    net_difference,
    satterthwaite,
    share_difference,
)


def difference(
    estimator: Estimator, before: Measured, now: Measured, *, conf: float
) -> Difference | None:
    """The change from `before` to `now`; None where either has no estimate.

    In a finite population the sides count as independent: what their people share is a part of
    what the population no longer hides, and must not be taken off twice.
    """
    then, this = before.estimate, now.estimate
    if then is None or this is None:
        return None
    finite = before.sums.population is not None or now.sums.population is not None
    pair = None if finite else _both(before, now)
    if pair:
        return _linked(estimator, before, now, pair, conf)
    sizes = (then.n_eff, this.n_eff)
    if isinstance(estimator, Share | NetShare):
        return _sized(estimator, before, now, sizes, df=_df(then, this), conf=conf)
    return _independent(estimator, then, this, conf=conf)


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
) -> Difference | None:
    """R5 of the statistical reference, with R3: the size that independent answers would need.

    The buckets tell the variance of the difference; the small-sample formula of the metric takes
    it as the number of answers that would have that variance.
    """
    variance, df = difference_variance(*pair), min(pair[0].units, pair[1].units) - 1
    moved = pair[1].ratio - pair[0].ratio
    if not isfinite(variance) or not isinstance(estimator, Share | NetShare | Mean):
        return linear_difference(moved, variance, df=df, conf=conf)
    rows, spread = (_n(before), _n(now)), (_spread(estimator, before), _spread(estimator, now))
    alone = _error(spread, rows)
    if alone == 0:
        # Both sides all alike: the buckets tell no error, the guarded one of either side stands.
        return _guarded(estimator, before, now, df=df, conf=conf)
    # The change of one answer is the least that could have been otherwise.
    factor = max(variance / alone, 1 / min(rows))
    if isinstance(estimator, Mean):
        widest = max(alone, _pooled_error(spread, rows))
        return linear_difference(moved, factor * widest, df=df, conf=conf)
    sizes = (rows[0] / factor, rows[1] / factor)
    return _sized(estimator, before, now, sizes, df=df, conf=conf)


def _guarded(
    estimator: Share | NetShare | Mean, before: Measured, now: Measured, *, df: float, conf: float
) -> Difference | None:
    then, this = before.estimate, now.estimate
    if then is None or this is None:
        return None
    if isinstance(estimator, Mean):
        error = then.se**2 + this.se**2
        return linear_difference(this.value - then.value, error, df=df, conf=conf)
    return _sized(estimator, before, now, (then.n_eff, this.n_eff), df=df, conf=conf)


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


def _independent(
    estimator: Estimator, then: Estimate, this: Estimate, *, conf: float
) -> Difference:
    """Welch's change of a mean, with the pooled error where that is wider."""
    moved, errors_ = this.value - then.value, (then.se**2, this.se**2)
    a, b = (e.n_eff - 1 if e.df is None else e.df for e in (then, this))
    own = sum(errors_)
    if isinstance(estimator, Mean) and isfinite(own):
        sizes = (then.n_eff, this.n_eff)
        spread = (errors_[0] * sizes[0], errors_[1] * sizes[1])
        if (pooled := _pooled_error(spread, sizes)) > own:
            return linear_difference(moved, pooled, df=a + b, conf=conf)
    return linear_difference(moved, own, df=satterthwaite(errors_, (a, b)), conf=conf)


Pair = tuple[float, float]


def _error(spread: Pair, sizes: Pair) -> float:
    return spread[0] / sizes[0] + spread[1] / sizes[1]


def _pooled_error(spread: Pair, sizes: Pair) -> float:
    """The error if both sides spread alike: a few answers near the top seem surer than they are."""
    if not all(map(isfinite, sizes)):
        return 0.0
    mean = (spread[0] * sizes[0] + spread[1] * sizes[1]) / (sizes[0] + sizes[1])
    return _error((mean, mean), sizes)


def _df(a: Estimate, b: Estimate) -> float | None:
    """The smaller side's degrees of freedom; none where the simple formulas hold on both."""
    known = [estimate.df for estimate in (a, b) if estimate.df is not None]
    return min(known) if known else None


def _spread(estimator: Share | NetShare | Mean, measured: Measured) -> float:
    """The variance of one answer."""
    used = measured.sums.used
    if isinstance(estimator, Share):
        share = _share(estimator, measured)
        return share * (1 - share)
    if isinstance(estimator, NetShare):
        positive, negative = _net(estimator, measured)
        return max(positive + negative - (positive - negative) ** 2, 0.0)
    x = float(used[estimator.of].sum())
    mean = float(used[estimator.total].sum()) / x
    return max(float(used[estimator.squares].sum()) / x - mean * mean, 0.0)


def _share(estimator: Share, measured: Measured) -> float:
    used = measured.sums.used
    return float(used[estimator.part].sum() / used[estimator.of].sum())


def _net(estimator: NetShare, measured: Measured) -> tuple[float, float]:
    used = measured.sums.used
    x = float(used[estimator.of].sum())
    return float(used[estimator.positive].sum()) / x, float(used[estimator.negative].sum()) / x


def _n(measured: Measured) -> float:
    return measured.estimate.n if measured.estimate else 0.0
