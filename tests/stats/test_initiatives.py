"""Did it work: difference in differences, controls and interrupted series."""

from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from milepost.stats import local_level
from milepost.stats.initiatives import (
    control_regression,
    difference_in_differences,
    interrupted_series,
    local_level_control,
)
from milepost.stats.regression import least_squares

NILE = "its.local_level.nile"
CONTROLLED = "causal_impact.control_regression"


def panel(seed=1, units=10, periods=6, effect=0.0):
    """Half the units treated from the middle on; every unit has a level and a trend of its own."""
    rng = np.random.default_rng(seed)
    names = np.repeat(np.arange(units), periods)
    after = np.tile(np.arange(periods) >= periods // 2, units)
    treated = names < units // 2
    level = rng.normal(0, 5, size=units)[names] + rng.normal(0, 2, size=units)[names] * after
    y = 100 + level + 3 * after + effect * (treated & after) + rng.normal(size=len(names))
    return y, {"treated": treated, "after": after, "units": names}


def test_stores_before_and_after(vector):
    case = vector("did.clustered")
    treated, after = (np.array(case.inputs[key]) == 1 for key in ("treated", "period"))
    found = difference_in_differences(
        case.inputs["y"], treated=treated, after=after, units=case.inputs["store"]
    )
    design = np.column_stack([np.ones(24), treated, after, treated & after])
    plain = least_squares(design, case.inputs["y"])
    case.check(effect=found.change, se_cluster=found.se, se_ols=math.sqrt(plain.covariance[3, 3]))
    assert (found.before, found.after) == (12, 12)
    assert found.p == pytest.approx(0.0117, abs=0.0005)  # Student's t with 11


def test_a_control_series(vector):
    case = vector(CONTROLLED)
    given_ = case.inputs
    found = control_regression(given_["y"], given_["control"], start=given_["pre"])
    case.check(
        avg_effect=found.effect.change,
        se=found.effect.se,
        low=found.effect.low,
        high=found.effect.high,
        cumulative=found.cumulative,
        relative=found.relative,
    )
    assert (found.effect.before, found.effect.after, len(found.expected)) == (60, 30, 30)


def test_a_wandering_level_with_a_control(vector):
    case = vector("causal_impact.local_level")
    given_ = vector(case.inputs["ref"]).inputs
    pre = given_["pre"]
    found = local_level_control(given_["y"], given_["control"], start=pre)
    model = local_level.fit(given_["y"][:pre], given_["control"][:pre])
    case.check(
        avg_effect=found.effect.change,
        sigma2_irregular=model.irregular,
        sigma2_level=model.wander,
        beta=model.coefficients[0],
    )


def test_the_level_of_the_nile(vector):
    case = vector(NILE)
    model = local_level.fit(case.inputs["y"])
    case.check(var_level=model.wander, var_eps=model.irregular)


def test_a_level_that_does_not_wander_is_the_control_regression(vector):
    given_ = vector(CONTROLLED).inputs
    plain = control_regression(given_["y"], given_["control"], start=60)
    wandering = local_level_control(given_["y"], given_["control"], start=60)
    assert local_level.fit(given_["y"][:60], given_["control"][:60]).wander == 0
    assert astuple(wandering.effect) == pytest.approx(astuple(plain.effect))
    assert wandering.expected == pytest.approx(plain.expected)


def test_a_random_walk_goes_on_from_where_it_is():
    walk = np.cumsum(np.random.default_rng(8).normal(size=200))
    model = local_level.fit(walk)
    assert model.irregular < 0.05 * model.wander
    assert model.wander == pytest.approx(1, rel=0.25)
    assert local_level.expected(model, np.empty((3, 0))) == pytest.approx([walk[-1]] * 3, abs=0.3)
    # the sum of three errors of a walk: 1 + 4 + 9 steps
    variance = local_level.sum_variance(model, np.empty((3, 0)), [1, 2, 3])
    assert variance == pytest.approx(14 * model.wander, rel=0.1)


def test_unknown_points_keep_their_place(vector):
    nile = np.array(vector(NILE).inputs["y"], dtype=float)
    whole = local_level.fit(nile)
    gaps = nile.copy()
    gaps[20:40] = math.nan
    holed = local_level.fit(gaps)
    assert holed.surprises.n == 79
    assert holed.irregular == pytest.approx(whole.irregular, rel=0.25)
    ended = local_level.fit(np.append(nile, [math.nan] * 3))
    assert ended.wander == pytest.approx(whole.wander)
    assert ended.doubt == pytest.approx(whole.doubt + 3 * whole.share)


@given(
    st.integers(0, 1000),
    st.floats(-50, 50),
    st.floats(-3, 3),
    st.floats(-20, 20),
    st.floats(-2, 2),
)
def test_a_planted_interruption_is_found(seed, base, trend, level, slope):
    place = np.arange(60)
    after = place >= 30
    noise = np.random.default_rng(seed).normal(0, 1e-3, size=60)
    y = base + trend * place + (level + slope * (place - 30)) * after + noise
    found = interrupted_series(y, start=30)
    assert found.level.change == pytest.approx(level, abs=0.01)
    assert found.slope.change == pytest.approx(slope, abs=0.001)
    assert found.average.change == pytest.approx(level + slope * 14.5, abs=0.01)
    assert (found.level.before, found.level.after) == (30, 30)


def test_seasons_are_taken_out():
    rng = np.random.default_rng(4)
    place = np.arange(72)
    month = place % 12
    y = 50 + 15 * np.sin(month / 12 * 2 * np.pi) + 4.0 * (place >= 40) + rng.normal(size=72)
    plain = interrupted_series(y, start=40)
    seasonal = interrupted_series(y, start=40, seasons=month)
    assert seasonal.level.change == pytest.approx(4, abs=1.5)
    assert seasonal.level.se < plain.level.se / 3
    assert len(seasonal.fit.coefficients) == 4 + 11


def test_launch_days_are_left_out_and_time_goes_on():
    place = np.arange(40.0)
    y = place + 5.0 * (place >= 20) + np.random.default_rng(6).normal(0, 0.01, size=40)
    y[20:23] = 99.0  # the days of the launch itself
    spoilt = interrupted_series(y, start=20)
    y[20:23] = math.nan
    clean = interrupted_series(y, start=20)
    assert abs(spoilt.level.change - 5) > 10
    assert clean.level.change == pytest.approx(5, abs=0.05)
    assert clean.slope.change == pytest.approx(0, abs=0.005)
    assert (clean.level.before, clean.level.after) == (20, 17)


def alarms(tell, runs=400):
    return sum(tell(seed).p < 0.05 for seed in range(runs)) / runs


def test_false_alarms_of_an_interrupted_series():
    def nothing(seed):
        return interrupted_series(np.random.default_rng(seed).normal(size=48), start=24).average

    assert alarms(nothing) == pytest.approx(0.05, abs=0.033)


def test_the_error_of_an_interruption_is_the_larger_of_two(vector):
    y = vector("its.segmented.nile").inputs["y"]
    expected = vector("its.segmented.nile").expected
    found = interrupted_series(y, start=28)
    related, plain = expected["se_newey_west_lag4_adj"], expected["se_ols"]
    assert related[2] > plain[2]
    assert related[3] < plain[3]
    assert (found.level.se, found.slope.se) == pytest.approx((related[2], plain[3]))
    assert (found.level.change, found.slope.change) == pytest.approx(expected["coef"][2:])
    margin = special.stdtrit(96, 0.975) * found.level.se
    assert found.level.low == pytest.approx(found.level.change - margin)


def test_false_alarms_of_the_methods_with_a_control():
    def series(seed, drift):
        rng = np.random.default_rng(seed)
        control = 50 + rng.normal(size=60)
        return control + drift * np.cumsum(rng.normal(size=60)) + rng.normal(size=60), control

    def steady(seed):
        return control_regression(*series(seed, 0.0), start=40).effect

    def drifting(seed):
        return control_regression(*series(seed, 0.5), start=40).effect

    def allowed(seed):
        return local_level_control(*series(seed, 0.5), start=40).effect

    assert alarms(steady) == pytest.approx(0.05, abs=0.033)
    # a drift is no effect: the regression takes it for one, the wandering level seldom does
    assert alarms(drifting, 100) > 0.5
    assert alarms(allowed, 100) < 0.2


def test_false_alarms_and_finds_of_difference_in_differences():
    def tell(effect):
        def told(seed):
            y, sides = panel(seed, units=20, effect=effect)
            return difference_in_differences(y, **sides)

        return told

    assert alarms(tell(0.0)) == pytest.approx(0.05, abs=0.033)
    assert alarms(tell(5.0), 100) > 0.9


def test_without_clusters_repeated_rows_would_look_sure():
    y, sides = panel(units=12, periods=20)
    rng = np.random.default_rng(2)
    drift = rng.normal(0, 5, size=12)[sides["units"]]  # each unit changes in its own way
    y = drift * sides["after"] + rng.normal(size=len(y))
    clustered = difference_in_differences(y, **sides)
    apart = difference_in_differences(y, **{**sides, "units": np.arange(len(y))})
    assert apart.change == pytest.approx(clustered.change)
    assert apart.se < clustered.se / 2


@pytest.mark.parametrize(
    "change",
    [
        {"treated": np.zeros(60, bool)},
        {"treated": np.repeat(np.arange(10), 6) == 0},  # one treated unit has no spread
        {"after": np.ones(60, bool)},
        {"after": np.arange(60) < 7},
    ],
)
def test_differences_that_cannot_be_told(change):
    y, sides = panel()
    assert difference_in_differences(y, **{**sides, **change}) is None


@pytest.mark.parametrize(("n", "start"), [(30, 7), (30, 23), (0, 0), (30, 0), (30, 30)])
def test_fewer_than_eight_points_a_side_tell_nothing(n, start):
    rng = np.random.default_rng(1)
    y, control = rng.normal(size=n), rng.normal(size=n)
    assert interrupted_series(y, start=start) is None
    assert control_regression(y, control, start=start) is None
    assert local_level_control(y, control, start=start) is None


def test_eight_points_a_side_are_enough():
    rng = np.random.default_rng(1)
    y, control = rng.normal(size=16), rng.normal(size=16)
    assert interrupted_series(y, start=8) is not None
    assert control_regression(y, control, start=8) is not None
    assert local_level_control(y, control, start=8) is not None


def test_a_series_that_does_not_vary_has_no_usual_variation():
    y, control = np.full(40, 0.7), np.arange(40.0)
    y_panel, sides = panel()
    assert interrupted_series(y, start=20) is None
    assert control_regression(y, control, start=20) is None
    assert local_level_control(y, control, start=20) is None
    assert difference_in_differences(np.full(len(y_panel), 0.7), **sides) is None


def test_a_control_that_stands_still_is_none():
    y = np.random.default_rng(1).normal(size=40)
    assert control_regression(y, np.ones(40), start=20) is None
    assert local_level_control(y, np.ones(40), start=20) is None


def test_a_control_with_unknown_points_leaves_them_out(vector):
    given_ = vector(CONTROLLED).inputs
    control = np.array(given_["control"])
    control[[3, 70]] = math.nan
    for tell in (control_regression, local_level_control):
        found = tell(given_["y"], control, start=60)
        assert (found.effect.before, found.effect.after) == (59, 29)
        assert found.effect.change == pytest.approx(5.89, abs=0.3)
        assert math.isnan(found.expected[10])


def test_several_controls():
    rng = np.random.default_rng(9)
    controls = rng.normal(50, 5, size=(60, 3))
    y = controls @ [0.5, 0.3, -0.2] + 2.0 * (np.arange(60) >= 30) + rng.normal(0, 0.5, size=60)
    for tell in (control_regression, local_level_control):
        assert tell(y, controls, start=30).effect.change == pytest.approx(2, abs=0.6)
        assert tell(y, controls[:, 0], start=30).effect.se > tell(y, controls, start=30).effect.se


def test_a_share_of_nothing_is_not_known():
    rng = np.random.default_rng(1)
    found = control_regression(rng.normal(-5, 1, size=40), rng.normal(size=40), start=20)
    assert found.relative is None
