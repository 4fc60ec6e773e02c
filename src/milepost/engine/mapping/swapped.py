"""Times whose day and month a spreadsheet has swapped: seen by the holes in their calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from milepost.engine import sql
from milepost.engine.mapping import answers
from milepost.engine.mapping.job import Connection, Job, Mapped
from milepost.engine.mapping.tables import fetch
from milepost.engine.mapping.targets import Target
from milepost.engine.mapping.values import local_day

# A spreadsheet of the other country swaps every date that it can read, those up to the twelfth,
# and leaves the later ones as they are. Few days prove nothing, nor do those of one half only.
_FEWEST = 10
# Swapped back, the days fill at least half of their calendar, and it is shorter by a tenth.
_FILLED = 0.5
_SHORTER = 0.9
# What lies between two days counts as no more than this: a typing error is no long period.
_LONGEST_GAP = 31


def notes(con: Connection, job: Job, mapped: Sequence[Mapped]) -> Iterator[str]:
    """A line on each column of times whose days up to the twelfth look swapped."""
    for part in mapped:
        for target in part.targets:
            if target.type in ("time", "date"):
                days = _days(con, job, part, target)
                if looks_swapped(days):
                    yield _said(target.shown, days)


def looks_swapped(days: Iterable[date]) -> bool:
    """Whether days leave holes that close where day and month of those up to the twelfth change.

    Swapping keeps the number of distinct days, so a shorter calendar is a fuller one. A calendar
    of whole years is the same either way and tells nothing.
    """
    read = set(days)
    early = sum(day.day <= 12 for day in read)
    if min(early, len(read) - early) < _FEWEST:
        return False
    back = _length({_swapped(day) for day in read})
    return len(read) >= _FILLED * back and back <= _SHORTER * _length(read)


def _swapped(day: date) -> date:
    return date(day.year, day.day, day.month) if day.day <= 12 else day


def _length(days: set[date]) -> int:
    return 1 + sum(min((b - a).days, _LONGEST_GAP) for a, b in pairwise(sorted(days)))


def _said(name: str, days: Mapping[date, int]) -> str:
    wrong = sum(n for day, n in days.items() if day.day <= 12)
    back = {_swapped(day) for day in days}
    held = {(day.year, day.month) for day in days}
    late = {(day.year, day.month) for day in days if day.day > 12}
    return (
        f"'{name}': day and month look swapped in {wrong:,} records, those up to the 12th:"
        f" {len(held - late)} of {len(held)} months hold no later day; swapped back they fill"
        f" {min(back)} to {max(back)}; mend the file, or swap them by an expression in the plan"
    )


def _days(con: Connection, job: Job, mapped: Mapped, target: Target) -> dict[date, int]:
    """How many records of the source each day of a column has."""
    query = sql.select(sql.named(_day(job, target), "day"), sql.sql("count(*)"))
    query = query.from_(sql.table(mapped.view)).where(sql.sql(answers.GOOD)).group_by("1")
    return {day: n for day, n in fetch(con, query) if day is not None}


def _day(job: Job, target: Target) -> sql.Tree:
    if target.name == job.fact.time:
        return sql.column("day")
    column = sql.column(target.name)
    return column if target.type == "date" else local_day(column, job.company.timezone)
