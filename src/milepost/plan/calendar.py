"""Periods as plain dates: the company's weeks, quarters and years."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from milepost.errors import QuestionError
from milepost.plan.model import Period, Weekday

WEEKDAYS: tuple[Weekday, ...] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}
_DURATION = re.compile(r"(\d{1,5})\s*(d|days?|w|weeks?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The days from `since` up to but not including `until`; `every` 'all' is any stretch of days.

    `year_starts` is the first month of the company's year (1-12), which the labels show.
    """

    since: date
    until: date
    every: Period
    year_starts: int = 1

    @property
    def days(self) -> int:
        """How many days the span holds."""
        return (self.until - self.since).days

    @property
    def label(self) -> str:
        """The span's name, such as '2017', 'FY 2017/18 Q2', 'May 2017' or 'week of 2017-05-01'."""
        match self.every:
            case "day":
                return self.since.isoformat()
            case "week":
                return f"week of {self.since}"
            case "month":
                return f"{_MONTH_NAMES[self.since.month - 1]} {self.since.year}"
            case "quarter":
                quarter = (self.since.month - self.year_starts) % 12 // 3 + 1
                return f"{self._year} Q{quarter}"
            case "year":
                return self._year
            case "all":
                last = self.until - timedelta(days=1)
                return f"{self.since} to {last}" if last > self.since else f"{last}"

    @property
    def _year(self) -> str:
        first = self.since.year - (self.since.month < self.year_starts)
        return f"{first}" if self.year_starts == 1 else f"FY {first}/{(first + 1) % 100:02d}"


_MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where a company's weeks and years begin; `year_starts` is a month, 1 to 12."""

    week_starts: Weekday = "monday"
    year_starts: int = 1

    def span_of(self, day: date, every: Period) -> Span:
        """The period that holds a day; for 'all' the day itself as a stretch."""
        if every == "all":
            return Span(day, _later(day, 1), "all", self.year_starts)
        if every in _DAYS:
            back = (day.weekday() - WEEKDAYS.index(self.week_starts)) % 7 if every == "week" else 0
            since = _later(day, -back)
            return Span(since, _later(since, _DAYS[every]), every, self.year_starts)
        months = MONTHS[every]
        back = (day.month - self.year_starts) % months
        since = _shifted(day.replace(day=1), -back)
        return Span(since, _shifted(since, months), every, self.year_starts)

    def next(self, span: Span) -> Span:
        """The period after; after 'all' a stretch of equal length."""
        if span.every == "all":
            return Span(span.until, _later(span.until, span.days), "all", self.year_starts)
        return self.span_of(span.until, span.every)

    def previous(self, span: Span) -> Span:
        """The period before; before 'all' a stretch of equal length."""
        if span.every == "all":
            return Span(_later(span.since, -span.days), span.since, "all", self.year_starts)
        return self.span_of(_later(span.since, -1), span.every)

    def spans(self, first: date, last: date, every: Period) -> tuple[Span, ...]:
        """The periods that hold the days from `first` to `last`, both inclusive, in order."""
        if last < first:
            return ()
        if every == "all":
            return (Span(first, _later(last, 1), "all", self.year_starts),)
        found = [self.span_of(first, every)]
        while found[-1].until <= last and found[-1].until < date.max:
            found.append(self.next(found[-1]))
        return tuple(found)

    def year_ago(self, span: Span) -> Span:
        """The same period a year before; for a week the one 52 weeks before, on the same weekdays."""
        if span.every == "week":
            return self.span_of(_later(span.since, -364), "week")
        since = _shifted(span.since, -12)
        if span.every == "all":
            return Span(since, _shifted(span.until, -12), "all", self.year_starts)
        return self.span_of(since, span.every)


def parse_duration(text: str) -> timedelta:
    """A stated length of time in days or weeks, as a timedelta of whole days.

    >>> parse_duration("13 weeks").days
    91

    Raises QuestionError.
    """
    found = _DURATION.fullmatch(text.strip())
    if not found or not int(found[1]):
        raise QuestionError(
            f"'{text}' is not a length of time; state days or weeks, such as '90 days' or '13w'"
        )
    return timedelta(days=int(found[1]) * (7 if found[2].lower().startswith("w") else 1))


def _later(day: date, days: int) -> date:
    """The date some days on, within what a date can say (9999-12-31 stands for 'never' in data)."""
    number = day.toordinal() + days
    return date.fromordinal(min(max(number, 1), date.max.toordinal()))


def _shifted(day: date, months: int) -> date:
    """The date some months on; the last of the month where the day does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.min if months < 0 else date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
