"""Shares of categories, against R and statsmodels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.stats.nominal import chi_square, goodman, sison_glaz


def ends(intervals):
    return {"low": [i.low for i in intervals], "high": [i.high for i in intervals]}


def test_goodman(vector):
    case = vector("intent.goodman_simultaneous")
    counts = case.inputs["counts"]
    case.check(shares=[count / sum(counts) for count in counts], **ends(goodman(counts)))


@pytest.mark.parametrize(
    ("id", "method"),
    [("py.multinomial.goodman", goodman), ("py.multinomial.sison_glaz", sison_glaz)],
)
def test_simultaneous_intervals(vector, id, method):
    case = vector(id)
    case.check(**ends(method(case.inputs["counts"], conf=case.inputs["conf"])))


def test_change_of_mix(vector):
    case = vector("intent.chisq_cramers_v")
    found = chi_square(case.inputs["table"])
    case.check(
        chisq=found.statistic,
        df=found.df,
        p_value=found.p,
        cramers_v=found.cramers_v,
        std_residuals=found.residuals.tolist(),
    )


def test_empty_rows_and_columns_do_not_count():
    full, padded = chi_square([[3, 9], [8, 2]]), chi_square([[3, 0, 9], [8, 0, 2], [0, 0, 0]])
    assert (padded.df, padded.p, padded.cramers_v) == (full.df, full.p, full.cramers_v)


def test_one_category_is_no_comparison():
    found = chi_square([[3, 0], [8, 0]])
    assert (found.df, found.p, found.cramers_v) == (0, 1, 0)


@given(st.lists(st.integers(0, 60), min_size=2, max_size=6).filter(lambda counts: sum(counts) > 1))
def test_intervals_hold_their_shares(counts):
    for method in (goodman, sison_glaz):
        for interval, count in zip(method(counts), counts, strict=True):
            assert -1e-12 <= interval.low - 1e-12 <= count / sum(counts) <= interval.high + 1e-12
