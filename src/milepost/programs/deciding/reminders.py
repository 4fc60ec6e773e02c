"""One gentle reminder: when it goes, and everything that stops it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from milepost.programs.deciding.budget import Budget
from milepost.programs.deciding.decide import stopped
from milepost.programs.deciding.hours import next_open
from milepost.programs.deciding.person import Candidate
from milepost.programs.deciding.program import STALE, Program
from milepost.programs.deciding.run import run_of, zone_of


@dataclass(frozen=True, slots=True)
class Sent:
    """A sent invitation; `answered` from the first score on, whatever was left out after it."""

    at: datetime
    channel: str
    answered: bool = False
    reminded: bool = False
    closes_at: datetime | None = None


def reminder_at(
    program: Program, candidate: Candidate, sent: Sent, *, now: datetime, zone: ZoneInfo
) -> datetime | None:
    """When to remind, in UTC, in the program's hours by the recipient's clock; None if never.

    `candidate` is the person as they are now: who left, whose mail came back, who withdrew consent
    or is held is not reminded, nor who has been asked again since. Opens are not looked at.
    """
    if program.reminder_days is None or sent.answered or sent.reminded:
        return None
    if any(asking.at > sent.at for asking in candidate.askings):
        return None
    if stopped(program, candidate, sent.channel, now=now, zone=zone):
        return None
    due = sent.at + timedelta(days=program.reminder_days)
    if now - due > STALE:
        return None
    run = run_of(program, budget=Budget(), now=now, zone=zone)
    at = next_open(run.window, max(due, now), zone_of(run, candidate))
    return at if sent.closes_at is None or at < sent.closes_at else None
