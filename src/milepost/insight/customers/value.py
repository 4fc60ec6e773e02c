"""Lifetime value: what customers brought, what they may still bring, and what it cost to win them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from rich.text import Text

from milepost.insight.answering import Shown
from milepost.insight.customers.contract_value import Contract
from milepost.insight.customers.prediction import (
    Check,
    ToCome,
)
from milepost.insight.customers.winning import Cost

LONGEST_MONTHS = 240
# Above it those who buy often spend otherwise per purchase than the model takes for granted.
CORRELATED = 0.1
_MOSTLY = 0.5
_FAR_OFF = 0.2


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment's customers (None: all, or not stated): money so far, refunds subtracted, and ahead."""

    name: str | None
    customers: int
    historic: float
    to_come: ToCome | None


@dataclass(frozen=True, slots=True)
class Prediction:
    """The models' parameters, how they did, and what a new customer may bring within the horizon.

    `spending` is None where the mean of all purchases stands in. Its value is `new_value`, discounted.
    """

    buying: dict[str, float]
    loglik: float
    converged: bool
    spending: dict[str, float] | None
    spending_loglik: float | None
    mean_purchase: float
    repeaters: int
    one_timers: float
    correlation: float
    new_value: float
    check: Check | None


@dataclass(frozen=True, slots=True, repr=False)
class Value(Shown):
    """The lifetime value of all customers and of each segment; `money` is margin or amount."""

    plan: str
    money: str | None
    currency: str | None
    since: date | None
    until: date | None
    where: str | None
    by: str | None
    months: int
    discount: float
    whole: Segment | None
    segments: tuple[Segment, ...]
    prediction: Prediction | None
    contract: Contract | None
    cost: Cost | None
    notes: tuple[str, ...]

    def to_data(self) -> dict[str, Any]:
        """Plain data at full precision; days as ISO texts, shares and the discount in per cent."""
        names = ("plan", "money", "currency", "since", "until", "where", "by", "months", "discount")
        parts = ("whole", "prediction", "contract", "cost")
        data: dict[str, Any] = {name: getattr(self, name) for name in names}
        data |= {part: asdict(found) if (found := getattr(self, part)) else None for part in parts}
        data |= {
            "segments": [asdict(segment) for segment in self.segments],
            "method": "BG/NBD and Gamma-Gamma, delta method", "confidence": 0.95,
            "notes": list(self.notes),
        }  # fmt: skip
        return {name: _plain(part) for name, part in data.items()}

    def lines(self, *, width: int) -> Iterator[Text]:
        """What customers brought and may bring, by segment, the check, and what to know of it."""
        from milepost.insight.customers.value_table import lines_of  # noqa: PLC0415 -- it reads answers

        return lines_of(self, width=width)


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _plain(part) for name, part in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(part) for part in data]
    return data.isoformat() if isinstance(data, date) else data
