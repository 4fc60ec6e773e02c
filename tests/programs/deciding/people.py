"""People, programs and moments that the tests of deciding share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from milepost.programs.deciding.budget import Budget
from milepost.programs.deciding.decide import decide
from milepost.programs.deciding.decision import Decision
from milepost.programs.deciding.person import Asking, Candidate, Event
from milepost.programs.deciding.program import After, Every, Program

ZONE = ZoneInfo("Europe/Copenhagen")
# A Monday, 10:00 in Copenhagen.
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
EMAIL = frozenset({"email"})

RELATION = Program("relation", "company_nps", "nps", Every(90, date(2026, 1, 5)), ("email",))
CALL = Program("call", "call_csat", "csat", After("call_ended", timedelta(hours=1)), ("email",))
ANNA = Candidate("anna", channels=EMAIL, consented=EMAIL)


def person(**changes: Any) -> Candidate:
    return replace(ANNA, **changes)


def called(hours_ago: float = 2, **changes: Any) -> Event:
    return replace(Event(1, "call_ended", NOW - timedelta(hours=hours_ago)), **changes)


def asked(days_ago: float, survey_type: str = "nps", **changes: Any) -> Asking:
    at = NOW - timedelta(days=days_ago)
    return replace(Asking(at, "earlier", survey_type, "email"), **changes)


def decided(
    program: Program,
    candidate: Candidate = ANNA,
    event: Event | None = None,
    *,
    budget: Budget | None = None,
    now: datetime = NOW,
    **how: Any,
) -> Decision:
    return decide(
        program, candidate, event=event, budget=budget or Budget(), now=now, zone=ZONE, **how
    )
