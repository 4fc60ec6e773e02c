"""The one clock: everything that needs the present asks here, and tests set it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_read: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 -- replaced whole by `at`


def now() -> datetime:
    """This moment as an aware UTC datetime."""
    return _read()


def today(timezone: str) -> date:
    """The date now in a named time zone, such as Europe/Copenhagen."""
    return now().astimezone(ZoneInfo(timezone)).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware moment.

    >>> with at(datetime(2026, 1, 1, 5, tzinfo=UTC)):
    ...     today("America/New_York")
    datetime.date(2026, 1, 1)
    """
    global _read
    before, fixed = _read, moment.astimezone(UTC)
    _read = lambda: fixed  # noqa: E731
    try:
        yield
    finally:
        _read = before
