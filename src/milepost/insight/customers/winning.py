"""What it cost to win customers, against what they are worth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from milepost.engine.contracts import won
from milepost.engine.reader import Reader
from milepost.insight.customers.contract_value import Contract
from milepost.insight.customers.prediction import Horizon, Models, ToCome, newcomer, newcomer_value
from milepost.stats.quantiles import critical

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cost:
    """A new customer's value over what it cost to win one; `payback` in months, None: not within.

    `made_of` says which value: that of contracts, or of purchases.
    """

    since: date
    until: date
    spend: float
    customers: int
    cost: float
    made_of: str
    value: float
    ratio: float
    low: float
    high: float
    payback: int | None


@dataclass(frozen=True, slots=True, eq=False)
class Worth:
    """A new customer's value, its relative standard error, and what it brings after 0, 1, ... months."""

    made_of: str
    value: float
    error: float
    coming: Floats


def of_contract(found: Contract) -> Worth:
    """The worth of a new customer with a contract."""
    error = (found.high - found.value) / found.value if found.high and found.value else 0.0
    return Worth("contracts", found.value, error / critical(0.95), np.array(found.coming))


def of_purchases(found: Models, first: float, ahead: ToCome, horizon: Horizon) -> Worth:
    """The worth of a new customer without one, as unsure as that of all customers."""
    error = (ahead.total_high - ahead.total) / ahead.total if ahead.total_high else 0.0
    return Worth(
        "purchases",
        newcomer_value(found, first, horizon),
        error / critical(0.95),
        newcomer(found, first, horizon),
    )


def cost_of(reader: Reader, worth: Worth | None, until: date | None) -> Cost | None:
    """A new customer's value over the cost of one; None where the spend or its customers are unknown."""
    found = won(reader, until or date.max)
    if found is None or worth is None:
        return None
    cost = found.spend / found.customers
    ratio = worth.value / cost
    # on the log scale: the count of new customers is Poisson's, the value has an error of its own
    factor = math.exp(critical(0.95) * math.hypot(worth.error, found.customers**-0.5))
    back = np.flatnonzero(worth.coming >= cost)
    return Cost(
        found.since, found.until, found.spend, found.customers, cost, worth.made_of, worth.value,
        ratio, ratio / factor, ratio * factor, int(back[0]) if len(back) else None,
    )  # fmt: skip
