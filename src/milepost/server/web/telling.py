"""What several pages say alike: decisions in words, the region of bare phone numbers, who acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest

from milepost.programs.deciding.decision import BY_CODE
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
        Told(row, decision_of(row).words(zone) if row.reason in BY_CODE else row.reason)
        for row in rows
    ]


def region() -> str | None:
    """The country of phone numbers that are typed without one."""
    return region_of(Company.load().time_zone)


def sought(request: HttpRequest, name: str = "q") -> str:
    """What is searched for."""
    return request.GET.get(name, "")[:LONGEST_SEARCH].strip()


def by(request: HttpRequest) -> Member:
    """Who is signed in."""
    return cast(Member, request.user)
