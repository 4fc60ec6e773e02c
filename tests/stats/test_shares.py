"""Intervals for a share, against R and statsmodels."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.stats import shares
from milepost.stats.clusters import effective_n, linearise
from milepost.stats.quantiles import critical

ns = st.floats(0.5, 1e6)
units = st.floats(0.0, 1.0)


def read(case):
    x, n = case.inputs["x"], case.inputs["n"]
    return x / n, n


def test_wilson(vector):
    case = vector("prop.ci.wilson")
    low, high = shares.wilson(*read(case))
    case.check(p=78 / 96, low=low, high=high)


@pytest.mark.parametrize(
    ("id", "interval"),
    [
        ("prop.ci.clopper_pearson", shares.clopper_pearson),
        ("prop.ci.jeffreys", shares.jeffreys),
        ("py.prop.453_of_500.wilson", shares.wilson),
        ("py.prop.453_of_500.agresti_coull", shares.agresti_coull),
        ("py.prop.453_of_500.beta", shares.clopper_pearson),
        ("py.prop.453_of_500.jeffreys", shares.jeffreys),
        ("py.prop.453_of_500.normal", shares.wald),
    ],
)
def test_two_ends(vector, id, interval):
    case = vector(id)
    low, high = interval(*read(case), conf=case.inputs["conf"])
    case.check(low=low, high=high)


def test_agresti_coull_is_centred_on_the_moved_share(vector):
    case = vector("prop.ci.agresti_coull")
    moved = shares.shrunken(*read(case), pseudo=critical(0.95) ** 2)
    low, high = shares.agresti_coull(*read(case))
    case.check(n_tilde=moved.n, p_tilde=moved.share, low=low, high=high)


def test_add4(vector):
    case = vector("prop.ci.add4")
    low, high = shares.add4(*read(case))
    case.check(estimate=shares.shrunken(*read(case), pseudo=4).share, low=low, high=high)


def test_exact_interval(vector):
    case = vector("py.prop.453_of_500.binom_test")
    low, high = shares.exact_interval(case.inputs["x"], case.inputs["n"])
    case.check(low=low, high=high)


@pytest.mark.parametrize("id", ["prop.ci.edge.0_of_12", "prop.ci.edge.5_of_5"])
def test_none_and_all(vector, id):
    case = vector(id)
    wilson, exact = shares.wilson(*read(case)), shares.clopper_pearson(*read(case))
    case.check(
        wilson_low=wilson.low, wilson_high=wilson.high, exact_low=exact.low, exact_high=exact.high
    )


@pytest.mark.parametrize("id", ["task.completion.9_of_10", "task.completion.5_of_5"])
def test_task_completion(vector, id):
    case = vector(id)
    n = case.inputs["n"]
    share = case.inputs["success"] / n
    adjusted, four = shares.agresti_coull(share, n), shares.add4(share, n)
    exact = shares.clopper_pearson(share, n)
    case.check(
        adjusted_wald_low=adjusted.low,
        adjusted_wald_high=adjusted.high,
        add4_low=four.low,
        add4_high=four.high,
        laplace=shares.laplace(share, n),
        exact_low=exact.low,
        exact_high=exact.high,
    )


def test_product_market_fit(vector):
    case = vector("pmf.share")
    very, asked = case.inputs["very"], 92 + 70 + 28
    low, high = shares.wilson(very / asked, asked).scaled(100)
    case.check(
        pmf=100 * very / asked,
        low=low,
        high=high,
        p_value_gt_40=shares.exact_p_greater(very, asked, share=case.inputs["threshold"]),
        pmf_if_na_counted=100 * very / (asked + case.inputs["na_no_longer_use"]),
    )


def test_repeated_answers(vector):
    case = vector("prop.cluster.wilson_neff")
    successes, trials = case.inputs["successes_per_cluster"], case.inputs["trials_per_cluster"]
    n, found = sum(trials), linearise(successes, trials)
    simple = found.ratio * (1 - found.ratio) / n
    n_eff = effective_n(n, variance=found.variance, simple_variance=simple)
    low, high = shares.wilson(found.ratio, n_eff, df=found.df)
    logit = shares.logit(found.ratio, se=math.sqrt(found.variance), df=found.df)
    beta = shares.korn_graubard(found.ratio, variance=found.variance, n=n, df=found.df)
    case.check(
        p=found.ratio,
        se=math.sqrt(found.variance),
        deff=found.variance / simple,
        n_eff=n_eff,
        df=found.df,
        low=low,
        high=high,
        logit_low=logit.low,
        logit_high=logit.high,
        korn_graubard_low=beta.low,
        korn_graubard_high=beta.high,
    )


@given(units, ns, st.one_of(st.none(), st.floats(0.5, 1e4)))
def test_wilson_lies_in_the_scale_and_holds_the_share(share, n, df):
    low, high = shares.wilson(share, n, df=df)
    assert 0 <= low <= share <= high <= 1


@given(units, ns)
def test_wilson_narrows_with_n(share, n):
    few, many = shares.wilson(share, n), shares.wilson(share, 2 * n)
    assert many.high - many.low < few.high - few.low


@given(units, ns)
def test_wilson_turns_round_with_the_share(share, n):
    low, high = shares.wilson(share, n)
    turned = shares.wilson(1 - share, n)
    assert (1 - turned.high, 1 - turned.low) == pytest.approx((low, high), abs=1e-9)


@pytest.mark.parametrize("method", [shares.wilson, shares.agresti_coull])
def test_one_unit_says_nothing(method):
    assert method(1.0, 7, df=0) == (0.0, 1.0)


@pytest.mark.parametrize("method", [shares.wilson, shares.wald, shares.agresti_coull, shares.add4])
def test_a_census_has_no_width(method):
    assert method(0.25, math.inf) == (0.25, 0.25)


@pytest.mark.parametrize("successes", [0, 1, 7, 12])
def test_the_exact_interval_holds_just_what_the_test_accepts(successes):
    low, high = shares.exact_interval(successes, 12)
    assert 0 <= low <= successes / 12 <= high <= 1
    for end, outside in ((low, low - 1e-6), (high, high + 1e-6)):
        if 0 < end < 1:
            assert shares.exact_p(successes, 12, share=end) >= 0.05 - 1e-9
            assert shares.exact_p(successes, 12, share=outside) < 0.05


def test_exact_p_values_at_the_edges():
    assert shares.exact_p_greater(0, 5, share=0.4) == 1.0
    assert shares.exact_p_greater(5, 5, share=0.4) == pytest.approx(0.4**5)
    assert shares.exact_p(0, 5, share=0.0) == shares.exact_p(5, 5, share=1.0) == 1.0
