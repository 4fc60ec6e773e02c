"""A metric beside a control that an initiative cannot have touched, three ways."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from milepost.engine.answer import Measured
from milepost.engine.series import Array, Series
from milepost.insight.effects.courses import Cut
from milepost.insight.effects.initiative import Beside
from milepost.metrics.definition import Metric
from milepost.metrics.estimators import BucketSums, Estimator, Mean, NetShare, Ratio, Share
from milepost.stats.clusters import Linearised, difference_variance, linearise
from milepost.stats.differences import linear_difference, satterthwaite
from milepost.stats.initiatives import (
    Counterfactual,
    Effect,
    control_regression,
    difference_in_differences,
    local_level_control,
)
from milepost.stats.quantiles import standardised, two_sided
from milepost.stats.regression import least_squares


def beside(
    text: str, treated: Cut, control: Series, *, units: str | None, difference: Effect | None
) -> tuple[Beside, Array]:
    """The treated rows beside the control's, and what the local level expects since (else NaN)."""
    pair = treated.values, control.values
    line = control_regression(*pair, start=treated.start)
    level = local_level_control(*pair, start=treated.start)
    expected = np.full(len(treated.values), math.nan)
    if level:
        expected[treated.start :] = level.expected
    told = Beside(
        text, units, _of(line), _of(level), difference,
        level.relative if level else None, _parted(treated, control.values),
    )  # fmt: skip
    return told, expected


def _of(found: Counterfactual | None) -> Effect | None:
    return found.effect if found else None


def _parted(treated: Cut, control: Array) -> float | None:
    """The p-value of a trend between the two before the start, the control's own scale aside."""
    y, x = treated.values[: treated.start], control[: treated.start]
    known = np.isfinite(y) & np.isfinite(x)
    design = np.column_stack([np.ones(len(y)), x, np.arange(len(y))])[known]
    fit = least_squares(design, y[known])
    if fit is None or fit.sigma2 == 0:
        return None
    se = math.sqrt(float(fit.covariance[2, 2]))
    return two_sided(standardised(float(fit.coefficients[2]), se), fit.df)


def by_unit(
    treated: Mapping[str, Array], control: Mapping[str, Array], *, cut: Cut
) -> Effect | None:
    """Difference in differences of units such as stores, a row a unit and period.

    Periods of the launch count for none; a unit that is on both sides is the treated one.
    """
    spans, known = cut.series.spans, np.isfinite(cut.values)
    sides = {**{name: (values, False) for name, values in control.items()},
             **{name: (values, True) for name, values in treated.items()}}  # fmt: skip
    if not sides:
        return None
    after = np.arange(len(spans)) >= cut.start
    values = [np.where(known, values, math.nan) for values, _ in sides.values()]
    return difference_in_differences(
        np.concatenate(values),
        treated=np.repeat([side for _, side in sides.values()], len(spans)),
        after=np.tile(after, len(sides)), units=np.repeat(list(sides), len(spans)),
    )  # fmt: skip


def by_customer(metric: Metric, treated: Cut, control: Series) -> Effect | None:
    """Difference in differences of ratios of sums, all before against all after.

    Its variance is that between customers, both sides apart. None for what is no ratio of sums,
    such as a total, whose two sides are of different size.
    """
    known = np.isfinite(treated.values) & np.isfinite(control.values)
    before = known & (np.arange(len(known)) < treated.start)
    sides = [
        [_ratio(metric.estimator, one, taken) for taken in (before, known & ~before)]
        for one in (treated.series.measured, control.measured)
    ]
    changes = [(b.ratio - a.ratio, difference_variance(a, b), min(a.df, b.df))
               for a, b in sides if a is not None and b is not None]  # fmt: skip
    if len(changes) < 2 or not all(math.isfinite(variance) for _, variance, _ in changes):
        return None
    (change, *_), (others, *_) = changes
    variances = [variance * metric.factor**2 for _, variance, _ in changes]
    df = satterthwaite(variances, [df for *_, df in changes])
    found = linear_difference((change - others) * metric.factor, sum(variances), df=df)
    counts = int(before.sum()), int((known & ~before).sum())
    return Effect(found.change, found.low, found.high, found.p, found.se, *counts)


def _ratio(
    estimator: Estimator, numbers: Sequence[Measured | None], taken: NDArray[np.bool_]
) -> Linearised | None:
    """The ratio over all periods taken, bucket by bucket; None without rows or buckets."""
    parts = [
        made
        for number, wanted in zip(numbers, taken, strict=True)
        if number and wanted and (made := _parts(estimator, number.sums))
    ]
    if not parts:
        return None
    over, under = (np.sum([part[n] for part in parts], axis=0) for n in (0, 1))
    return linearise(over, under) if len(under) > 1 and under.sum() > 0 else None


def _parts(estimator: Estimator, sums: BucketSums) -> tuple[Array, Array] | None:
    """What stands over and under the line, bucket by bucket; None for what is no ratio of sums."""
    used = sums.used
    match estimator:
        case Share():
            return used[estimator.part], used[estimator.of]
        case NetShare():
            return used[estimator.positive] - used[estimator.negative], used[estimator.of]
        case Mean():
            return used[estimator.total], used[estimator.of]
        case Ratio():
            return used[estimator.over], used[estimator.under]
        case _:
            return None
