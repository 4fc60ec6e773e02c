"""The time of the demo: eighteen whole months and the running one up to today, and when its truths happen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

MONTHS = 18
TIMEZONE = "Europe/Copenhagen"
Array = npt.NDArray[Any]
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `since` to `until` (exclusive, today); `months` are the first days of the whole months
    and, last, that of the running one.

    Moments in arrays are days since `since`, as numbers with a fraction.
    """

    since: date
    until: date
    months: tuple[date, ...]

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.until - self.since).days

    @property
    def courier(self) -> tuple[date, date]:
        """The month in which another courier drove in Jutland: the latest whole one."""
        return self.months[MONTHS - 1], self.months[MONTHS]

    @property
    def fault(self) -> tuple[date, date]:
        """The three whole weeks in which the checkout failed on phones."""
        first = self.months[MONTHS - 5]
        monday = first + timedelta(days=-first.weekday() % _WEEK)
        return monday, monday + timedelta(days=3 * _WEEK)

    @property
    def porto(self) -> date:
        """The day on which the slow support team began."""
        return self.months[8]

    @property
    def pulse(self) -> date:
        """The day on which the nuisance program began."""
        return self.months[MONTHS - 6]

    @property
    def scanner(self) -> date:
        """The day on which one account got a scanner that opens every link."""
        return self.months[3]

    @property
    def returns_end(self) -> date:
        """The day on which asking about returns was forgotten."""
        return self.months[MONTHS - 7]

    def day(self, moment: date) -> int:
        """A date as a number of days."""
        return (moment - self.since).days

    def within(self, moments: Array, span: tuple[date, date]) -> Array:
        """Which moments lie in a pair of dates, the second one exclusive."""
        since, until = map(self.day, span)
        return (moments >= since) & (moments < until)

    def moment(self, day: float) -> datetime:
        """A number of days as a moment, to the second."""
        start = datetime(self.since.year, self.since.month, self.since.day, tzinfo=UTC)
        return start + timedelta(seconds=round(float(day) * 86_400))

    def stamps(self, days: Array) -> Array:
        """Numbers of days as timestamps in UTC; not a time where there is none."""
        seconds = np.where(np.isfinite(days), np.round(days * 86_400), 0).astype("timedelta64[s]")
        found = np.datetime64(self.since.isoformat(), "s") + seconds
        return np.where(np.isfinite(days), found, np.datetime64("NaT", "s"))


def span_of(today: date) -> Span:
    """The demo's time as of a day.

    >>> span = span_of(date(2026, 11, 22))
    >>> str(span.since), str(span.courier[0]), str(span.fault[0])
    ('2025-05-01', '2026-10-01', '2026-06-01')
    """
    running = today.year * 12 + today.month - 1
    months = tuple(date(n // 12, n % 12 + 1, 1) for n in range(running - MONTHS, running + 1))
    return Span(months[0], today, months)


def dice(seed: int, part: str) -> np.random.Generator:
    """The randomness of one part: no part's draws move another's."""
    return np.random.default_rng([seed, *part.encode()])


def by_day(rng: np.random.Generator, days: Array) -> Array:
    """Moments in the waking hours of whole days: so that the day is the same in every zone of Europe."""
    return np.floor(days) + rng.uniform(6.5, 20.0, len(days)) / 24
