"""Getting help: tickets of three teams, one of them slow, and calls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from milepost.demo.customers import Customers, drawn
from milepost.demo.orders import History
from milepost.demo.span import Array, Span, by_day, dice

SLOW = "Porto"
# Median hours to the first reply, and the agents, by team.
_TEAMS = {"Valby": (2.5, 6), "Gdańsk": (2.5, 5), SLOW: (15.0, 4)}
_SHARES = {"Valby": 0.5, "Gdańsk": 0.3, SLOW: 0.2}
_BEFORE = {"Valby": 0.6, "Gdańsk": 0.4}
_TOPICS = {"subscription": 0.35, "payment": 0.2, "product": 0.25, "delivery": 0.2}
_OF_LATE, _OF_PUNCTUAL, _TARGET_HOURS = 0.16, 0.08, 24.0
_CALLS_A_DAY, _CALLS_AGAIN = 20, 0.22


@dataclass(frozen=True, slots=True)
class Tickets:
    """One place a ticket, in time; `waited` are hours to the first reply, `solved` a moment or none."""

    who: Array
    at: Array
    waited: Array
    solved: Array
    topic: Array
    team: Array
    agent: Array
    reopened: Array

    def __len__(self) -> int:
        return len(self.who)

    @property
    def band(self) -> Array:
        """How long the customer waited, in words."""
        return np.where(
            self.waited < 4,
            "under 4 hours",
            np.where(self.waited < 12, "4-12 hours", "over 12 hours"),
        )


def tickets(people: Customers, found: History, span: Span, seed: int) -> Tickets:
    """The tickets: late deliveries bring more of them."""
    rng = dice(seed, "tickets")
    orders = found.orders
    asks = rng.random(len(orders)) < np.where(orders.late, _OF_LATE, _OF_PUNCTUAL)
    at = by_day(rng, orders.delivered[asks] + rng.integers(0, 6, int(asks.sum())))
    who, late = orders.who[asks], orders.late[asks]
    inside = np.flatnonzero(at < span.days)
    inside = inside[np.argsort(at[inside], kind="stable")]
    who, at, late = who[inside], at[inside], late[inside]
    team = _teams(rng, span, at)
    hours = np.array([_TEAMS[str(name)][0] for name in team])
    waited = hours * np.exp(rng.normal(0, 0.75, len(at)))
    solved = at + (waited + rng.gamma(1.4, 9, len(at))) / 24
    open_ = (rng.random(len(at)) < 0.03) | (solved >= span.days)
    return Tickets(
        who=who, at=at, waited=waited, solved=np.where(open_, np.nan, solved),
        topic=np.where(late & (rng.random(len(at)) < 0.7), "delivery", drawn(rng, _TOPICS, len(at))),
        team=team, agent=_agents(rng, team), reopened=rng.random(len(at)) < 0.06,
    )  # fmt: skip


def columns_of(found: Tickets, people: Customers, span: Span) -> dict[str, Array]:
    """The columns of the file of tickets."""
    replied = found.at + found.waited / 24
    return {
        "ticket_id": np.array([f"T{n:05d}" for n in range(1, len(found) + 1)]),
        "customer_id": people.ids[found.who],
        "opened_at": span.stamps(found.at),
        "first_replied_at": span.stamps(np.where(replied < span.days, replied, np.nan)),
        "resolved_at": span.stamps(found.solved),
        "due_at": span.stamps(found.at + _TARGET_HOURS / 24),
        "status": np.where(np.isfinite(found.solved), "solved", "open"),
        "reopened": found.reopened,
        "topic": found.topic,
        "team": found.team,
        "agent": found.agent,
        "country": people.country[found.who],
    }


def calls(people: Customers, span: Span, seed: int) -> dict[str, Array]:
    """The columns of the file of calls: on working days, now and then a second one about the same."""
    rng = dice(seed, "calls")
    at, who, topic = _matters(rng, people, span)
    team = _teams(rng, span, at)
    wait = np.round(rng.gamma(1.1, 32, len(at)))
    return {
        "contact_id": np.array([f"K{n:05d}" for n in range(1, len(at) + 1)]),
        "customer_id": people.ids[who],
        "at": span.stamps(at),
        "topic": topic,
        "team": team,
        "agent": _agents(rng, team),
        "wait_seconds": wait,
        "handle_seconds": np.round(rng.lognormal(5.4, 0.5, len(at))),
        "answered": rng.random(len(at)) < np.where(wait > 90, 0.75, 0.97),
        "resolved": rng.random(len(at)) < 0.78,
        "country": people.country[who],
    }


def _matters(rng: np.random.Generator, people: Customers, span: Span) -> tuple[Array, Array, Array]:
    """When who calls about what; some call once more about the same, days later."""
    days = np.array([n for n in range(span.days) if _works(span, n)])
    day = np.repeat(days, rng.poisson(_CALLS_A_DAY, len(days)))
    at = np.floor(day) + rng.uniform(7.5, 15.5, len(day)) / 24
    who, topic = rng.integers(0, len(people), len(at)), drawn(rng, _TOPICS, len(at))
    later = at + rng.integers(1, 6, len(at))
    works = np.array([moment < span.days and _works(span, int(moment)) for moment in later])
    again = works & (rng.random(len(at)) < _CALLS_AGAIN)
    moments = np.concatenate([at, later[again]])
    order = np.argsort(moments, kind="stable")
    callers, topics = np.concatenate([who, who[again]]), np.concatenate([topic, topic[again]])
    return moments[order], callers[order], topics[order]


def _works(span: Span, day: int) -> bool:
    return (span.since.weekday() + day) % 7 < 5


def _teams(rng: np.random.Generator, span: Span, at: Array) -> Array:
    after = at >= span.day(span.porto)
    return np.where(after, drawn(rng, _SHARES, len(at)), drawn(rng, _BEFORE, len(at)))


def _agents(rng: np.random.Generator, team: Array) -> Array:
    many = np.array([_TEAMS[str(name)][1] for name in team])
    numbers = np.floor(rng.random(len(team)) * many).astype(int) + 1
    return np.char.add(np.char.add(team, " "), numbers.astype(str))
