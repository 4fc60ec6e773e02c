"""Intervals and the quantiles under them."""

from __future__ import annotations

import math

import pytest

from milepost.stats.interval import Interval, around
from milepost.stats.quantiles import critical, crossing, standardised, two_sided


def test_clipping_keeps_an_interval_within_the_scale():
    assert Interval(-2.0, 0.5).clipped(-1, 1) == (-1, 0.5)
    assert Interval(3.0, 4.0).clipped(-1, 1) == (1, 1)
    assert Interval(-math.inf, math.inf).clipped(1, 5) == (1, 5)


def test_scaling_by_a_negative_factor_keeps_the_ends_in_order():
    assert Interval(-1.0, 3.0).scaled(-2) == (-6, 2)
    assert Interval(-math.inf, 3.0).scaled(100) == (-math.inf, 300)


@pytest.mark.parametrize(("se", "df"), [(0.0, 0), (1.0, 0), (math.inf, 5), (math.inf, None)])
def test_what_cannot_be_known_is_the_whole_line(se, df):
    assert around(2.0, se, df=df) == (-math.inf, math.inf)


def test_student_approaches_normal():
    assert critical(0.95, math.inf) == critical(0.95)
    assert critical(0.95, 1e9) == pytest.approx(critical(0.95))
    assert two_sided(2.5, math.inf) == two_sided(2.5)


@pytest.mark.parametrize("df", [None, 0.5, 3, 200.5])
@pytest.mark.parametrize("conf", [0.5, 0.9, 0.99])
def test_quantile_and_p_value_are_inverse(conf, df):
    assert two_sided(critical(conf, df), df) == pytest.approx(1 - conf)


def test_extreme_statistics_have_a_p_value():
    assert two_sided(math.inf) == two_sided(-math.inf, 3) == 0.0
    assert two_sided(math.inf, 0) == 1.0


def test_a_change_without_error_is_infinitely_sure():
    assert standardised(0.0, 0.0) == 0.0
    assert standardised(-1.0, 0.0) == -math.inf


def test_crossing_finds_a_jump_in_either_direction():
    assert crossing(lambda x: 1.0 if x < 0.3 else -1.0, 1.0, 0.0) == pytest.approx(0.3)
    assert crossing(lambda x: 1.0 if x > 0.3 else -1.0, 0.0, 1.0) == pytest.approx(0.3)
