"""Star ratings, against closed forms and 400,000 draws in R."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from milepost.stats import stars
from milepost.stats.interval import around
from milepost.stats.means import moments
from milepost.stats.shares import wilson


def test_averages_and_bounds(vector):
    case = vector("stars.mean_bayes_lower")
    counts = case.inputs["counts_1_5"]
    n, mean, _ = moments(range(1, 6), counts)
    found = stars.posterior(counts)
    prior = {key: case.inputs[key] for key in ("prior_mean", "prior_weight")}
    case.check(
        mean=mean,
        bayesian_average=stars.bayesian_average(mean, n, **prior),
        dirichlet_mean=found.mean,
        dirichlet_lower_normal=around(*found).low,
        pct_5_star=counts[4] / n,
        wilson_low_4plus=wilson(sum(counts[3:]) / n, n).low,
    )


def test_posterior_quantiles(vector):
    case = vector("stars.dirichlet_mc")
    counts = case.inputs["counts_1_5"]
    low, high = stars.posterior_interval(counts)
    case.check(mean=stars.posterior(counts).mean, q025=low, q975=high)


@pytest.mark.parametrize("counts", [[0, 0, 0, 0, 0], [0, 0, 0, 0, 3], [2, 0, 0, 0, 40]])
def test_quantiles_agree_with_drawing(counts):
    draws = np.random.default_rng(2).dirichlet(np.array(counts) + 1.0, 200_000) @ np.arange(1, 6)
    low, high = stars.posterior_interval(counts)
    assert np.quantile(draws, [0.025, 0.975]) == pytest.approx([low, high], abs=0.01)


def test_two_categories_have_a_beta_quantile():
    low, high = stars.posterior_interval([3, 9], stars=[0, 1])
    assert (low, high) == pytest.approx(special.betaincinv(10, 4, [0.025, 0.975]), abs=1e-9)


def test_millions_of_ratings():
    counts = [10**6, 10**6, 10**6, 10**6, 10**8]
    assert stars.posterior_interval(counts) == pytest.approx(
        around(*stars.posterior(counts)), abs=1e-7
    )


@given(st.lists(st.integers(0, 50), min_size=5, max_size=5))
def test_the_bound_lies_below_the_mean(counts):
    found = stars.posterior_interval(counts)
    assert 1 <= found.low < stars.posterior(counts).mean < found.high <= 5


def test_few_good_ratings_do_not_win():
    few, many = [0, 0, 0, 0, 3], [5, 5, 10, 40, 240]
    assert stars.posterior_interval(few).low < stars.posterior_interval(many).low
