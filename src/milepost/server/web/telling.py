"""What several pages say alike: decisions in words, the region of bare phone numbers, who acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.translation import gettext as _

from milepost.errors import one_line
from milepost.programs.deciding.decision import BY_CODE
from milepost.programs.deciding.decision import Decision as Decided
from milepost.server.actions.decisions import decision_of
from milepost.server.importing.values import region_of
from milepost.server.models import Company, Decision, Member
from milepost.server.queries.rules import zone_of

LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Told:
    """One decision in plain words."""

    row: Decision
    words: str


def told(rows: Iterable[Decision]) -> list[Told]:
    """Decisions in words, with times of the company's zone."""
    zone = zone_of(Company.load())
    return [
        Told(row, in_words(decision_of(row), zone) if row.reason in BY_CODE else row.reason)
        for row in rows
    ]


def in_words(decision: Decided, zone: ZoneInfo) -> str:
    """A decision on one line, in the reader's language."""
    reason = BY_CODE[decision.reason]
    words = reason.plain if reason.plain and decision.since is None else reason.words
    told = {
        "by": decision.by,
        "since": _moment(decision.since, zone),
        "channel": _(decision.channel) if decision.channel else None,
    }
    ends = {
        "words": _(words).format(**told),
        "at": _moment(decision.at, zone),
        "until": _moment(decision.until, zone),
    }
    if decision.at and decision.until:
        return one_line(_("%(words)s at %(at)s, until %(until)s") % ends)
    if decision.at:
        return one_line(_("%(words)s at %(at)s") % ends)
    return one_line(_("%(words)s, until %(until)s") % ends if decision.until else ends["words"])


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""


def region() -> str | None:
    """The country of phone numbers that are typed without one."""
    return region_of(Company.load().time_zone)


def sought(request: HttpRequest, name: str = "q") -> str:
    """What is searched for."""
    return request.GET.get(name, "")[:LONGEST_SEARCH].strip()


def by(request: HttpRequest) -> Member:
    """Who is signed in."""
    return cast(Member, request.user)
