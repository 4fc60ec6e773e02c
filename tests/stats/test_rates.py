"""Rates, their ratios and costs of one, against R."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.stats import rates
from milepost.stats.clusters import linearise
from milepost.stats.interval import around

sides = st.builds(rates.RateOf, st.integers(0, 200), st.floats(0.1, 1e4))


def test_customers_lost_in_customer_months(vector):
    case = vector("churn.customer.person_time")
    lost, months = case.inputs["lost"], case.inputs["customer_months"]
    low, high = rates.rate_interval(lost, months)
    case.check(
        hazard=lost / months,
        low=low,
        high=high,
        churn_from_hazard=-math.expm1(-lost / months),
    )


def test_two_rates(vector):
    case = vector("churn.rate_ratio")
    pairs = zip(case.inputs["lost"], case.inputs["customer_months"], strict=True)
    first, second = (rates.RateOf(*pair) for pair in pairs)
    found = rates.rate_ratio(second, first)
    case.check(rate_ratio=found.ratio, low=found.low, high=found.high, p_value=found.p)


def test_cost_of_a_new_customer(vector):
    case = vector("cac.blended")
    spend, customers = case.inputs["spend"], case.inputs["new_customers"]
    low, high = rates.cost_interval(spend, customers)
    case.check(cac=spend / customers, low=low, high=high)


def test_cost_by_week(vector):
    case = vector("cac.weekly_ratio")
    found = linearise(case.inputs["spend"], case.inputs["new"])
    se = math.sqrt(found.variance)
    low, high = around(found.ratio, se, df=found.df)
    case.check(cac=found.ratio, se=se, low=low, high=high)


@given(sides, sides)
def test_backwards_is_the_other_way_round(a, b):
    there, back = rates.rate_ratio(a, b), rates.rate_ratio(b, a)
    if a.events + b.events == 0:
        assert there is back is None
        return
    assert there.low <= there.ratio <= there.high
    assert there.p == pytest.approx(back.p, rel=1e-6)
    assert there.low * back.high == pytest.approx(1) or (there.low, back.high) == (0, math.inf)


def test_one_side_without_events():
    found = rates.rate_ratio(rates.RateOf(0, 10.0), rates.RateOf(8, 10.0))
    assert (found.ratio, found.high) == (math.inf, math.inf)
    assert found.low > 1
    assert found.p == pytest.approx(2 * 0.5**8)


def test_many_events_need_no_list_of_outcomes():
    near = rates.rate_ratio(rates.RateOf(49_700, 1.0), rates.RateOf(50_300, 1.0))
    many = rates.rate_ratio(rates.RateOf(49_701, 1.0), rates.RateOf(50_301, 1.0))
    assert many.p == pytest.approx(near.p, rel=1e-3)
    vast = rates.rate_ratio(rates.RateOf(10**9, 1.0), rates.RateOf(10**9, 1.0))
    assert vast.p == pytest.approx(1, abs=1e-4)
    assert vast.low < 1 < vast.high
