"""The market model and abnormal returns, against R's lm and predict."""

from __future__ import annotations

import numpy as np
import pytest

from milepost.stats.event_study import (
    abnormal_returns,
    cumulative,
    event_study,
    market_model,
)
from milepost.stats.quantiles import two_sided
from milepost.stats.regression import r_squared


def days(seed, n=200, jump=0.0, event=150):
    rng = np.random.default_rng(seed)
    market = rng.normal(0, 0.8, size=n)
    stock = 0.05 + 1.3 * market + rng.normal(0, 0.6, size=n)
    stock[event] += jump
    return stock, market


def test_dax_on_ftse(vector):
    case = vector("event_study.market_model")
    stock, market = case.inputs["stock_return_pct"], case.inputs["market_return_pct"]
    n = case.inputs["estimation_days"]
    model = market_model(stock[:n], market[:n])
    found = cumulative(model, stock[n:], market[n:])
    sixth = cumulative(model, stock[n + 5 : n + 6], market[n + 5 : n + 6])
    simple = model.sigma * np.sqrt(case.inputs["event_days"])
    case.check(
        alpha=model.alpha,
        beta=model.beta,
        sigma=model.sigma,
        r2=r_squared(model.fit),
        ar=list(abnormal_returns(model, stock[n:], market[n:])),
        ar_t_event_day6=sixth.t,
        car=found.change,
        se_car_prediction=found.se,
        t_car=found.t,
        se_car_simple=simple,
        t_car_simple=found.change / simple,
        p_value=found.p,
    )


def test_the_windows_lie_around_the_event():
    stock, market = days(1, jump=9.0)
    found = event_study(stock, market, event=150)
    assert found.model.fit.n == 120
    assert found.model.beta == market_model(stock[20:140], market[20:140]).beta
    assert {window: one.days for window, one in found.windows.items()} == {(-1, 1): 3, (-5, 5): 11}
    assert found.abnormal.argmax() == 5
    short, long = found.windows[-1, 1], found.windows[-5, 5]
    assert short.change == pytest.approx(found.abnormal[4:7].sum())
    assert long.change == pytest.approx(found.abnormal.sum())
    assert short.change == pytest.approx(9, abs=3)
    assert short.p < 0.001
    assert short.se < long.se
    assert short.interval.low < 9 < short.interval.high


def test_the_interval_and_the_p_value_agree():
    stock, market = days(4)
    one = event_study(stock, market, event=150).windows[-1, 1]
    assert one.p == two_sided(one.t, 118)
    edge = event_study(stock, market, event=150, conf=1 - one.p).windows[-1, 1].interval
    assert min(abs(edge.low), abs(edge.high)) == pytest.approx(0, abs=1e-9)


def test_days_without_an_event_are_seldom_called_one():
    alarms = 0
    for seed in range(400):
        found = event_study(*days(seed), event=150)
        alarms += found.windows[-5, 5].p < 0.05
    assert 6 <= alarms <= 36  # 20 wanted, give or take 3.7 standard errors


def test_four_fifths_of_detectable_events_are_found():
    hits = 0
    for seed in range(400):
        size = event_study(*days(seed), event=150).windows[-1, 1].detectable
        hits += event_study(*days(seed, jump=size), event=150).windows[-1, 1].p < 0.05
    assert hits / 400 == pytest.approx(0.8, abs=0.07)


@pytest.mark.parametrize("event", [0, 129, 195, 199])
def test_too_near_the_edge_of_the_series(event):
    assert event_study(*days(1), event=event) is None


@pytest.mark.parametrize("event", [130, 194])
def test_just_enough_days(event):
    assert event_study(*days(1), event=event) is not None


def test_a_market_that_stands_still_explains_nothing():
    assert market_model([0.1, 0.2, 0.3, 0.1], [0.0] * 4) is None
