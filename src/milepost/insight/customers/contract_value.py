"""What a new customer with a contract is worth: what is paid a month, times who is still there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.engine.cohorts import Scope, seen, stays
from milepost.engine.contracts import Paid, brought, paid
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.insight.customers.prediction import Horizon
from milepost.insight.customers.survival import curve_of, renewals_of
from milepost.stats import projection, value
from milepost.stats.interval import Interval, around
from milepost.stats.survival import Curve

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contract:
    """A new customer's value over `months`, discounted, with an interval for who is still there.

    `monthly` is the mean paid for a month that a customer was there, `historic` all that was paid so
    far, `months_seen` the oldest age that anybody was followed to. `coming` is what was brought after
    0, 1, ... months, not discounted, the first payment coming at once.
    """

    customers: int
    monthly: float
    historic: float
    months: int
    months_seen: int
    value: float
    low: float | None
    high: float | None
    method: str
    coming: tuple[float, ...]


def contract(reader: Reader, question: Question, horizon: Horizon) -> Contract | None:
    """The value of a new customer with a contract; None where subscriptions do not tell it."""
    if not brought(reader):
        return None
    scope = Scope("subscriptions", "month", question.until)
    told = seen(reader, scope)
    found = paid(reader, told.known) if told else None
    if told is None or found is None:
        return None
    curve = curve_of(stays(reader, scope, told.known))
    oldest = int(curve.times[-1])
    if oldest < 1:
        return None
    monthly, rate = found.money / found.months, value.per_period(horizon.yearly)
    make = _as_seen if oldest >= horizon.months - 1 else _projected
    return make(found, curve, monthly, horizon.months, rate)


def _as_seen(found: Paid, curve: Curve, monthly: float, months: int, rate: float) -> Contract:
    """By the survival seen, where somebody was followed for the whole horizon."""
    there = _survival(curve, months)
    worth = value.contractual(monthly, there, rate=rate)
    # Greenwood's variance of a sum of survival: what every leaving takes from the months after it
    weighed = monthly * there * (1 + rate) ** -np.arange(float(months))
    after = np.append(np.cumsum(weighed[::-1])[::-1], 0.0)
    lost = [(int(age), step) for age, step in zip(curve.times, curve.steps, strict=True)]
    variance = sum(after[age] ** 2 * step for age, step in lost if age < months)
    ends = around(worth, math.sqrt(variance))
    return _made(found, curve, monthly, worth, there, ends, "Kaplan-Meier")


def _projected(found: Paid, curve: Curve, monthly: float, months: int, rate: float) -> Contract:
    """By the shifted-beta-geometric model, where the horizon is longer than anybody was followed."""
    fit, ages = projection.fit(renewals_of(curve)), np.arange(float(months))

    def worth_of(model: projection.Leaving) -> float:
        return value.contractual(monthly, projection.survival(model, ages), rate=rate)

    worth, there = worth_of(fit.model), projection.survival(fit.model, ages)
    ends = around(worth, float(fit.se(worth_of))) if fit.converged else None
    return _made(found, curve, monthly, worth, there, ends, "shifted-beta-geometric")


def _made(
    found: Paid, curve: Curve, monthly: float, worth: float, there: Floats,
    ends: Interval | None, method: str,
) -> Contract:  # fmt: skip
    return Contract(
        customers=found.customers, monthly=monthly, historic=found.money, months=len(there),
        months_seen=int(curve.times[-1]), value=worth,
        low=ends and max(ends.low, 0.0), high=ends and ends.high, method=method,
        coming=tuple((monthly * np.cumsum(there)).tolist()),
    )  # fmt: skip


def _survival(curve: Curve, months: int) -> Floats:
    """The share still there at ages 0, 1, ..., one a month of the horizon."""
    place = np.searchsorted(curve.times, np.arange(float(months)), side="right")
    return np.concatenate([[1.0], curve.survival])[place]
