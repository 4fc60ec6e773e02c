"""Even and stable by hash: who is in a sample, whose turn is which day, when within the hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import md5
from zoneinfo import ZoneInfo

from milepost.programs.deciding.hours import Window, midnight
from milepost.programs.deciding.person import Key
from milepost.programs.deciding.program import Every


def share(purpose: str, program: str, person: Key) -> float:
    """A number in [0, 1) that a person always has in a program: even over people.

    Purposes are independent, so that a sample of 10 % is not asked in the first 10 % of the days.
    """
    text = f"{purpose}:{program}:{person}".encode("utf-8", "surrogatepass")
    return int.from_bytes(md5(text, usedforsecurity=False).digest()[:6], "big") / 2**48


def cycle(days: int, window: Window) -> int:
    """The days between a person's turns: where weekdays are shut, the interval in whole weeks.

    Else 90 days after a Tuesday would be a Monday, and all would drift to the first open day.
    """
    return days if len(window.weekdays) == 7 else -(-days // 7) * 7


@lru_cache(maxsize=256)
def turns(every: Every, window: Window) -> tuple[date, ...]:
    """The open days of the first cycle; each person's first turn is one of them."""
    first = every.starts_on
    days = (first + timedelta(days=n) for n in range(cycle(every.days, window)))
    return tuple(day for day in days if day.weekday() in window.weekdays)


def first_turn(every: Every, window: Window, name: str, person: Key) -> date:
    """The day in the first cycle on which a person of a program has their turn."""
    days = turns(every, window)
    return days[int(share("day", name, person) * len(days))]


def first_due(
    every: Every, window: Window, turn: date, known_since: datetime | None, zone: ZoneInfo
) -> datetime:
    """When somebody never asked is due: the first turn since we know them, as a moment in UTC.

    Who comes later waits for their own day too, so that an import is not asked all at once.
    """
    due = midnight(turn, zone)
    if known_since is None:
        return due
    earliest = known_since + timedelta(days=every.newcomer_days)
    if earliest <= due:
        return due
    days = cycle(every.days, window)
    cycles = -((due - earliest) // timedelta(days=days))
    return midnight(turn + timedelta(days=cycles * days), zone)
