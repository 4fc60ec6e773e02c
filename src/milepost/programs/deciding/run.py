"""One program decided at one moment: what is the same for everybody, worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from milepost.programs.deciding.budget import Budget
from milepost.programs.deciding.hours import Window
from milepost.programs.deciding.person import Candidate
from milepost.programs.deciding.program import Program

# Invitations are planned a day ahead: each recipient's morning is found whatever their zone, and
# what happens later (a new ticket, an unsubscribe) is still heard before most decisions.
AHEAD = timedelta(days=1)
AccountAskings = Mapping[str, Iterable[datetime]]


@dataclass(frozen=True, slots=True)
class Run:
    """A program, the budget and a moment, for deciding about many people.

    `zone` is the company's, for people without their own; nobody is planned at or after `latest`;
    `accounts` are the moments at which each account's people were or will be asked.
    """

    program: Program
    budget: Budget
    now: datetime
    zone: ZoneInfo
    latest: datetime
    accounts: AccountAskings
    window: Window
    by_weekday: Mapping[int, Window]
    hold_days: Mapping[str, timedelta]
    gaps: tuple[timedelta, timedelta]


def run_of(
    program: Program,
    *,
    budget: Budget,
    now: datetime,
    zone: ZoneInfo,
    ahead: timedelta = AHEAD,
    accounts: AccountAskings | None = None,
) -> Run:
    """A run of a program at an aware moment, planning as far ahead as stated."""
    window = program.open_hours
    every_day = len(window.weekdays) == 7
    return Run(
        program=program, budget=budget, now=now, zone=zone, latest=now + ahead,
        accounts={} if accounts is None else accounts, window=window,
        by_weekday={d: window if every_day else window.only(d) for d in window.weekdays},
        hold_days=_hold_days(program), gaps=budget.gaps(program.survey_type),
    )  # fmt: skip


def zone_of(run: Run, candidate: Candidate) -> ZoneInfo:
    """The person's time zone; the company's if theirs is not known, also to this machine."""
    if candidate.zone is None:
        return run.zone
    try:
        return ZoneInfo(candidate.zone)
    except (KeyError, ValueError, OSError):
        return run.zone


def _hold_days(program: Program) -> dict[str, timedelta]:
    """How long each holding event still holds after its release; the longest of several rules."""
    days: dict[str, timedelta] = {}
    for rule in program.holds:
        days[rule.event] = max(timedelta(days=rule.days), days.get(rule.event, timedelta()))
    return days
