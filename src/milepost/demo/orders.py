"""Orders, deliveries and subscriptions: who buys how often, what comes late, and who leaves because of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from milepost.demo.customers import Customers
from milepost.demo.span import Array, Span, by_day, dice

FLEXBUD = "Flexbud"
COFFEES = ("Solsort", "Natravn", "Havblik", "Fjordmist", "Morgenrød", "Tusmørke")
_USUALLY_LATE, _FLEXBUD_LATE = 0.08, 0.5
# Days between two orders, the chance to leave after one, and what a month of it costs, by tier.
_GAPS = {"none": 78.0, "monthly": 30.0, "fortnightly": 14.0, "office": 21.0}
_LEAVES = {"none": 0.11, "monthly": 0.035, "fortnightly": 0.022, "office": 0.02}
_MONTHLY = {"none": 0.0, "monthly": 24.0, "fortnightly": 44.0, "office": 139.0}
# What a late order does to the next one, and to staying.
_LATE_WAITS, _LATE_LEAVES = 1.9, 2.5


@dataclass(frozen=True, slots=True)
class Orders:
    """One place an order: `who` is the customer's place; `late` and `courier` are of its delivery."""

    who: Array
    at: Array
    delivered: Array
    late: Array
    courier: Array
    amount: Array
    margin: Array
    coffee: Array

    def __len__(self) -> int:
        return len(self.who)


@dataclass(frozen=True, slots=True)
class History:
    """All orders of the span, in time, and when each customer left (endless: not yet)."""

    orders: Orders
    left: Array


def history(people: Customers, span: Span, seed: int) -> History:
    """What everybody ordered until today, one round of everybody's next order after the other."""
    rng = dice(seed, "orders")
    who, at = np.arange(len(people)), by_day(rng, people.joined)
    left = np.full(len(people), np.inf)
    rounds: list[tuple[Array, Array, Array]] = []
    while len(who):
        late = rng.random(len(who)) < _chance_of_late(people, span, who, at)
        rounds.append((who, at, late))
        gone = rng.random(len(who)) < _chance_to_leave(people, who, late)
        after = by_day(rng, at + _gaps(rng, people, who, late))
        left[who[gone]] = (at[gone] + after[gone]) / 2
        stays = ~gone & (after < span.days)
        who, at = who[stays], after[stays]
    return History(_orders(rng, people, span, rounds), left)


def subscriptions(people: Customers, found: History, span: Span) -> dict[str, Array]:
    """The columns of the subscriptions: who has one, from joining until leaving."""
    who = np.flatnonzero(people.tier != "none")
    left = found.left[who]
    return {
        "subscription_id": np.array([f"S{n:05d}" for n in who + 1]),
        "customer_id": people.ids[who],
        "started_at": span.stamps(people.joined[who]),
        "ended_at": span.stamps(np.where(left < span.days, left, np.nan)),
        "monthly_amount": np.array([_MONTHLY[str(tier)] for tier in people.tier[who]]),
        "tier": people.tier[who],
        "country": people.country[who],
    }


def _chance_of_late(people: Customers, span: Span, who: Array, at: Array) -> Array:
    flexbud = _by_flexbud(people, span, who, at)
    return np.where(flexbud, _FLEXBUD_LATE, _USUALLY_LATE)


def _by_flexbud(people: Customers, span: Span, who: Array, at: Array) -> Array:
    found: Array = (people.region[who] == "Jutland") & span.within(at, span.courier)
    return found


def _chance_to_leave(people: Customers, who: Array, late: Array) -> Array:
    base = np.array([_LEAVES[str(tier)] for tier in people.tier[who]])
    warm: Array = base * np.exp(-0.65 * people.warmth[who]) * np.where(late, _LATE_LEAVES, 1.0)
    return np.minimum(warm, 0.8)


def _gaps(rng: np.random.Generator, people: Customers, who: Array, late: Array) -> Array:
    mean = np.array([_GAPS[str(tier)] for tier in people.tier[who]])
    free = mean * np.exp(-0.25 * people.warmth[who]) * rng.exponential(1, len(who))
    free *= np.where(late, _LATE_WAITS, 1.0)
    # A late bag is still being drunk when the next would come: subscribers put it off.
    fixed = mean + rng.integers(-2, 3, len(who)) + np.where(late, 4, 0)
    return np.maximum(np.where(people.tier[who] == "none", free, fixed), 1.0)


def _orders(
    rng: np.random.Generator,
    people: Customers,
    span: Span,
    rounds: list[tuple[Array, Array, Array]],
) -> Orders:
    who, at, late = (np.concatenate(column) for column in zip(*rounds, strict=True))
    inside = np.flatnonzero(at >= 0)
    inside = inside[np.argsort(at[inside], kind="stable")]
    who, at, late = who[inside], at[inside], late[inside]
    spent = np.exp(rng.normal(3.35, 0.42, len(who))) * np.exp(0.16 * people.warmth[who])
    spent = np.where(people.tier[who] == "office", spent * 4, spent).round(2)
    took = np.where(late, rng.integers(4, 9, len(who)), rng.integers(1, 4, len(who)))
    return Orders(
        who=who, at=at, delivered=by_day(rng, at + took), late=late,
        courier=np.where(_by_flexbud(people, span, who, at), FLEXBUD, people.courier[who]),
        amount=spent, margin=(spent * rng.normal(0.38, 0.04, len(who))).round(2),
        coffee=rng.choice(COFFEES, len(who)),
    )  # fmt: skip
