"""When we may ask: hours of weekdays by the recipient's own clock, safe when clocks are changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
_DAY = timedelta(days=1)
# A weekly window opens within eight days; a changed clock or a skipped date may cost another week.
_HORIZON = 16


@dataclass(frozen=True, slots=True)
class Hours:
    """One stretch of some weekdays (0 is Monday), in minutes of the day; `closes` is exclusive."""

    weekdays: tuple[int, ...]
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not (self.weekdays and 0 <= self.opens < self.closes <= DAY_MINUTES):
            raise ValueError(f"hours that never open: {self}")


@dataclass(frozen=True, slots=True)
class Window:
    """The hours of a week in which a message may go."""

    hours: tuple[Hours, ...]

    def __post_init__(self) -> None:
        if not self.hours:
            raise ValueError("a window needs hours")

    @property
    def weekdays(self) -> tuple[int, ...]:
        """The weekdays with any open hour, in order."""
        return tuple(sorted({day for hours in self.hours for day in hours.weekdays}))

    def only(self, weekday: int) -> Window:
        """The same hours on one of the weekdays alone."""
        found = (h for h in self.hours if weekday in h.weekdays)
        return Window(tuple(replace(h, weekdays=(weekday,)) for h in found))


# Early in the day and the week: a relationship survey is thought about, not hurried through.
RELATIONSHIP_WINDOW = Window((Hours((0, 1, 2), 8 * 60, 11 * 60),))
# Any day until evening, so that an afternoon's call is asked about the same day while it is fresh;
# inside the quiet hours (before 8, after 21) that rules on text messages set in many places.
TRANSACTIONAL_WINDOW = Window((Hours(tuple(range(7)), 9 * 60, 20 * 60),))


def is_open(window: Window, moment: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock on a wall in the zone shows an open hour at an aware moment."""
    local = moment.astimezone(zone)
    weekday, minute = local.weekday(), local.hour * 60 + local.minute
    return any(h.opens <= minute < h.closes and weekday in h.weekdays for h in window.hours)


def next_open(window: Window, moment: datetime, zone: ZoneInfo) -> datetime:
    """The first moment from an aware moment on at which the window is open, in UTC."""
    if is_open(window, moment, zone):
        return moment.astimezone(UTC)
    return next(edge for edge in _edges(window, moment, zone) if is_open(window, edge, zone))


def next_shut(window: Window, moment: datetime, zone: ZoneInfo) -> datetime:
    """The first moment from an aware moment on at which the window is shut; a day on if it never is."""
    if not is_open(window, moment, zone):
        return moment.astimezone(UTC)
    shut = (edge for edge in _edges(window, moment, zone) if not is_open(window, edge, zone))
    return next(shut, moment.astimezone(UTC) + _DAY)


def stretch(window: Window, moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The open stretch that holds an aware moment, or the next one, in UTC: its first moment of the
    day, and the moment it shuts, which lies after `moment`.
    """
    opens, shuts = _opening(window, midnight(moment.astimezone(zone).date(), zone), zone)
    while shuts <= moment:
        opens, shuts = _opening(window, shuts, zone)
    return opens, shuts


# Thousands of people wait for the same morning.
@lru_cache(maxsize=4096)
def _opening(window: Window, moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    opens = next_open(window, moment, zone)
    return opens, next_shut(window, opens, zone)


@lru_cache(maxsize=4096)
def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day in a zone, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _edges(window: Window, moment: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Every moment from `moment` on at which the window may open or shut, in order.

    What is open changes only where the clock on the wall reaches a stated hour, once or twice a
    day, or where it jumps.
    """
    first = moment.astimezone(zone).date()
    for day in (first + n * _DAY for n in range(_HORIZON)):
        edges = {*_stated(window, day, zone), *_jumps(day, zone)}
        yield from sorted(edge for edge in edges if edge >= moment)


def _stated(window: Window, day: date, zone: ZoneInfo) -> Iterable[datetime]:
    midnight_on_wall = datetime.combine(day, time.min)
    for hours in window.hours:
        if day.weekday() not in hours.weekdays:
            continue
        for minutes in (hours.opens, hours.closes):
            wall = midnight_on_wall + timedelta(minutes=minutes)
            for fold in (0, 1):
                yield wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _jumps(day: date, zone: ZoneInfo) -> Iterable[datetime]:
    """The moment of the day at which the zone's clocks are changed, found by halving."""
    shut, found = (int(midnight(d, zone).timestamp()) for d in (day, day + _DAY))
    before = _offset(shut, zone)
    if _offset(found, zone) == before:
        return
    while found - shut > 1:
        middle = (shut + found) // 2
        if _offset(middle, zone) == before:
            shut = middle
        else:
            found = middle
    yield datetime.fromtimestamp(found, UTC)


def _offset(seconds: int, zone: ZoneInfo) -> timedelta | None:
    return datetime.fromtimestamp(seconds, zone).utcoffset()
