"""The slope of period values, against R's lm."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from milepost.stats.trend import slope


def test_slope_with_known_errors(vector):
    case = vector("trend.wls_known_se")
    y, se = case.inputs["y"], np.array(case.inputs["se"])
    found = slope(range(1, len(y) + 1), y, np.diag(se**2))
    assert found.n == len(y)
    case.check(
        slope=found.slope,
        se_slope_known=found.se,
        z=found.slope / found.se,
        Q=found.q_over_df * (len(y) - 2),
        p_Q=float(special.chdtrc(len(y) - 2, found.q_over_df * (len(y) - 2))),
        se_slope_lm=found.se * math.sqrt(found.q_over_df),
    )


def test_scatter_beyond_the_errors_widens_the_error():
    times, values = np.arange(6.0), np.array([1.0, 5.0, 2.0, 8.0, 3.0, 9.0])
    sure, unsure = slope(times, values, np.eye(6) * 0.01), slope(times, values, np.eye(6) * 100)
    assert sure.q_over_df > 1 > unsure.q_over_df
    residual = np.polyfit(times, values, 1, full=True)[1][0] / 4
    assert sure.se == pytest.approx(math.sqrt(residual / 17.5))
    assert unsure.se == pytest.approx(math.sqrt(100 / 17.5))


def test_the_same_customers_throughout_make_a_slope_surer():
    times, values = np.arange(5.0), np.arange(5.0)
    shared = np.full((5, 5), 0.9) + np.eye(5) * 0.1
    assert slope(times, values, shared).se < slope(times, values, np.eye(5)).se


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=13), st.floats(-50, 50))
def test_time_may_start_anywhere_and_values_may_shift(values, shift):
    times, matrix = np.arange(len(values)), np.diag(1.0 + np.arange(len(values)) % 3)
    there = slope(times, values, matrix)
    moved = slope(times + shift, np.array(values) + shift, matrix)
    assert moved == pytest.approx(there, rel=1e-6, abs=1e-6)


def test_periods_that_know_nothing_are_left_out():
    matrix = np.diag([1.0, math.inf, 1.0, 2.0])
    found = slope([0, 1, 2, 3], [1.0, 99.0, 3.0, 4.0], matrix)
    assert found == slope([0, 2, 3], [1.0, 3.0, 4.0], np.diag([1.0, 1.0, 2.0]))
    assert found.n == 3


def test_a_period_of_equal_answers_does_not_rule_alone():
    found = slope([0, 1, 2], [1.0, 2.0, 3.0], np.diag([0.0, 1.0, 4.0]))
    assert found.slope == pytest.approx(1)
    assert 0 < found.se < 10


@pytest.mark.parametrize(
    ("times", "values", "variances"),
    [
        ([], [], []),
        ([1], [2.0], [1.0]),
        ([1, 1], [2.0, 3.0], [1.0, 1.0]),
        ([1, 2], [2.0, 3.0], [math.inf, 1.0]),
        ([1, 2], [2.0, 3.0], [0.0, 0.0]),
    ],
)
def test_no_slope_can_be_known(times, values, variances):
    found = slope(times, values, np.diag(variances))
    assert (found.slope, found.se, found.p) == (0, math.inf, 1)


def test_two_periods_give_their_difference():
    found = slope([0, 1], [40.0, 46.0], np.diag([4.0, 5.0]))
    assert (found.slope, found.se, found.q_over_df) == pytest.approx((6, 3, 0))
