"""Retention projected beyond the data, against what was published."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from milepost.stats import projection
from milepost.stats.projection import Leaving, Renewals

REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241]

positive = st.floats(0.05, 50.0)
models = st.builds(Leaving, positive, positive)


def drawn(model, *, customers, periods, seed):
    """Every customer's renewals drawn with a chance of their own."""
    random = np.random.default_rng(seed)
    stayed = random.geometric(random.beta(model.alpha, model.beta, customers)) - 1
    return projection.renewals([(stayed >= period).sum() for period in range(periods + 1)])


def test_high_end(vector):
    case = vector("retention.sbg.high_end")
    survivors = np.array(case.inputs["percent_surviving_years_0_7"]) / 100 * case.inputs["cohort"]
    found = projection.fit(projection.renewals(survivors))
    case.check(
        alpha=found.model.alpha,
        beta=found.model.beta,
        loglik=found.loglik,
        survival_year_8=projection.survival(found.model, 8),
        survival_year_12=projection.survival(found.model, case.inputs["project_to"]),
        retention_rate_year_8=projection.retention(found.model, 8),
        mean_theta=found.model.mean,
    )
    assert [round(value, 3) for value in found.model] == [0.668, 3.806]
    assert found.converged


def test_regular_as_published():
    found = projection.fit(projection.renewals(REGULAR))
    assert [round(value, 3) for value in found.model] == [0.704, 1.182]
    assert round(found.loglik, 3) == -1680.265


def test_observed_survival_and_rates(vector):
    case = vector("retention.survival_and_rates")
    seen = projection.renewals(case.inputs["active_per_year"])
    case.check(survival=seen.survival.tolist(), retention_rates=seen.rates.tolist())


@given(models, st.integers(1, 60))
def test_survival_is_the_product_of_the_rates(model, periods):
    rates = projection.retention(model, np.arange(1, periods + 1))
    assert projection.survival(model, periods) == pytest.approx(np.prod(rates), rel=1e-9)
    assert projection.survival(model, 0) == 1
    assert (np.diff(rates) > 0).all()
    assert rates[0] == pytest.approx(1 - model.mean)


@given(models, st.lists(st.integers(0, 50), min_size=3, max_size=9))
def test_the_likelihood_is_that_of_the_lifetimes(model, losses):
    survivors = 500 - np.cumsum([0, *losses])
    renewals = np.arange(1, len(losses) + 1)
    alpha, beta = model
    leaving = special.betaln(alpha + 1, beta + renewals - 1) - special.betaln(alpha, beta)
    staying = special.betaln(alpha, beta + len(losses)) - special.betaln(alpha, beta)
    by_lifetimes = losses @ leaving + survivors[-1] * staying
    found = projection.score(model, projection.renewals(survivors))
    assert found.loglik == pytest.approx(by_lifetimes, rel=1e-8)


@given(models, st.lists(st.integers(0, 50), min_size=3, max_size=9))
def test_the_gradient_is_the_slope(model, losses):
    seen = projection.renewals(500 - np.cumsum([0, *losses]))
    value, gradient = projection.score(model, seen)
    for place, name in enumerate(Leaving._fields):
        step = 1e-5 * model[place]
        ends = (model._replace(**{name: model[place] + sign * step}) for sign in (1, -1))
        up, down = (projection.score(end, seen).loglik for end in ends)
        slope = (up - down) / (2 * step)
        assert gradient[place] == pytest.approx(slope, rel=1e-4, abs=1e-5 * abs(value))


def test_cohorts_of_different_age_add_up():
    old = projection.renewals([1000, 869, 743, 653])
    young = projection.renewals([400, 350])
    both = Renewals(old.kept + [350, 0, 0], old.lost + [50, 0, 0])
    model = Leaving(0.7, 4.0)
    apart = projection.score(model, old).loglik + projection.score(model, young).loglik
    assert projection.score(model, both).loglik == pytest.approx(apart)
    assert both.rates[0] == pytest.approx(1219 / 1400)
    assert both.rates[1:] == pytest.approx(old.rates[1:])


def test_a_simulation_is_recovered():
    true = Leaving(0.668, 3.806)
    found = projection.fit(drawn(true, customers=20_000, periods=7, seed=2))
    errors = np.sqrt(np.diag(found.covariance))
    assert np.abs((np.log(found.model) - np.log(true)) / errors).max() < 3
    assert errors.max() < 0.06  # the bound: 6 % on each parameter


def test_the_interval_covers_the_truth_as_often_as_it_says():
    true = Leaving(0.668, 3.806)
    share = projection.survival(true, 12)
    hits = 0
    for seed in range(200):
        found = projection.fit(drawn(true, customers=1000, periods=7, seed=seed))
        low, high = projection.interval(found, lambda model: projection.survival(model, 12))
        hits += low < share < high
    assert 180 <= hits <= 199  # 95 % of 200, within three standard errors


def test_a_wider_confidence_is_a_wider_interval_around_the_projection():
    found = projection.fit(projection.renewals(REGULAR))

    def left(model):
        return projection.survival(model, 12)

    inner, outer = (projection.interval(found, left, conf=conf) for conf in (0.8, 0.99))
    assert 0 < outer.low < inner.low < left(found.model) < inner.high < outer.high < 1


@pytest.mark.parametrize(
    ("survivors", "expected"),
    [
        ([1000, 900, 810, 729, 656.1], 0.9**10),
        ([100, 100, 100], 1.0),
        ([100, 95, 80, 60], None),
        ([100, 0, 0], 0.0),
    ],
)
def test_rates_that_do_not_grow_leave_the_model_undetermined(survivors, expected):
    found = projection.fit(projection.renewals(survivors))
    assert not found.converged
    assert projection.interval(found, lambda model: projection.survival(model, 10)) == (0, 1)
    if expected is not None:
        assert projection.survival(found.model, 10) == pytest.approx(expected, abs=1e-4)
