"""Mix against rate: the parts make the change, whoever is on either side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.insight.mix import Groups, mix

VALUES = st.floats(-100, 100)
SIDES = st.dictionaries(
    st.sampled_from("abcde"), st.tuples(VALUES, st.integers(1, 1000)), min_size=1
)


def mean(side: Groups) -> float:
    return sum(v * w for v, w in side.values()) / sum(w for _, w in side.values())


@given(SIDES, SIDES)
def test_mix_and_rate_add_up_to_the_change_of_the_mean(before: Groups, now: Groups) -> None:
    found = mix(before, now)
    assert found is not None
    assert found.mix + found.rate == pytest.approx(mean(now) - mean(before), abs=1e-6)


@given(SIDES)
def test_nothing_changes_where_both_sides_are_the_same(side: Groups) -> None:
    found = mix(side, side)
    assert found is not None
    assert (found.mix, found.rate) == pytest.approx((0, 0), abs=1e-9)


@given(SIDES, st.integers(2, 9))
def test_more_answers_alike_are_no_mix(side: Groups, times: int) -> None:
    found = mix(side, {name: (v, w * times) for name, (v, w) in side.items()})
    assert found is not None
    assert (found.mix, found.rate) == pytest.approx((0, 0), abs=1e-6)


def test_the_parts_are_those_worked_out_by_hand() -> None:
    before = {"young": (2.0, 30), "old": (1.0, 70)}
    now = {"young": (3.0, 40), "old": (1.0, 60)}
    found = mix(before, now)
    assert found is not None
    # By hand: composition (0.4-0.3)(2.5) + (0.6-0.7)(1.0) = 0.15; rates 1.0 x 0.35 = 0.35.
    assert (found.mix, found.rate) == pytest.approx((0.15, 0.35))


def test_a_side_without_anybody_is_compared_with_nothing() -> None:
    assert mix({}, {"a": (1.0, 1)}) is None
