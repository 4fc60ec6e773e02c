"""A program: whom we ask which survey, after what or how often, in which hours and by which channels."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from milepost.programs.deciding.hours import RELATIONSHIP_WINDOW, TRANSACTIONAL_WINDOW, Window
from milepost.programs.deciding.segments import Segment

Kind = Literal["relationship", "transactional"]

# Half-way: a program may be put before or after the others without renumbering them.
PRIORITY = 50
# A quarter: often enough to see a change, as the usual services propose after an answer.
EVERY_DAYS = 90
# None, because the day we got to know somebody may be no more than the day of an import; a month is
# what the usual services leave to people who are really new.
NEWCOMER_DAYS = 0
# One gentle reminder after a week; a second would bring annoyance rather than answers.
REMINDER_DAYS = 7
# Two weeks after the moment we wanted to ask, people no longer remember well what it was like.
STALE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Every:
    """A relationship program's rhythm: `days` since the person's last asking by any program.

    Those who were never asked get a first day of their own, evenly from `starts_on` on, but not in
    their first `newcomer_days`: so an onboarding program asks first, and this one after it.
    Those whose first day was over when the program came are due at once: start it today, not then.
    """

    days: int
    starts_on: date
    newcomer_days: int = NEWCOMER_DAYS


@dataclass(frozen=True, slots=True)
class After:
    """A transactional program's occasion: so long after an event of a name."""

    event: str
    wait: timedelta


@dataclass(frozen=True, slots=True)
class Recency:
    """A contact in the last `days`: 'only' asks nobody else, 'first' begins with those who had one."""

    days: int
    rule: Literal["only", "first"]


@dataclass(frozen=True, slots=True)
class HoldRule:
    """Nobody is asked from one event until another, nor in the `days` after that."""

    event: str
    release: str
    days: int


@dataclass(frozen=True, slots=True)
class Program:
    """Whom we ask what and when.

    `survey_type` is the survey's type (nps, csat); `channels` are those allowed, best first; a lower
    `priority` chooses earlier; `sample` is a share, 0 to 1; without a `window` the kind's own holds;
    `skip_event_channel` never asks by the channel that the event came by, and is off by default
    because who has only one channel would never be asked.
    """

    name: str
    survey: str
    survey_type: str
    when: Every | After
    channels: tuple[str, ...]
    touchpoint: str | None = None
    active: bool = True
    priority: int = PRIORITY
    sample: float = 1.0
    segment: Segment | None = None
    recency: Recency | None = None
    daily_cap: int | None = None
    window: Window | None = None
    skip_event_channel: bool = False
    holds: tuple[HoldRule, ...] = ()
    reminder_days: int | None = REMINDER_DAYS

    @property
    def kind(self) -> Kind:
        """Relationship or transactional."""
        return "relationship" if isinstance(self.when, Every) else "transactional"

    @property
    def open_hours(self) -> Window:
        """The stated window, or the kind's."""
        if self.window:
            return self.window
        return RELATIONSHIP_WINDOW if self.kind == "relationship" else TRANSACTIONAL_WINDOW


def in_order(programs: Iterable[Program]) -> list[Program]:
    """Who chooses first: by priority, of equals the transactional one, whose moment passes."""
    return sorted(programs, key=lambda p: (p.priority, p.kind == "relationship", p.name))
