"""Power and sample sizes, against R and statsmodels."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.stats import power
from milepost.stats.interval import around
from milepost.stats.nets import net_variance


def test_nps_sample(vector):
    case = vector("nps.power.n_per_group")
    variance = net_variance(case.inputs["p_promoters"], case.inputs["p_detractors"])
    change = case.inputs["delta_points"] / 100
    case.check(
        variance=variance,
        n_per_group=math.ceil(power.sample_per_group(variance, change)),
        margin_n400=100 * around(0.0, math.sqrt(variance / 400)).high,
        n_for_margin_3=math.ceil(power.sample_for_margin(variance, 0.03)),
    )


def test_nps_power(vector):
    case = vector("nps.power.achieved")
    effect = case.inputs["delta_points"] / 100 / math.sqrt(case.inputs["variance"])
    n = case.inputs["n_per_group"]
    case.check(power=power.t_power(effect, n, n))


def test_share_sample(vector):
    case = vector("prop.power.n_per_group")
    n = power.share_sample(case.inputs["p1"], case.inputs["p2"])
    case.check(n_per_group=n, n_ceiling=math.ceil(n))


def test_detectable_share(vector):
    case = vector("prop.power.mde")
    found = power.detectable_share(case.inputs["p1"], case.inputs["n_per_group"])
    case.check(p2=found, mde=found - case.inputs["p1"])


def test_unequal_samples(vector):
    case = vector("py.power.ratio_unequal")
    n = power.t_sample(
        case.inputs["effect_size"],
        alpha=case.inputs["alpha"],
        power=case.inputs["power"],
        ratio=case.inputs["ratio_n2_n1"],
    )
    case.check(n1=n)


def test_design_effect(vector):
    case = vector("power.design_effect")
    sizes = (case.inputs[key] for key in ("mean_cluster_size", "cv_cluster_size", "icc"))
    deff = power.design_effect(*sizes)
    case.check(deff=deff, n_needed=math.ceil(case.inputs["n_srs"] * deff))


@given(st.floats(0.01, 4), st.floats(0.001, 0.5))
def test_the_sample_for_a_change_can_just_show_it(variance, change):
    n = power.sample_per_group(variance, change)
    assert power.detectable(math.sqrt(2 * variance / n)) == pytest.approx(change)


@given(st.floats(0.0, 0.95), st.integers(5, 5000))
def test_a_detectable_share_has_the_power_asked_for(share, n):
    found = power.detectable_share(share, n)
    if found is not None:
        assert share < found < 1
        assert power.share_power(share, found, n) == pytest.approx(0.8, abs=1e-6)


def test_no_share_can_be_detected_above_the_highest():
    assert power.detectable_share(1.0, 500) is None
    assert power.detectable_share(0.97, 5) is None


def test_opposite_shares_are_always_told_apart():
    assert power.share_power(0.0, 1.0, 20) == 1
