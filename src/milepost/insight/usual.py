"""Usual variation: what the change of a full count is judged by, its own changes before."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from statistics import median

import numpy as np

from milepost.engine.answer import Measured
from milepost.stats.clusters import linearise
from milepost.stats.differences import Difference
from milepost.stats.growth import Growth, log_ratio
from milepost.stats.quantiles import critical, standardised, two_sided

# Earlier changes that tell what is usual: at least so many, and no more than the latest.
FEWEST_CHANGES, MOST_CHANGES = 6, 12

# The median distance from its middle of a normal variable, in standard deviations.
_NORMAL = 0.6745

Pair = tuple[Measured, Measured]


def usual_change(pair: Pair, earlier: Sequence[Pair], *, conf: float) -> Difference | None:
    """The change of a total beside those of the periods before; None where they are too few.

    The logarithm of growth is compared with the median size of earlier ones, in units of a normal
    deviation; the median, because a start from nothing or one shop's opening is not usual. All
    figures have to be above zero.
    """
    steps = [step for step in map(_step, earlier) if step is not None][-MOST_CHANGES:]
    now, before = _step(pair), _value(pair[0])
    if now is None or before is None or len(steps) < FEWEST_CHANGES:
        return None
    usual, df = median(map(abs, steps)) / _NORMAL, _df(len(steps))
    margin = critical(conf, df) * usual
    low, high = (before * (exp(now + end) - 1) for end in (-margin, margin))
    p = two_sided(standardised(now, usual), df)
    return Difference(before * (exp(now) - 1), low, high, p, before * usual)


def growth(pair: Pair, of: str, *, conf: float) -> Growth | None:
    """How much a total grew, customers' buckets being the independent units; None below zero."""
    sums = [side.sums.used[of] for side in pair]
    if len({len(side) for side in sums}) > 1 or len(sums[0]) < 2:
        return None
    ones = np.ones(len(sums[0]))
    before, now = (linearise(side, ones) for side in sums)
    return log_ratio(before, now, conf=conf, df=before.df)


def _df(changes: int) -> float:
    """The degrees of freedom with which a change over that median is Student's.

    By simulation (200,000 series each of 6 to 12 changes, independent or of a steady level) the
    5 % point of the ratio is that of t with 4.7 to 8.4.
    """
    return 0.6 * changes + 1


def _step(pair: Pair) -> float | None:
    before, now = map(_value, pair)
    if before is None or now is None or before <= 0 or now <= 0:
        return None
    return log(now / before)


def _value(number: Measured) -> float | None:
    return number.estimate.value if number.estimate else None
