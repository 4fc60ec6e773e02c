"""The rules in force: programs as deciding reads them, the fatigue budget, and the type of each survey."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from milepost.programs.deciding import documents
from milepost.programs.deciding.budget import Budget
from milepost.programs.deciding.program import After, Every, HoldRule, Program
from milepost.server.models import Company, Survey
from milepost.server.models import Program as Row

# Events older than this are no occasion to ask, nor is a decision about them made or changed.
OCCASIONS = timedelta(days=90)


def program_of(row: Row) -> Program:
    """A program as deciding reads it; whether it is active is the row's to say."""
    program = _parsed(json.dumps(row.document, sort_keys=True))
    return replace(program, name=row.name, active=row.active)


def budget_of(company: Company) -> Budget:
    """The fatigue budget of the company."""
    return documents.parse_budget(company.budget)


def zone_of(company: Company) -> ZoneInfo:
    """The company's time zone."""
    return ZoneInfo(company.time_zone)


@dataclass(frozen=True, slots=True)
class Needs:
    """What deciding some programs has to know of people.

    `occasions` and `holding` are names of events; askings are looked at from `since` on, occasions
    from `events_since` on; `types` are the survey types by the survey's id.
    """

    occasions: frozenset[str]
    holding: frozenset[str]
    holds: tuple[HoldRule, ...]
    attributes: bool
    recency: bool
    now: datetime
    since: datetime
    events_since: datetime
    types: Mapping[int, str]


def needs_of(programs: Iterable[Program], budget: Budget, now: datetime) -> Needs:
    """What these programs have to know of people, and no more: a million are read at a time."""
    programs = tuple(programs)
    holds = tuple(dict.fromkeys(rule for program in programs for rule in program.holds))
    days = [OCCASIONS.days, budget.days, *budget.by_type.values()]
    days += [program.when.days for program in programs if isinstance(program.when, Every)]
    return Needs(
        occasions=frozenset(p.when.event for p in programs if isinstance(p.when, After)),
        holding=frozenset(name for rule in holds for name in (rule.event, rule.release)),
        holds=holds,
        now=now,
        recency=any(program.recency for program in programs),
        attributes=any(program.segment for program in programs),
        since=now - timedelta(days=max(days) + 1),
        events_since=now - OCCASIONS,
        types=dict(Survey.objects.values_list("pk", "document__type")),
    )


@lru_cache(maxsize=200)
def _parsed(text: str) -> Program:
    return documents.parse(json.loads(text))
