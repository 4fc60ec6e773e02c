"""Growth and compounding, against R."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.stats.clusters import linearise
from milepost.stats.differences import MeanOf, welch
from milepost.stats.growth import compounded, compounded_interval, log_ratio
from milepost.stats.interval import Interval
from milepost.stats.means import moments
from milepost.stats.quantiles import standardised

amounts = st.lists(st.tuples(st.floats(1, 1e4), st.floats(1, 1e4)), min_size=2, max_size=30)


def means_of(before, after):
    """Days of two periods: other days, so each side has zeros for those of the other."""
    none_before, none_after = np.zeros(len(before)), np.zeros(len(after))
    return (
        linearise([*before, *none_after], [*(none_before + 1), *none_after]),
        linearise([*none_before, *after], [*none_before, *(none_after + 1)]),
    )


def test_growth_of_a_mean(vector):
    case = vector("growth.log_ratio")
    before, after = case.inputs["period1"], case.inputs["period2"]
    found = log_ratio(*means_of(before, after))
    sides = [moments(np.log(period)) for period in (before, after)]
    a, b = (MeanOf(side.mean, side.sd, side.n) for side in sides)
    test = welch(a, b)
    case.check(
        growth=found.growth,
        delta_se_log=found.se,
        log_growth=found.log,
        low=found.low,
        high=found.high,
        welch_t_on_logs=standardised(test.change, test.se),
        welch_p=test.p,
    )


@given(amounts)
def test_the_same_customers_on_both_sides_cancel(pairs):
    before = np.array([first for first, _ in pairs])
    ones = np.ones(len(before))
    found = log_ratio(linearise(before, ones), linearise(1.5 * before, ones))
    assert found.growth == pytest.approx(0.5)
    assert found.se == pytest.approx(0, abs=1e-6)


@given(amounts)
def test_backwards_is_the_other_way_round(pairs):
    a, b = (linearise(side, np.ones(len(pairs))) for side in zip(*pairs, strict=True))
    there, back = log_ratio(a, b), log_ratio(b, a)
    assert there.log == pytest.approx(-back.log)
    assert there.se == pytest.approx(back.se, abs=1e-9)
    assert there.low <= there.growth <= there.high
    assert 1 + there.low == pytest.approx(1 / (1 + back.high))


def test_growth_that_cannot_be_told():
    ones = [1, 1]
    nothing, something = linearise([0, 0], ones), linearise([2, 3], ones)
    assert log_ratio(nothing, something) is None
    assert log_ratio(something, nothing) is None
    one = log_ratio(linearise([2], [1]), linearise([3], [1]))
    assert (one.growth, one.low, one.high) == (0.5, -1.0, math.inf)
    wide = log_ratio(linearise([1, 5], ones), linearise([5, 1], ones), df=0.01)
    assert wide.high == math.inf


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_share_of_a_year_is_a_share(share, other):
    low, high = compounded_interval(Interval(*sorted([share, other])))
    assert 0 <= low <= high <= 1
    assert compounded(share) >= share - 1e-12
    assert compounded(compounded(share, periods=3), periods=4) == pytest.approx(compounded(share))
