"""Rank tests on histograms, against R and scipy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.stats.ordinal import brunner_munzel, mann_whitney


def test_mann_whitney(vector):
    case = vector("csat.diff.mann_whitney")
    own, earlier = case.inputs["a"], case.inputs["b"]  # W counts the first sample
    found = mann_whitney(earlier, own)
    case.check(
        W=found.statistic,
        p_value=found.p,
        p_value_continuity=mann_whitney(earlier, own, continuity=True).p,
        prob_superiority=found.superiority,
    )


def test_brunner_munzel(vector):
    case = vector("py.brunner_munzel")
    a, b = ([case.inputs[side].count(score) for score in range(11)] for side in "ab")
    found = brunner_munzel(a, b)
    case.check(stat=found.statistic, p=found.p)


histograms = st.lists(st.integers(0, 30), min_size=4, max_size=4).filter(any)


@given(histograms, histograms)
def test_the_samples_may_change_places(a, b):
    for method in (mann_whitney, brunner_munzel):
        there, back = method(a, b), method(b, a)
        assert there.superiority == pytest.approx(1 - back.superiority)
        assert there.p == pytest.approx(back.p, abs=1e-9)
        assert 0 <= there.p <= 1


def test_nothing_to_compare():
    assert mann_whitney([0, 5], [0, 9]).p == brunner_munzel([0, 5], [0, 9]).p == 1
    assert mann_whitney([0, 1], [0, 1]).p == brunner_munzel([1, 0], [0, 9]).p == 1
