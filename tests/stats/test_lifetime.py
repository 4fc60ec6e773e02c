"""Purchases of customers without a contract, against BTYD and what was published."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import special

from milepost.stats import lifetime
from milepost.stats.lifetime import Purchasing

PUBLISHED = Purchasing(0.243, 4.414, 0.793, 2.426)

positive = st.floats(0.05, 20.0)
models = st.builds(Purchasing, positive, positive, positive, positive)
counts = st.integers(0, 300)
times = st.floats(0.0, 100.0)


@pytest.fixture(scope="module")
def cdnow(vector):
    inputs = vector("clv.bgnbd.cdnow_cells").inputs
    days = (np.array(inputs[key]) / 7 for key in ("t_x_days", "T_days"))
    return np.array(inputs["x"]), *days, np.array(inputs["weight"])


@pytest.fixture(scope="module")
def on_cells(cdnow):
    *cells, weight = cdnow
    return lifetime.fit(*cells, weight=weight)


@pytest.fixture(scope="module")
def on_rows(cdnow):
    *cells, weight = cdnow
    return lifetime.fit(*(np.repeat(column, weight) for column in cells))


def simulated(model, *, customers, age, seed):
    """Every purchase of every customer drawn one after the other."""
    random = np.random.default_rng(seed)
    rate = random.gamma(model.r, 1 / model.alpha, customers)
    leaves = random.beta(model.a, model.b, customers)
    repeats, last, now = np.zeros((3, customers))
    active = np.arange(customers)
    while len(active):
        now[active] += random.exponential(1 / rate[active])
        active = active[now[active] <= age]
        repeats[active] += 1
        last[active] = now[active]
        active = active[random.random(len(active)) >= leaves[active]]
    return repeats, last, np.full(customers, age)


def test_cdnow_as_published(on_cells, cdnow):
    *_, weight = cdnow
    assert [round(value, 3) for value in on_cells.model] == [0.243, 4.414, 0.793, 2.426]
    assert round(on_cells.loglik, 1) == -9582.4
    assert on_cells.converged
    assert weight.sum() == 2357


def test_cdnow_cells(vector, on_cells, cdnow):
    *cells, weight = cdnow
    vector("clv.bgnbd.cdnow_cells").check(
        n_customers=weight.sum(),
        n_cells=len(weight),
        **on_cells.model._asdict(),
        loglik=on_cells.loglik,
        loglik_at_published=weight @ lifetime.loglik(PUBLISHED, *cells),
    )


def test_cdnow_customers_and_cells_give_the_same(vector, on_cells, on_rows):
    on_both = {f"{name}_cells": value for name, value in on_cells.model._asdict().items()}
    vector("clv.bgnbd.cdnow_fit").check(
        **on_rows.model._asdict(),
        **on_both,
        loglik=on_rows.loglik,
        loglik_on_cells=on_cells.loglik,
    )
    assert on_rows.model == pytest.approx(on_cells.model, rel=1e-5)
    assert on_rows.loglik == pytest.approx(on_cells.loglik, abs=1e-6)
    assert on_rows.covariance == pytest.approx(on_cells.covariance, rel=1e-3, abs=1e-8)


def test_a_small_table_of_cells(vector):
    case = vector("clv.bgnbd.weighted_cells_small")
    cells = [np.array(case.inputs[key]) for key in ("x", "t_x", "T")]
    weight = np.array(case.inputs["weight"])
    found = lifetime.fit(*cells, weight=weight)
    case.check(
        loglik_at_published=weight @ lifetime.loglik(PUBLISHED, *cells),
        r=found.model.r,
        alpha=found.model.alpha,
        max_loglik=found.loglik,
    )
    assert found.loglik == pytest.approx(case.expected["max_loglik"], rel=1e-6)


@pytest.mark.parametrize("id", ["clv.bgnbd.customer1", "clv.bgnbd.customer2"])
def test_one_customer(vector, id):
    case = vector(id)
    customer = [case.inputs[key] for key in ("x", "t_x", "T")]
    model = Purchasing(**case.inputs["params"])
    case.check(
        loglik=lifetime.loglik(model, *customer),
        p_alive=lifetime.alive(model, *customer),
        expected_transactions_39=lifetime.expected(model, *customer, ahead=case.inputs["t"]),
    )


def test_a_new_customer(vector):
    case = vector("clv.bgnbd.expected_new")
    model = Purchasing(**case.inputs["params"])
    case.check(expected=lifetime.expected_new(model, case.inputs["t"]).tolist())


def test_the_next_39_weeks_of_cdnow(on_cells, cdnow):
    *cells, weight = cdnow
    assert weight @ lifetime.expected(on_cells.model, *cells, ahead=39) == pytest.approx(
        1653.4, abs=0.05
    )


# r, a, b, repeats, time ahead / (alpha + age); computed with sixty digits
EXACT = [
    (0.25, 0.8, 2.4, 5000, 0.5, 2112.01850735),
    (0.25, 0.8, 2.4, 120, 40, 669.06114089),
    (0.25, 1, 2.4, 2, 0.9, 1.62624273074),
    (0.25, 1.00001, 2.4, 2, 0.9, 1.62623989343),
    (0.25, 0.5, 0.5, 0, 0.9, 0.181937530299),
    (3, 0.02, 0.05, 0, 50, 97.9903521298),
    (10.5, 367, 1292, 0, 74.5, 4.53005464481),
    (0.02, 721, 0.9, 97, 6.3, 1.13597222222),
    (4, 636, 83, 0, 22.5, 1.13070272443),
    (0.25, 30000, 200000, 400, 0.3, 7.68022099078),
]


@pytest.mark.parametrize(("r", "a", "b", "repeats", "ahead", "exact"), EXACT)
def test_the_expectation_neither_overflows_nor_loses_digits(r, a, b, repeats, ahead, exact):
    model = Purchasing(r, 1.0, a, b)
    still = lifetime.alive(model, repeats, 0, 0)
    found = lifetime.expected(model, repeats, 0, 0, ahead=ahead)
    assert found / still == pytest.approx(exact, rel=2e-7)


def test_cells_that_overflow_do_not_disturb_the_others():
    model = Purchasing(4.0, 1.0, 636.0, 83.0)
    together = lifetime.expected(model, [0, 1], 0, 0, ahead=[[22.5], [0.1]])
    assert together[0, 0] == pytest.approx(1.13070272443, rel=2e-7)
    assert together[1, 1] == lifetime.expected(model, 1, 0, 0, ahead=0.1)


@given(models, st.integers(0, 30), times, times, st.floats(0.1, 50.0))
def test_the_published_series_gives_the_same(model, repeats, last, more, ahead):
    r, alpha, a, b = model
    assume(abs(a - 1) > 1e-3)
    age = last + more
    z, c = ahead / (alpha + age + ahead), a + b + repeats - 1
    series = special.hyp2f1(r + repeats, b + repeats, c, z)
    assume(math.isfinite(series))
    published = c / (a - 1) * (1 - (1 - z) ** (r + repeats) * series)
    published *= lifetime.alive(model, repeats, last, age)
    found = lifetime.expected(model, repeats, last, age, ahead=ahead)
    assert found == pytest.approx(published, rel=1e-6, abs=1e-9)


@given(models, counts, times, times, times, times)
def test_shares_are_shares_and_expectations_grow(model, repeats, last, more, ahead, further):
    customer = (repeats, last, last + more)
    still = lifetime.alive(model, *customer)
    assert 0 <= still <= 1
    if repeats == 0:
        assert still == 1
    near, far = lifetime.expected(model, *customer, ahead=[ahead, ahead + further])
    rounding = 1e-9 * (1 + far)
    assert -rounding <= near <= far + rounding
    ceiling = still * (model.r + repeats) / (model.alpha + last + more) * ahead
    assert near <= ceiling * (1 + 1e-6) + rounding  # nobody left, and nobody will


@given(models, st.integers(0, 2**32 - 1))
def test_the_gradient_is_the_slope_and_weights_are_rows(model, seed):
    random = np.random.default_rng(seed)
    repeats = random.poisson(1.5, 12)
    age = random.uniform(1, 50, 12).round(1)
    last = np.where(repeats > 0, age * random.random(12), 0)
    weight = random.integers(1, 5, 12)
    score = lifetime.score(repeats, last, age, weight=weight)
    value, gradient = score(model)
    rows = [np.repeat(column, weight) for column in (repeats, last, age)]
    assert value == pytest.approx(lifetime.loglik(model, *rows).sum(), rel=1e-9)
    assert score(model).gradient == pytest.approx(lifetime.score(*rows)(model).gradient, rel=1e-8)
    for place, name in enumerate(Purchasing._fields):
        step = 1e-5 * model[place]
        ends = (score(model._replace(**{name: model[place] + sign * step})) for sign in (1, -1))
        up, down = (end.loglik for end in ends)
        slope = (up - down) / (2 * step)
        assert gradient[place] == pytest.approx(slope, rel=1e-4, abs=1e-5 * abs(value))


def test_a_simulation_is_recovered():
    true = Purchasing(0.8, 6.0, 0.7, 3.0)
    cells = simulated(true, customers=20_000, age=52.0, seed=7)
    found = lifetime.fit(*cells)
    errors = np.sqrt(np.diag(found.covariance))
    off = (np.log(found.model) - np.log(true)) / errors
    assert found.converged
    assert np.abs(off).max() < 3
    assert errors.max() < 0.15  # the bound: 15 % on each parameter
    expected = lifetime.expected_new(found.model, 52.0)
    error = found.se(lambda model: lifetime.expected_new(model, 52.0))
    assert abs(expected - cells[0].mean()) < 2 * error
    assert error < 0.02 * expected


def test_the_standard_error_is_that_of_repeated_samples():
    true = Purchasing(0.8, 6.0, 0.7, 3.0)
    fits = [lifetime.fit(*simulated(true, customers=2000, age=52.0, seed=k)) for k in range(40)]
    seen = np.std([math.log(fit.model.r) for fit in fits], ddof=1)
    stated = np.mean([math.sqrt(fit.covariance[0, 0]) for fit in fits])
    assert 0.7 < seen / stated < 1.4


@pytest.mark.parametrize("unit", [1 / 365.25, 1 / 7, 86_400.0])
def test_the_unit_of_time_does_not_matter(unit):
    cells = simulated(Purchasing(0.8, 6.0, 0.7, 3.0), customers=3000, age=52.0, seed=3)
    plain = lifetime.fit(*cells)
    scaled = lifetime.fit(cells[0], cells[1] * unit, cells[2] * unit)
    expected = plain.model._replace(alpha=plain.model.alpha * unit)
    assert scaled.model == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    "cells",
    [
        ([0, 0], [0, 0], [10, 20]),
        ([1], [3], [10]),
        ([1, 2, 3], [10, 10, 10], [10, 10, 10]),
    ],
)
def test_what_the_data_do_not_tell_has_an_infinite_error(cells):
    found = lifetime.fit(*cells)
    assert not found.converged
    assert np.isinf(found.covariance).all()
    assert np.isfinite(found.model).all()
    error = found.se(lambda model: lifetime.expected_new(model, [1.0, 2.0]))
    assert np.isinf(error).all()
    assert error.shape == (2,)
