"""What deciding knows of a person: how to reach them, what happened to them, what they were asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from milepost.programs.deciding.program import HoldRule
from milepost.programs.deciding.segments import Value

Key = int | str
Status = Literal["active", "unsubscribed", "bounced", "complained", "erased"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a person; `subject` is what it was about (a ticket, an order)."""

    id: Key
    name: str
    at: datetime
    channel: str | None = None
    subject: str | None = None
    details: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asking:
    """One invitation, sent or planned: a planned one counts as well. Reminders are not askings."""

    at: datetime
    program: str
    survey_type: str
    channel: str
    event: Key | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A reason to leave a person alone: since an event, until its release (None: still open)."""

    event: str
    since: datetime
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person who may be asked; all moments are aware UTC.

    `channels` have an address, `consented` may be used by consent or need none; `known_since` is
    when we got to know the person; `holds` and `askings` reach back as far as rules look.
    """

    id: Key
    status: Status = "active"
    channels: Set[str] = frozenset()
    consented: Set[str] = frozenset()
    preferred: str | None = None
    zone: str | None = None
    attributes: Mapping[str, Value] = field(default_factory=dict)
    account: str | None = None
    test: bool = False
    known_since: datetime | None = None
    last_contact: datetime | None = None
    askings: tuple[Asking, ...] = ()
    holds: tuple[Hold, ...] = ()


def holds_of(events: Iterable[Event], rules: Iterable[HoldRule]) -> tuple[Hold, ...]:
    """The holds that a person's events amount to, open and released, earliest first.

    A release ends the holds of the same subject; one without a subject ends all of its kind.
    """
    found: list[Hold] = []
    ordered = sorted(events, key=lambda event: event.at)
    for rule in dict.fromkeys((rule.event, rule.release) for rule in rules):
        found += _of_rule(ordered, *rule)
    return tuple(sorted(found, key=lambda hold: hold.since))


def _of_rule(events: Iterable[Event], opens: str, releases: str) -> list[Hold]:
    standing: dict[str | None, datetime] = {}
    ended: list[Hold] = []
    for event in events:
        if event.name == opens:
            standing.setdefault(event.subject, event.at)
        elif event.name == releases:
            over = [event.subject] if event.subject is not None else list(standing)
            ended += [Hold(opens, standing.pop(s), event.at) for s in over if s in standing]
    return [*ended, *(Hold(opens, since) for since in standing.values())]
