"""Counts to expect, and how good the expectation was, against R."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from milepost.stats import accuracy, forecast
from milepost.stats import counts as distributions
from milepost.stats.forecast import fit_counts
from milepost.stats.rates import rate_interval

WEEK = np.arange(7)


def made(seed, weeks=8, theta=math.inf, growth=0.0):
    rng = np.random.default_rng(seed)
    days = np.arange(weeks * 7)
    means = np.array([50, 60, 45, 55, 80, 30, 20])[days % 7] * np.exp(growth * days)
    if math.isfinite(theta):
        means = rng.gamma(theta, means / theta)
    return rng.poisson(means), days % 7, days


def test_contacts_by_weekday(vector):
    case = vector("forecast.poisson_dow")
    counts, dow = case.inputs["counts"], case.inputs["dow"]
    model = fit_counts(counts, dow)
    means = model.means(dow)
    loglik = distributions.log_likelihood(counts, means)
    chi = distributions.pearson(counts, means)
    case.check(
        mean_by_dow=list(model.means(range(1, 8))),
        deviance=2 * (distributions.log_likelihood(counts, counts) - loglik),
        pearson_chisq=chi,
        df=chi / model.dispersion,
        dispersion=model.dispersion,
        loglik=loglik,
    )
    assert math.isinf(model.theta)


def test_counts_that_differ_more_than_chance(vector):
    case = vector("forecast.negbin")
    counts = np.array(case.inputs["counts"])
    n, mean, var = len(counts), counts.mean(), counts.var(ddof=1)
    found = distributions.likeliest_theta(counts, np.full(n, mean))
    loglik = distributions.log_likelihood(counts, mean, theta=found.theta)
    chi = distributions.pearson(counts, mean)
    case.check(
        mean=mean,
        var=var,
        theta_mle=found.theta,
        theta_se=found.se,
        theta_moments=distributions.moment_theta(mean, var),
        loglik=loglik,
        dispersion_chisq=chi,
        dispersion_p=special.chdtrc(n - 1, chi),
        aic_poisson=2 - 2 * distributions.log_likelihood(counts, mean),
        aic_nb=4 - 2 * loglik,
        q90_nb=distributions.quantile(0.9, mean, theta=found.theta),
        q90_poisson=distributions.quantile(0.9, mean),
    )
    model = fit_counts(counts, np.zeros(n))
    assert model.theta == pytest.approx(found.theta)
    assert model.dispersion == pytest.approx(chi / 19)


def test_a_rate_and_the_next_day(vector):
    case = vector("forecast.poisson_rate_ci")
    contacts, days = case.inputs["contacts"], case.inputs["days"]
    low, high = rate_interval(contacts, days, conf=case.inputs["conf"])
    case.check(
        rate=contacts / days,
        low=low,
        high=high,
        next_day_low=distributions.quantile(0.025, contacts / days),
        next_day_high=distributions.quantile(0.975, contacts / days),
    )


def test_accuracy(vector):
    case = vector("forecast.accuracy")
    given_ = case.inputs
    found = accuracy.accuracy(
        given_["actual"], given_["forecast"], naive_error=given_["naive_in_sample_mae"]
    )
    case.check(
        mae=found.mae,
        rmse=found.rmse,
        mape=found.mape,
        wape=found.wape,
        mase=found.mase,
        bias=found.bias,
        pinball_p90=accuracy.pinball(given_["actual"], given_["quantile_forecast_p90"], share=0.9),
    )


@given(st.floats(0.001, 0.999), st.floats(0, 5000), st.floats(0.05, 1e7))
def test_quantiles_are_those_of_scipy(share, mean, theta):
    plain = distributions.quantile(share, mean)
    assert plain == stats.poisson.ppf(share, mean) or mean == 0
    size = distributions.quantile(share, mean, theta=theta)
    below = stats.nbinom.cdf(size - 1, theta, theta / (theta + mean)) if size else 0
    assert below <= share + 1e-9
    assert share <= stats.nbinom.cdf(size, theta, theta / (theta + mean)) + 1e-9


def test_quantiles_of_an_almost_poisson_count():
    for theta in (1e7, 9e7, 1e9, 1e300, math.inf):
        assert distributions.quantile(0.9, [0.0, 3.0, 400.0], theta=theta).tolist() == [0, 5, 426]


def test_a_trend_carried_on_absurdly_far_says_so():
    model = fit_counts([3, 4, 5, 3], ["a"] * 4, times=range(4))
    assert model.quantiles(0.5, ["a"], times=[8]) < 30
    assert model.quantiles(0.999, ["a"], times=[20]) > 100
    assert (model.quantiles(0.999, ["a", "a"], times=[3000, 10**9]) >= 0).all()


@pytest.mark.parametrize("share", [0, 1, 90])
def test_a_quantile_of_no_share(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        distributions.quantile(share, 3.0)


@given(st.integers(0, 500), st.sampled_from([0.3, 2.0, 15.0]))
def test_theta_is_where_the_likelihood_is_highest(seed, theta):
    counts = made(seed, theta=theta)[0]
    means = np.full(len(counts), counts.mean())
    found = distributions.likeliest_theta(counts, means).theta
    best = distributions.log_likelihood(counts, means, theta=found)
    for factor in (0.5, 0.98, 1.02, 2.0):
        assert best >= distributions.log_likelihood(counts, means, theta=found * factor)


def test_counts_that_vary_less_than_chance_are_poisson():
    assert distributions.likeliest_theta([4, 5, 6], [5.0] * 3) == (math.inf, math.inf)
    assert distributions.log_likelihood([4], [5.0], theta=1e9) == pytest.approx(
        distributions.log_likelihood([4], [5.0]), abs=1e-6
    )


def test_without_a_trend_the_means_are_those_of_the_slots():
    for theta in (math.inf, 3.0):
        counts, slots, _ = made(5, theta=theta)
        model = fit_counts(counts, slots)
        assert model.means(WEEK) == pytest.approx([counts[slots == d].mean() for d in WEEK])
        assert math.isfinite(model.theta) == math.isfinite(theta)


@pytest.mark.parametrize("theta", [math.inf, 20.0])
def test_a_planted_trend_and_theta_are_found(theta):
    counts, slots, days = made(3, weeks=60, theta=theta, growth=0.002)
    model = fit_counts(counts, slots, times=days)
    assert model.coefficients[-1] == pytest.approx(0.002, abs=0.0003)
    assert 1 / model.theta == pytest.approx(1 / theta, abs=0.012)
    later = model.means(WEEK, times=420 + WEEK)
    truth = np.array([50, 60, 45, 55, 80, 30, 20]) * np.exp(0.002 * (420 + WEEK))
    assert later == pytest.approx(truth, rel=0.12)


def test_the_fit_solves_the_likelihood_equations():
    counts, slots, days = made(2, weeks=6, growth=0.01)
    gaps = counts - fit_counts(counts, slots, times=days).means(slots, times=days)
    assert [gaps[slots == d].sum() for d in WEEK] == pytest.approx([0] * 7, abs=1e-8)
    assert gaps @ days == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("theta", [math.inf, 4.0])
def test_no_other_line_is_likelier(theta):
    counts, slots, days = made(2, weeks=6, theta=theta, growth=0.01)
    model = fit_counts(counts, slots, times=days)
    design = np.column_stack([slots[:, None] == WEEK, days - model.origin])

    def likelihood(moved):
        means = np.exp(design @ (model.coefficients + moved))
        return distributions.log_likelihood(counts, means, theta=model.theta)

    rng = np.random.default_rng(1)
    errors = np.sqrt(np.diag(model.covariance))
    for _ in range(50):
        assert likelihood(rng.normal(size=8) * errors * 0.05) < likelihood(0)
    means = np.exp(design @ model.coefficients)
    weights = means / (1 + means / model.theta)
    assert model.covariance == pytest.approx(np.linalg.inv(design.T @ (weights[:, None] * design)))


def test_times_may_start_anywhere():
    counts, slots, days = made(2, growth=0.005)
    here = fit_counts(counts, slots, times=days)
    there = fit_counts(counts, slots, times=days + 20_000.0)
    told = here.quantiles(0.9, slots, times=days + 56)
    assert told.tolist() == there.quantiles(0.9, slots, times=days + 20_056.0).tolist()


@pytest.mark.parametrize(
    ("theta", "trend", "weeks"),
    [(math.inf, False, 3), (math.inf, True, 4), (12.0, False, 8), (12.0, True, 12)],
)
def test_the_next_weeks_lie_within_their_intervals(theta, trend, weeks):
    inside = []
    for seed in range(60):
        counts, slots, days = made(seed, weeks=weeks + 2, theta=theta)
        seen, times = weeks * 7, days if trend else None
        model = fit_counts(counts[:seen], slots[:seen], times=days[:seen] if trend else None)
        ahead = {"times": times[seen:]} if trend else {}
        low, high = (model.quantiles(q, slots[seen:], **ahead) for q in (0.05, 0.95))
        inside.append(accuracy.coverage(counts[seen:], low, high))
    # 840 days: one standard error is 0.8 points; whole counts cover a little more than asked
    assert 0.87 < np.mean(inside) < 0.955


def test_few_weeks_are_less_sure_than_many():
    counts = np.full(400, 25)
    few, many = fit_counts(counts[:2], np.zeros(2)), fit_counts(counts, np.zeros(400))
    assert many.quantiles(0.95, [0]) == stats.poisson.ppf(0.95, 25)
    # a gamma posterior of 50 contacts in 2 days is a negative binomial of size 50
    assert few.quantiles(0.95, [0]) == stats.nbinom.ppf(0.95, 50, 50 / 75)


def test_a_closed_day_stays_closed():
    counts = np.array([5, 7, 0] * 6)
    for times in (None, np.arange(18)):
        model = fit_counts(counts, ["fri", "sat", "sun"] * 6, times=times)
        ahead = {} if times is None else {"times": [18, 19]}
        assert model.means(["sun", "fri"], **ahead)[0] == 0
        assert model.quantiles(0.99, ["sun", "fri"], **ahead)[0] == 0
        assert model.means(["sun", "fri"], **ahead)[1] == pytest.approx(5, abs=0.5)


def test_unknown_counts_are_left_out():
    counts, slots, days = made(1)
    holed = counts.astype(float)
    holed[10:20] = math.nan
    known = np.isfinite(holed)
    model = fit_counts(holed, slots, times=days)
    other = fit_counts(counts[known], slots[known], times=days[known])
    assert model.n == 46
    assert model.coefficients == pytest.approx(other.coefficients)


@pytest.mark.parametrize(
    ("counts", "slots", "times"),
    [
        ([], [], None),
        ([3], [0], None),
        ([3, 4], [0, 1], None),
        ([0, 0, 0, 0], [0, 1, 0, 1], None),
        ([0, 0, 0, 0, 7], [0] * 5, np.arange(5)),  # a trend without end
        ([3, 4, 5], [0] * 3, [1, 1, 1]),
    ],
)
def test_forecasts_that_cannot_be_told(counts, slots, times):
    assert fit_counts(counts, slots, times=times) is None


def test_a_slot_that_was_never_seen():
    model = fit_counts(*made(1)[:2])
    with pytest.raises(ValueError, match=r"slots \[9\]"):
        model.means([0, 9])
    with pytest.raises(ValueError, match="needs times"):
        fit_counts(made(1)[0], made(1)[1], times=made(1)[2]).means([0])


def test_the_model_beats_last_week():
    counts, slots, _ = made(7, weeks=20)
    model = fit_counts(counts[:126], slots[:126])
    yardstick = accuracy.naive_error(counts[:126], season=7)
    naive = forecast.seasonal_naive(counts[:126], season=7, ahead=14)
    assert naive.tolist() == [*counts[119:126], *counts[119:126]]
    ours, theirs = (
        accuracy.accuracy(counts[126:], said, naive_error=yardstick)
        for said in (model.means(slots[126:]), naive)
    )
    assert ours.mase < theirs.mase
    assert ours.wape < 0.2


def test_what_accuracy_cannot_tell_is_none():
    found = accuracy.accuracy([0, 4], [1, 4])
    assert (found.mape, found.mase) == (None, None)
    assert found.wape == 0.25
    assert accuracy.accuracy([0, 0], [1, 1]).wape is None
    assert accuracy.naive_error([1, 2], season=7) is None
    assert np.isnan(forecast.seasonal_naive([1], season=7, ahead=3)).all()


@given(st.integers(0, 200), st.sampled_from([0.1, 0.5, 0.9]))
def test_the_true_quantile_has_the_least_pinball_loss(seed, share):
    counts = np.random.default_rng(seed).poisson(40, size=4000)
    true = distributions.quantile(share, 40.0)
    best = accuracy.pinball(counts, np.full(4000, true), share=share)
    for off in (-6, 6):
        assert best < accuracy.pinball(counts, np.full(4000, true + off), share=share)
