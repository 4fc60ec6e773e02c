"""Agents and waiting in a telephone queue: Erlang's formulas, by recursion.

Calls arrive at random, nobody hangs up, and who has to wait is served in turn. Where more than a
twentieth hang up the formulas ask for too many agents. Staff to an upper quantile of the
forecast, never to its mean.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue in balance: `agents` at work on `traffic` Erlangs.

    `waits` is the share of calls that wait at all, `service_level` the share answered in time,
    both 0..1; `answer_seconds` the mean wait of all calls; `waiting` the mean number in the
    queue; `occupancy` the share of the agents' time on calls. With no more agents than traffic
    the queue grows without end: all wait, none is answered in time, waits are infinite.
    """

    traffic: float
    agents: int
    waits: float
    service_level: float
    answer_seconds: float
    waiting: float
    occupancy: float


def traffic(calls_per_hour: float, handle_seconds: float) -> float:
    """The work that arrives, in Erlangs: agents busy without a pause.

    >>> traffic(100, 180)
    5.0
    """
    return calls_per_hour * handle_seconds / SECONDS_PER_HOUR


def erlang_b(load: float, agents: int) -> float:
    """The share of calls that find all agents busy, if those calls went away (Erlang B).

    `B_n = load B_{n-1} / (n + load B_{n-1})` from `B_0 = 1`.

    >>> round(erlang_b(5, 8), 6)
    0.070048
    """
    blocked = 1.0
    for n in range(1, agents + 1):
        blocked = _next_blocked(blocked, load, n)
    return blocked


def erlang_c(load: float, agents: int) -> float:
    """The share of calls that have to wait (Erlang C); 1 with no more agents than load.

    >>> round(erlang_c(5, 8), 6), erlang_c(5, 5)
    (0.167267, 1.0)
    """
    return _waits(erlang_b(load, agents), load, agents)


def queue(
    calls_per_hour: float, handle_seconds: float, *, agents: int, target_seconds: float
) -> Queue:
    """What callers and agents see with so many agents; in time is within `target_seconds`.

    >>> found = queue(100, 180, agents=8, target_seconds=20)
    >>> round(found.service_level, 4), round(found.answer_seconds, 2), found.occupancy
    (0.8801, 10.04, 0.625)
    """
    load = traffic(calls_per_hour, handle_seconds)
    waits = erlang_c(load, agents)
    level = _service_level(waits, load, agents, target_seconds / handle_seconds)
    if load == 0:
        return Queue(0.0, agents, waits, level, 0.0, 0.0, 0.0)
    if agents <= load:
        return Queue(load, agents, waits, level, math.inf, math.inf, 1.0)
    seconds = waits * handle_seconds / (agents - load)
    waiting = calls_per_hour * seconds / SECONDS_PER_HOUR
    return Queue(load, agents, waits, level, seconds, waiting, load / agents)


def agents_needed(
    calls_per_hour: float, handle_seconds: float, *, target_seconds: float, service_level: float
) -> int:
    """The fewest agents at work who answer that share of calls within `target_seconds`.

    0 without calls. ValueError for a service level that is not below 1.

    >>> agents_needed(100, 180, target_seconds=20, service_level=0.8)
    8
    """
    if not service_level < 1:
        raise ValueError(f"service_level is a share below 1, not {service_level}")
    load = traffic(calls_per_hour, handle_seconds)
    agents, blocked, patience = 0, 1.0, target_seconds / handle_seconds
    while _service_level(_waits(blocked, load, agents), load, agents, patience) < service_level:
        agents += 1
        blocked = _next_blocked(blocked, load, agents)
    return agents


def scheduled(agents: int, *, shrinkage: float) -> int:
    """The people to put on the roster when a share `shrinkage` of paid time is not at work.

    Breaks, meetings, training and absence; 0 <= shrinkage < 1.

    >>> scheduled(8, shrinkage=0.3), scheduled(7, shrinkage=0.3)
    (12, 10)
    """
    # 7 / (1 - 0.3) is a hair above 10 in binary
    return math.ceil(round(agents / (1 - shrinkage), 9))


def _next_blocked(blocked: float, load: float, agents: int) -> float:
    return load * blocked / (agents + load * blocked)


def _waits(blocked: float, load: float, agents: int) -> float:
    if load == 0:
        return 0.0
    if agents <= load:
        return 1.0
    return blocked / (1 - load / agents * (1 - blocked))


def _service_level(waits: float, load: float, agents: int, patience: float) -> float:
    """The share answered within `patience`, counted in handle times."""
    if load == 0:
        return 1.0
    return 0.0 if agents <= load else 1 - waits * math.exp(-(agents - load) * patience)
