"""Segments read together, against statsmodels' meta-analysis."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from milepost.stats.shrinkage import empirical_bayes

VALUES, ERRORS = [52.0, 38.0, 61.0, 20.0, 45.0], [4.0, 9.0, 2.0, 36.0, 6.0]


def test_five_segments(vector):
    case = vector("segments.empirical_bayes")
    found = empirical_bayes(case.inputs["nps"], case.inputs["se"])
    case.check(
        tau2=found.tau2,
        mean_fixed=found.pooled,
        mean_random=found.mean,
        se_random=found.se,
        q=found.q,
        i2=found.i2,
        shrunk=list(found.shrunk),
    )


@given(
    st.lists(st.tuples(st.floats(-100, 100), st.floats(0.5, 50)), min_size=2, max_size=12),
    st.floats(-100, 100),
)
@example([(1.7e-142, 2.0), (1.7e-142, 8.25)], 0.0)
def test_every_value_moves_towards_the_mean_and_not_beyond(segments, shift):
    values, errors = map(np.array, zip(*segments, strict=True))
    found = empirical_bayes(values, errors)
    before, after = values - found.mean, found.shrunk - found.mean
    assert (np.abs(after) <= np.abs(before) + 1e-9).all()
    assert (before * after >= -1e-9).all()
    assert 0 <= found.i2 <= 1
    moved = empirical_bayes(values + shift, errors)
    assert moved.shrunk == pytest.approx(found.shrunk + shift, abs=1e-6)


def test_the_unsurest_moves_most():
    found = empirical_bayes(VALUES, ERRORS)
    kept = (found.shrunk - found.mean) / (np.array(VALUES) - found.mean)
    assert list(np.argsort(kept)) == list(np.argsort(ERRORS)[::-1])


def test_segments_that_differ_by_chance_alone_are_one():
    found = empirical_bayes([10.0, 11.0, 9.5], [5.0, 5.0, 5.0])
    assert (found.tau2, found.i2) == (0, 0)
    assert found.shrunk == pytest.approx([found.pooled] * 3)
    assert found.mean == pytest.approx(found.pooled)


def test_shrunk_values_are_nearer_to_the_truth():
    rng = np.random.default_rng(3)
    truth, errors = rng.normal(30, 8, size=300), rng.uniform(3, 25, size=300)
    values = truth + rng.normal(size=300) * errors
    found = empirical_bayes(values, errors)
    assert math.sqrt(found.tau2) == pytest.approx(8, rel=0.3)
    assert ((found.shrunk - truth) ** 2).mean() < 0.4 * ((values - truth) ** 2).mean()


def test_a_segment_that_knows_nothing_stands_at_the_mean():
    known = empirical_bayes(VALUES, ERRORS)
    found = empirical_bayes([*VALUES, 99.0], [*ERRORS, math.inf])
    assert found.shrunk == pytest.approx([*known.shrunk, known.mean])


def test_answers_all_alike_do_not_make_a_segment_certain():
    found = empirical_bayes([100.0, 40.0, 50.0], [0.0, 5.0, 8.0])
    assert found.shrunk == pytest.approx(empirical_bayes([100.0, 40.0, 50.0], [5, 5, 8]).shrunk)


@pytest.mark.parametrize(
    ("values", "errors"),
    [([], []), ([5.0], [1.0]), ([5.0, 6.0], [1.0, math.inf]), ([5.0, 6.0], [0.0, 0.0])],
)
def test_too_little_to_compare(values, errors):
    assert empirical_bayes(values, errors) is None
