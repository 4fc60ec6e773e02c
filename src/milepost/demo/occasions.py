"""When there is something to ask about: orders, deliveries, answers to tickets, the turn of a relationship."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from milepost.demo.customers import SCANNED, Customers
from milepost.demo.orders import FLEXBUD, History
from milepost.demo.programs import Program, program
from milepost.demo.span import Array, Span, by_day, dice
from milepost.demo.support import Tickets

# What happened moves how it felt, in standard deviations of an answer.
_LATE, _FLEXBUD, _FAULT, _WAITED = -1.0, -1.7, -1.7, -0.42
_TURN, _TURN_SCANNED, _PULSE = 190, 45, 14
_PULSED = 300


@dataclass(frozen=True, slots=True)
class Occasions:
    """Occasions of one program: customers' places, moments, how it felt, the fault that is to blame.

    `details` are words that travel with the asking.
    """

    program: Program
    who: Array
    at: Array
    feel: Array
    fault: Array
    details: Mapping[str, Array] = field(default_factory=dict)


def occasions(
    people: Customers, found: History, tickets: Tickets, span: Span, seed: int
) -> Iterator[Occasions]:
    """The occasions of all programs."""
    rng = dice(seed, "occasions")
    yield _relationship(rng, people, found, span)
    yield _deliveries(rng, people, found, span)
    yield _checkouts(rng, people, found, span)
    yield _help(rng, tickets, span)
    yield _first_cups(rng, people, found, span)
    yield _returns(rng, found, span)
    yield _leaving(rng, found, span)
    yield _pulse(rng, people, found, span)


def _plain(name: str, who: Array, at: Array) -> Occasions:
    return Occasions(program(name), who, at, np.zeros(len(who)), np.full(len(who), ""))


def _relationship(
    rng: np.random.Generator, people: Customers, found: History, span: Span
) -> Occasions:
    """Everybody's turn comes again after half a year, from a day of their own on."""
    turn = np.where(people.account == SCANNED, _TURN_SCANNED, _TURN)
    first = np.maximum(people.joined + 20, 0) + rng.uniform(0, 1, len(people)) * turn
    rounds = [first + n * turn for n in range(span.days // _TURN_SCANNED)]
    here = [(at < np.minimum(found.left, span.days)) for at in rounds]
    who = np.concatenate([np.flatnonzero(kept) for kept in here])
    at = np.concatenate([at[kept] for at, kept in zip(rounds, here, strict=True)])
    asked = (rng.random(len(who)) < 0.4) | (people.account[who] == SCANNED)
    return _plain("relationship", who[asked], by_day(rng, at[asked]))


def _deliveries(
    rng: np.random.Generator, people: Customers, found: History, span: Span
) -> Occasions:
    orders = found.orders
    chosen = (rng.random(len(orders)) < 0.12) & (orders.delivered < span.days - 1)
    late, flexbud = orders.late[chosen], orders.courier[chosen] == FLEXBUD
    return Occasions(
        program("after-delivery"), orders.who[chosen], orders.delivered[chosen] + 1 / 24,
        feel=_LATE * late + _FLEXBUD * flexbud, fault=np.where(flexbud, "courier", ""),
        details={"courier": orders.courier[chosen], "late": np.where(late, "late", "on time")},
    )  # fmt: skip


def _checkouts(
    rng: np.random.Generator, people: Customers, found: History, span: Span
) -> Occasions:
    """What subscribers get is ordered by nobody; the others pass the checkout."""
    orders = found.orders
    passed = (people.tier[orders.who] == "none") & (rng.random(len(orders)) < 0.2)
    who, at = orders.who[passed], orders.at[passed]
    failing = (people.device[who] == "phone") & span.within(at, span.fault)
    return Occasions(
        program("after-order"), who, at + 0.5 / 24, feel=_FAULT * failing,
        fault=np.where(failing, "phone", ""),
    )  # fmt: skip


def _help(rng: np.random.Generator, tickets: Tickets, span: Span) -> Occasions:
    chosen = np.isfinite(tickets.solved) & (rng.random(len(tickets)) < 0.85)
    waited = tickets.waited[chosen]
    return Occasions(
        program("after-help"), tickets.who[chosen], by_day(rng, tickets.solved[chosen]),
        feel=_WAITED * np.log2(waited / 2.5), fault=np.where(waited > 12, "slow", ""),
        details={
            "team": tickets.team[chosen], "waited": tickets.band[chosen],
            "topic": tickets.topic[chosen],
        },
    )  # fmt: skip


def _first_cups(
    rng: np.random.Generator, people: Customers, found: History, span: Span
) -> Occasions:
    orders = found.orders
    chosen = (rng.random(len(orders)) < 0.04) & (orders.delivered + 4 < span.days)
    return Occasions(
        program("first-cup"), orders.who[chosen], orders.delivered[chosen] + 4,
        np.zeros(int(chosen.sum())), np.full(int(chosen.sum()), ""),
        details={"coffee": orders.coffee[chosen]},
    )  # fmt: skip


def _returns(rng: np.random.Generator, found: History, span: Span) -> Occasions:
    orders = found.orders
    asked = orders.delivered + 12 < span.day(span.returns_end)
    chosen = (rng.random(len(orders)) < 0.012) & asked
    return _plain("after-return", orders.who[chosen], orders.delivered[chosen] + 12)


def _leaving(rng: np.random.Generator, found: History, span: Span) -> Occasions:
    gone = np.flatnonzero((found.left >= 0) & (found.left < span.days - 1))
    gone = gone[rng.random(len(gone)) < 0.25]
    return _plain("leaving", gone, by_day(rng, found.left[gone]))


def _pulse(rng: np.random.Generator, people: Customers, found: History, span: Span) -> Occasions:
    """The same few hundred people, every other week."""
    began = span.day(span.pulse)
    there = np.flatnonzero(
        (people.joined < began) & (found.left > span.days) & (people.account == "")
    )
    group = rng.choice(there, min(_PULSED, len(there)), replace=False)
    days = np.arange(began + 2, span.days, _PULSE)
    who, at = np.tile(group, len(days)), np.repeat(days, len(group)).astype(float)
    return _plain("shop-pulse", who, by_day(rng, at))
