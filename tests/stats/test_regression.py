"""Least squares and its covariances, against R's sandwich and statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.stats import regression
from milepost.stats.interval import around
from milepost.stats.regression import clustered, least_squares, newey_west, sum_variance


def segmented(y, start):
    place = np.arange(len(y))
    after = place >= start
    return least_squares(
        np.column_stack([np.ones(len(y)), place + 1, after, (place - start) * after]), y
    )


def noisy(seed=1, n=40):
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), rng.normal(size=n), rng.normal(size=n)])
    return x, x @ [1.0, 2.0, -1.0] + rng.normal(size=n) * (1 + abs(x[:, 1]))


def errors(covariance):
    return np.sqrt(np.diag(covariance))


def test_segmented_regression_of_the_nile(vector):
    case = vector("its.segmented.nile")
    fit = segmented(case.inputs["y"], case.inputs["intervention_index"] - 1)
    assert regression.newey_west_lag(fit.n) == case.inputs["lag"]
    case.check(
        coef=list(fit.coefficients),
        se_ols=list(errors(fit.covariance)),
        se_newey_west_lag4_adj=list(errors(newey_west(fit))),
        se_newey_west_lag4_noadj=list(errors(newey_west(fit, corrected=False))),
        dw=regression.durbin_watson(fit),
        r2=regression.r_squared(fit),
    )


def test_newey_west_as_statsmodels_has_it(vector):
    case = vector("its.statsmodels_hac")
    source = vector(case.inputs["ref"]).inputs
    fit = segmented(source["y"], source["intervention_index"] - 1)
    se = errors(newey_west(fit, lag=4))
    level = around(fit.coefficients[2], se[2])
    case.check(
        coef=list(fit.coefficients),
        se=list(se),
        level_change_low=level.low,
        level_change_high=level.high,
    )


def test_each_row_its_own_cluster_is_white_with_the_small_sample_factor():
    fit = least_squares(*noisy())
    meat = (fit.design * fit.residuals[:, None] ** 2).T @ fit.design
    plain = fit.n / fit.df * fit.inverse @ meat @ fit.inverse
    assert clustered(fit, np.arange(fit.n)) == pytest.approx(plain)
    assert clustered(fit, [f"row {i}" for i in range(fit.n)]) == pytest.approx(plain)


def test_without_lags_newey_west_is_white():
    fit = least_squares(*noisy())
    assert newey_west(fit, lag=0) == pytest.approx(clustered(fit, np.arange(fit.n)))
    assert newey_west(fit, lag=3) != pytest.approx(newey_west(fit, lag=0))


def test_rows_given_twice_tell_clusters_nothing_new():
    x, y = noisy()
    twice = least_squares(np.vstack([x, x]), np.concatenate([y, y]))
    units = np.tile(np.arange(len(y)), 2)
    once = errors(clustered(least_squares(x, y), np.arange(len(y))))
    told = errors(clustered(twice, units))
    # only the small-sample factor (n-1)/(n-k) differs
    assert told == pytest.approx(once * math.sqrt(79 / 77 / (39 / 37)))
    assert (errors(twice.covariance) < 0.75 * told).all()


def test_one_cluster_says_nothing_of_its_spread():
    assert clustered(least_squares(*noisy()), np.zeros(40)) is None


@pytest.mark.parametrize(
    "design",
    [
        [[1.0, 2.0], [1.0, 3.0]],  # no row to spare
        [[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]],
        [[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]],
        [[0.1, 0.3], [0.2, 0.6], [0.3, 0.9]],
    ],
)
def test_what_rows_do_not_determine_is_none(design):
    assert least_squares(design, np.arange(len(design))) is None


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.integers(0, 50))
def test_units_of_measure_do_not_matter(of_x, of_y, seed):
    x, y = noisy(seed)
    scaled = x * [1, of_x, 1]
    fit, other = least_squares(x, y), least_squares(scaled, y * of_y)
    assert other.coefficients[1] * of_x / of_y == pytest.approx(fit.coefficients[1])
    assert other.sigma2 / of_y**2 == pytest.approx(fit.sigma2)
    assert sum_variance(other, scaled[:5]) / of_y**2 == pytest.approx(sum_variance(fit, x[:5]))


def test_the_variance_of_a_predicted_sum_is_that_of_simulations():
    rng = np.random.default_rng(5)
    x = np.column_stack([np.ones(20), np.arange(20.0)])
    later = np.column_stack([np.ones(10), np.arange(20.0, 30.0)])
    gaps, told = [], []
    for _ in range(4000):
        fit = least_squares(x, rng.normal(size=20))
        gaps.append((rng.normal(size=10) - fit.predicted(later)).sum())
        told.append(sum_variance(fit, later))
    assert np.mean(told) == pytest.approx(np.var(gaps), rel=0.08)
    assert np.mean(told) > 40  # ten rows of noise 1 would be 10


def test_related_neighbours_show_in_durbin_watson():
    rng = np.random.default_rng(2)
    steps = rng.normal(size=300)
    walk = np.cumsum(steps)
    constant = np.ones((300, 1))
    assert regression.durbin_watson(least_squares(constant, walk)) < 0.5
    assert 1.6 < regression.durbin_watson(least_squares(constant, steps)) < 2.4
    assert regression.durbin_watson(least_squares(constant, np.ones(300) * 4)) == 2.0


def test_r_squared_is_the_squared_correlation():
    x, y = noisy()
    fit = least_squares(x[:, :2], y)
    assert regression.r_squared(fit) == pytest.approx(np.corrcoef(x[:, 1], y)[0, 1] ** 2)
