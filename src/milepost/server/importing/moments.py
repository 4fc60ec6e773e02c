"""Days and times as files write them: ISO, or day, month and year in an order that the file shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from milepost.server.importing.values import Unusable, clean

Order = Literal["dmy", "mdy"]
ORDERS: tuple[Order, ...] = ("dmy", "mdy")

_NUMBERS = re.compile(r"(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4})(?:[ T,]+(.*))?")
_YEAR_FIRST = re.compile(r"(\d{4})[./年](\d{1,2})[./月](\d{1,2})日?(?:[ T]+(.*))?")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap])?\.?m?\.?", re.IGNORECASE)
_WRONG = "not a date; write 2026-05-31 or 2026-05-31 14:30"
# What lies beyond is a slip, or is meant to break what reckons with years.
_EARLIEST, _LATEST = 1900, 2199


@lru_cache(65_536)
def moment(text: str, time_zone: str, order: Order = "dmy") -> datetime:
    """An aware UTC moment; what names no zone is in `time_zone`. Raises Unusable.

    >>> moment("31/12/2025", "UTC").isoformat(), moment("2026-05-31T12:00+02:00", "UTC").isoformat()
    ('2025-12-31T00:00:00+00:00', '2026-05-31T10:00:00+00:00')
    """
    try:
        found = _read(clean(text), order)
        if found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(time_zone))
        found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unusable(_WRONG) from None
    if not _EARLIEST <= found.year <= _LATEST:
        raise Unusable(_WRONG)
    return found


def order_of(texts: Iterable[str], *, region: str | None = None) -> Order:
    """Whether day or month comes first, by dates that can be read one way only; else as in the region.

    >>> order_of(["01/02/2026", "01/31/2026"]), order_of(["01/02/2026"], region="US")
    ('mdy', 'mdy')
    """
    for text in texts:
        found = _NUMBERS.fullmatch(clean(text))
        if found and int(found[1]) > 12:
            return "dmy"
        if found and int(found[2]) > 12:
            return "mdy"
    return "mdy" if region == "US" else "dmy"


def _read(text: str, order: Order) -> datetime:
    numbers = _NUMBERS.fullmatch(text)
    if numbers:
        first, second = int(numbers[1]), int(numbers[2])
        day, month = (first, second) if order == "dmy" else (second, first)
        return datetime(int(numbers[3]), month, day, *_hours(numbers[4]))  # noqa: DTZ001 -- given later
    year_first = _YEAR_FIRST.fullmatch(text)
    if year_first:
        year, month, day = map(int, year_first.groups()[:3])
        return datetime(year, month, day, *_hours(year_first[4]))  # noqa: DTZ001 -- as above
    return datetime.fromisoformat(text)


def _hours(text: str | None) -> tuple[int, int, int]:
    if not text:
        return 0, 0, 0
    found = _HOURS.fullmatch(text)
    if not found:
        raise ValueError(text)
    hour = int(found[1])
    if found[4]:
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    return hour, int(found[2]), int(found[3] or 0)
