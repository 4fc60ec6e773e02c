"""The closed periods that a page offers to look at, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from milepost import clock
from milepost.insight.outline import Contents
from milepost.plan.calendar import Calendar
from milepost.plan.model import Period, Weekday

OFFERED = 18


@dataclass(frozen=True, slots=True)
class Choice:
    """A period to choose: what the address says of it, and its name."""

    value: str
    label: str


def choices(contents: Contents, every: Period | None = None) -> list[Choice]:
    """The last complete periods that may hold data."""
    length = every or cast(Period, contents.every)
    if length == "all" or contents.first is None or contents.last is None:
        return []
    calendar = Calendar(cast(Weekday, contents.week_starts), contents.year_starts)
    today = clock.today(contents.timezone)
    span = calendar.span_of(min(contents.last, today), length)
    if span.until > today:
        span = calendar.previous(span)
    found: list[Choice] = []
    while span.until > contents.first and len(found) < OFFERED:
        found.append(Choice(value(span.since, span.until), span.label))
        span = calendar.previous(span)
    return found


def value(since: date, until: date) -> str:
    """A period as an address says it: its first and its last day."""
    return f"{since}..{until - timedelta(days=1)}"
