"""A message that is due, looked at once more: may it go now, later, or never?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from milepost.programs.deciding.budget import Budget
from milepost.programs.deciding.decide import stopped
from milepost.programs.deciding.decision import Decision
from milepost.programs.deciding.hours import is_open, next_open
from milepost.programs.deciding.person import Candidate
from milepost.programs.deciding.program import STALE, Program
from milepost.programs.deciding.reminders import Sent, reminder_at
from milepost.programs.deciding.run import run_of
from milepost.programs.deciding.run import zone_of as zone_of_person
from milepost.server.models import Company, Message
from milepost.server.queries import candidates
from milepost.server.queries.asked import Asked, document_of
from milepost.server.queries.rules import budget_of, needs_of, program_of

REMINDER = 2
# A paused program's messages are looked at again after this; if it lasts, they go stale.
_PAUSED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Look:
    """What to do with a message: send it, or `put_off` until a moment, or withdraw it `because` of something."""

    put_off: datetime | None = None
    because: str = ""
    decision: Decision | None = None


SEND = Look()


def people_of(messages: list[Message], company: Company, now: datetime) -> dict[int, Candidate]:
    """The people whom messages go to, as deciding sees them now."""
    rows = {each.invitation.program for each in messages if each.invitation.program}
    needs = needs_of([program_of(row) for row in rows], budget_of(company), now)
    ids = {each.invitation.person_id for each in messages}
    return {int(candidate.id): candidate for candidate, _ in candidates.some(ids, needs)}


def look(message: Message, candidate: Candidate | None, *, zone: ZoneInfo, now: datetime) -> Look:
    """What to do with a message whose person is as `candidate` tells (None: erased)."""
    invitation = message.invitation
    if invitation.state not in ("planned", "sent"):
        return Look(because=invitation.closed_because or invitation.state)
    asked = Asked(
        invitation.survey, invitation.version, document_of(invitation.version), invitation
    )
    if asked.closed(now):
        return Look(because="survey closed")
    if candidate is None or candidate.status != "active":
        return Look(because=candidate.status if candidate else "erased")
    if invitation.program is None:
        return SEND if message.channel in candidate.channels else Look(because="no_address")
    return _by_program(message, program_of(invitation.program), candidate, zone, now)


def remind_at(
    message: Message, candidate: Candidate, zone: ZoneInfo, sent_at: datetime
) -> datetime | None:
    """When the reminder of a message that was just sent goes; None: there is none."""
    invitation = message.invitation
    if invitation.program is None or message.ordinal == REMINDER:
        return None
    sent = Sent(sent_at, message.channel, closes_at=_closes_at(message))
    return reminder_at(program_of(invitation.program), candidate, sent, now=sent_at, zone=zone)


def _by_program(
    message: Message, program: Program, candidate: Candidate, zone: ZoneInfo, now: datetime
) -> Look:
    stop = stopped(program, candidate, message.channel, now=now, zone=zone)
    if stop and stop.reason == "program_paused" and now - message.invitation.due_at <= STALE:
        return Look(put_off=now + _PAUSED)
    if stop:
        return Look(because=stop.reason, decision=stop)
    if message.ordinal == REMINDER:
        return _reminder(message, program, candidate, zone, now)
    if now - message.invitation.due_at > STALE:
        return Look(because="expired")
    run = run_of(program, budget=Budget(), now=now, zone=zone)
    local = zone_of_person(run, candidate)
    if is_open(run.window, now, local):
        return SEND
    return Look(put_off=next_open(run.window, now, local))


def _reminder(
    message: Message, program: Program, candidate: Candidate, zone: ZoneInfo, now: datetime
) -> Look:
    invitation = message.invitation
    if invitation.sent_at is None or invitation.bounced_at:
        return Look(because="not sent" if invitation.sent_at is None else "bounced")
    sent = Sent(invitation.sent_at, message.channel, closes_at=_closes_at(message))
    at = reminder_at(program, candidate, sent, now=now, zone=zone)
    if at is None:
        return Look(because="asked again or too late")
    return SEND if at <= now else Look(put_off=at)


def _closes_at(message: Message) -> datetime | None:
    current = message.invitation.survey.current
    return document_of(current).closes_at if current else None
