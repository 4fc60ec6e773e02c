"""The value of a customer, historic and to come."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.stats import lifetime, projection, value
from milepost.stats.lifetime import Purchasing

MODEL = Purchasing(0.243, 4.414, 0.793, 2.426)
CUSTOMERS = ([2, 0, 9], [30.43, 0, 38.0], [38.86, 38.86, 38.86])
MONTH = 365.25 / 84


def test_margins_seen_and_to_come(vector):
    case = vector("clv.historic_and_discounted")
    margins, rate, margin = (
        case.inputs[key] for key in ("margin_per_month", "monthly_discount", "margin")
    )
    retention = case.inputs["retention"]
    case.check(
        historic=value.worth(margins),
        discounted=value.worth(margins, rate=rate),
        geometric_infinite=value.perpetual(margin, retention=retention, rate=rate),
        geometric_24m=value.contractual(margin, retention ** np.arange(24), rate=rate),
    )


def test_without_discount_a_perpetual_customer_is_margin_by_churn():
    assert value.perpetual(30.0, retention=0.95) == pytest.approx(30 / 0.05)


def test_a_constant_rate_undervalues_a_mixed_cohort():
    model = projection.Leaving(0.668, 3.806)
    shares = projection.survival(model, np.arange(200))
    mixed = value.contractual(1.0, shares, rate=0.1)
    assert mixed > value.perpetual(1.0, retention=1 - model.mean, rate=0.1)


@given(st.floats(0.0, 1.0), st.integers(1, 366))
def test_a_rate_per_period_compounds_to_the_year(yearly, periods):
    rate = value.per_period(yearly, periods=periods)
    assert (1 + rate) ** periods == pytest.approx(1 + yearly, rel=1e-9)


def test_purchases_are_discounted_month_by_month():
    found = value.discounted_purchases(MODEL, *CUSTOMERS, month=MONTH)
    totals = [lifetime.expected(MODEL, *CUSTOMERS, ahead=k * MONTH) for k in range(25)]
    by_hand = sum((totals[k] - totals[k - 1]) * 1.10 ** (-k / 12) for k in range(1, 25))
    assert found == pytest.approx(by_hand)
    assert found.shape == (3,)
    assert (found < totals[24]).all()
    assert (found > totals[24] / 1.10**2).all()


def test_without_discount_it_is_the_expectation_over_the_horizon():
    found = value.discounted_purchases(MODEL, *CUSTOMERS, month=MONTH, months=6, yearly=0.0)
    assert found == pytest.approx(lifetime.expected(MODEL, *CUSTOMERS, ahead=6 * MONTH))


@given(st.integers(1, 30), st.floats(0.0, 0.5), st.floats(0.0, 0.5))
def test_more_months_are_worth_more_and_higher_rates_less(months, low, more):
    def worth(months, yearly):
        return value.discounted_purchases(
            MODEL, 2, 30.43, 38.86, month=MONTH, months=months, yearly=yearly
        )

    assert worth(months, low) < worth(months + 1, low)
    assert worth(months, low + more) <= worth(months, low) * (1 + 1e-9)
