"""Adjusted p-values, against R and statsmodels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.stats import multiple


def test_all_adjustments(vector):
    case = vector("multiple.p_adjust")
    ps = case.inputs["p"]
    q = multiple.benjamini_hochberg(ps)
    case.check(
        bh=q,
        by=multiple.benjamini_yekutieli(ps),
        holm=multiple.holm(ps),
        bonferroni=multiple.bonferroni(ps),
        n_bh_05=sum(value <= 0.05 for value in q),
        n_bh_25=sum(value <= 0.25 for value in q),
    )


def test_false_discovery_rates(vector):
    case = vector("py.multiple.bh")
    ps, alpha = case.inputs["p"], case.inputs["alpha"]
    q = multiple.benjamini_hochberg(ps)
    case.check(
        reject=[value <= alpha for value in q],
        q=q,
        q_two_stage_bky=multiple.two_stage(ps, alpha=alpha),
    )


families = st.lists(st.floats(0.0, 1.0), max_size=40)
methods = (
    multiple.benjamini_hochberg,
    multiple.benjamini_yekutieli,
    multiple.holm,
    multiple.bonferroni,
)


@given(families)
def test_an_adjusted_p_is_no_smaller_and_keeps_the_order(ps):
    for method in methods:
        adjusted = method(ps)
        assert len(adjusted) == len(ps)
        assert all(p * (1 - 1e-12) <= q <= 1 for p, q in zip(ps, adjusted, strict=True))
        in_order = [q for _, q in sorted(zip(ps, adjusted, strict=True))]
        assert in_order == sorted(in_order)


@given(families, st.randoms())
def test_the_order_of_a_family_does_not_matter(ps, random):
    q_of = dict(zip(ps, multiple.benjamini_hochberg(ps), strict=True))
    random.shuffle(ps)
    assert multiple.benjamini_hochberg(ps) == pytest.approx([q_of[p] for p in ps])


@given(families)
def test_from_strict_to_lenient(ps):
    strict, lenient = multiple.bonferroni(ps), multiple.benjamini_hochberg(ps)
    for most, middle, least in zip(strict, multiple.holm(ps), lenient, strict=True):
        assert most >= middle * (1 - 1e-12)
        assert middle >= least * (1 - 1e-12)


def test_a_family_of_one_is_left_alone():
    assert all(method([0.03]) == pytest.approx((0.03,)) for method in methods)
    assert multiple.two_stage([0.03]) == (0.03,)
    assert multiple.two_stage([]) == ()
