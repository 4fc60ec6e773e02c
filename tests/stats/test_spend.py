"""Spending per purchase, against BTYD and what was published."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from milepost.stats import spend
from milepost.stats.spend import Spending

positive = st.floats(0.1, 30.0)
models = st.builds(Spending, positive, positive, positive)


@pytest.fixture(scope="module")
def cdnow(vector):
    inputs = vector("clv.gamma_gamma.cdnow_cells").inputs
    return tuple(np.array(inputs[key]) for key in ("x", "m", "weight"))


@pytest.fixture(scope="module")
def on_cells(cdnow):
    count, mean, weight = cdnow
    return spend.fit(count, mean, weight=weight)


def simulated(model, *, customers, seed):
    random = np.random.default_rng(seed)
    count = random.geometric(0.3, customers)
    scale = random.gamma(model.q, 1 / model.gamma, customers)
    return count, random.gamma(model.p * count) / scale / count


def test_cdnow_as_published(on_cells):
    assert on_cells.converged
    assert on_cells.model == pytest.approx((6.25, 3.74, 15.44), abs=0.01)


def test_cdnow_cells(vector, on_cells, cdnow):
    count, mean, weight = cdnow
    vector("clv.gamma_gamma.cdnow_cells").check(
        **on_cells.model._asdict(),
        loglik=weight @ spend.loglik(on_cells.model, count, mean),
        n=weight.sum(),
        sum_x=weight @ count,
    )


def test_cdnow_customers_and_cells_give_the_same(vector, on_cells, cdnow):
    count, mean, weight = cdnow
    rows = spend.fit(np.repeat(count, weight), np.repeat(mean, weight))
    vector("clv.gamma_gamma.cdnow_fit").check(
        **rows.model._asdict(),
        n=weight.sum(),
        n_cells=len(weight),
        loglik=rows.loglik,
        loglik_cells=on_cells.loglik,
    )
    assert rows.model == pytest.approx(on_cells.model, rel=1e-4)


def test_one_customer(vector):
    case = vector("clv.gamma_gamma.customer")
    model = Spending(**case.inputs["params"])
    case.check(
        expected_value=spend.expected(model, case.inputs["x"], case.inputs["m"]).tolist(),
        population_mean=spend.population_mean(model),
    )


def test_customers_without_a_mean_are_not_given_one():
    heavy = Spending(1.0, 0.5, 10.0)
    assert spend.population_mean(heavy) == math.inf
    assert spend.population_mean(heavy._replace(q=1.0)) == math.inf
    assert spend.expected(heavy, 1, 8.0) == pytest.approx(36.0)


@given(models, st.integers(1, 50), st.floats(0.1, 1000.0))
def test_few_purchases_are_drawn_to_the_mean_of_all(model, count, mean):
    centre = spend.population_mean(model)
    assume(math.isfinite(centre))
    few, many = spend.expected(model, [count, 100 * count], mean)
    low, high = sorted((centre, mean))
    assert low * (1 - 1e-9) <= few <= high * (1 + 1e-9)
    assert abs(many - mean) <= abs(few - mean) * (1 + 1e-9) + 1e-9 * mean


@given(models, st.integers(0, 2**32 - 1))
def test_the_gradient_is_the_slope_and_weights_are_rows(model, seed):
    random = np.random.default_rng(seed)
    count, mean = random.integers(1, 6, 10), random.uniform(1, 80, 10).round(2)
    weight = random.integers(1, 5, 10)
    score = spend.score(count, mean, weight=weight)
    value, gradient = score(model)
    rows = np.repeat(count, weight), np.repeat(mean, weight)
    assert value == pytest.approx(spend.loglik(model, *rows).sum(), rel=1e-9)
    assert gradient == pytest.approx(spend.score(*rows)(model).gradient, rel=1e-7, abs=1e-7)
    for place, name in enumerate(Spending._fields):
        step = 1e-5 * model[place]
        ends = (score(model._replace(**{name: model[place] + sign * step})) for sign in (1, -1))
        up, down = (end.loglik for end in ends)
        slope = (up - down) / (2 * step)
        assert gradient[place] == pytest.approx(slope, rel=1e-4, abs=1e-5 * abs(value))


def test_a_simulation_is_recovered():
    true = Spending(6.25, 3.74, 15.44)
    found = spend.fit(*simulated(true, customers=20_000, seed=11))
    errors = np.sqrt(np.diag(found.covariance))
    assert found.converged
    assert np.abs((np.log(found.model) - np.log(true)) / errors).max() < 3
    assert errors.max() < 0.08  # the bound: 8 % on each parameter
    off = spend.population_mean(found.model) - spend.population_mean(true)
    assert abs(off) < 3 * found.se(spend.population_mean) < 1.5


def test_the_unit_of_money_does_not_matter():
    count, mean = simulated(Spending(6.25, 3.74, 15.44), customers=3000, seed=5)
    plain, cents = spend.fit(count, mean), spend.fit(count, mean * 100)
    assert cents.model == pytest.approx(
        plain.model._replace(gamma=plain.model.gamma * 100), rel=1e-4
    )


def test_customers_who_all_spend_alike_do_not_determine_the_model():
    found = spend.fit([1, 2, 3, 4], [20.0, 20.0, 20.0, 20.0])
    assert not found.converged
    assert spend.population_mean(found.model) == pytest.approx(20.0, rel=0.01)
    assert found.se(spend.population_mean) == math.inf


def test_correlation(cdnow):
    count, mean, weight = cdnow
    rows = np.corrcoef(np.repeat(count, weight), np.repeat(mean, weight))[0, 1]
    assert spend.correlation(count, mean, weight=weight) == pytest.approx(rows)
    assert spend.correlation([1, 2], [5.0, 5.0]) == 0
