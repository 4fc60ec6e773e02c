"""The lens: the filters of numbers that stand in the address, hold from page to page and can be shared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import get_args
from urllib.parse import urlencode

from django.http import QueryDict

from milepost.engine.question import Question
from milepost.errors import MilepostError
from milepost.insight.outline import Contents
from milepost.plan.model import Period

SEGMENT = "segment."
_PERIODS: tuple[Period, ...] = get_args(Period)


class LostFilter(MilepostError, LookupError):
    """What was kept filters by something that the plan and its data do not have any more."""


@dataclass(frozen=True, slots=True)
class Lens:
    """What is looked at: days (`until` exclusive), one touchpoint, one channel, values of segments.

    What an address says wrongly, or of names that the plan does not know, filters nothing; `lost`
    are the names of filters that the plan and its data do not have, for a page to say so.
    """

    every: Period | None = None
    since: date | None = None
    until: date | None = None
    touchpoint: str | None = None
    channel: str | None = None
    segments: Mapping[str, str] = field(default_factory=dict)
    lost: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: QueryDict, contents: Contents) -> Lens:
        """The lens of an address. `to` is the last day that is looked at."""
        since, last = _days(data)
        if since and last and last < since:
            since = last = None
        every = next((each for each in _PERIODS if each == data.get("every")), None)
        known = {each.name: each.values for each in contents.segments}
        segments = {
            name: str(value)
            for key in data
            if (name := key.removeprefix(SEGMENT)) != key and (value := data[key]) and name in known
        }
        touchpoint = data.get("touchpoint") or ""
        channel = data.get("channel") or ""
        return cls(
            every, since, last + timedelta(days=1) if last else None,
            touchpoint if contents.touchpoint(touchpoint) else None,
            channel if channel in contents.channels else None,
            dict(sorted(segments.items())), tuple(_lost(data, contents)),
        )  # fmt: skip

    @classmethod
    def kept(cls, query: str, contents: Contents) -> Lens:
        """The lens that was kept as a query. Raises LostFilter: without a part it would show more."""
        lens = cls.of(QueryDict(query), contents)
        if lens.lost:
            names = ", ".join(f"'{name}'" for name in lens.lost)
            raise LostFilter(f"it filters by {names}, which is gone from the plan; make it anew")
        return lens

    @property
    def last(self) -> date | None:
        """The last day that is looked at."""
        return self.until - timedelta(days=1) if self.until else None

    @property
    def query(self) -> str:
        """The lens as part of an address, without the question mark."""
        plain = {
            "every": self.every, "from": self.since, "to": self.last,
            "touchpoint": self.touchpoint, "channel": self.channel,
        }  # fmt: skip
        told = {name: str(value) for name, value in plain.items() if value}
        return urlencode(told | {SEGMENT + name: value for name, value in self.segments.items()})

    @property
    def filters(self) -> frozenset[str]:
        """The names of the attributes that it filters by."""
        return frozenset(self.segments) | ({"channel"} if self.channel else set())

    def where(self) -> str | None:
        """The condition on rows that it makes; None where it filters by no attribute."""
        named = dict(self.segments) | ({"channel": self.channel} if self.channel else {})
        return (
            " AND ".join(f"{_name(name)} = {_text(value)}" for name, value in named.items()) or None
        )

    def question(
        self, *metrics: str, by: tuple[str, ...] = (), every: Period | None = None
    ) -> Question:
        """The question of some metrics through this lens."""
        return Question(
            metrics=metrics, touchpoint=self.touchpoint, by=by, every=every or self.every,
            since=self.since, until=self.until, where=self.where(),
        )  # fmt: skip

    def at(self, touchpoint: str | None) -> Lens:
        """The same at another touchpoint."""
        return replace(self, touchpoint=touchpoint)


def gone(key: str, value: str, contents: Contents) -> bool:
    """Whether a part of an address filters by what nobody knows: a segment, a touchpoint, a channel."""
    if key == "touchpoint":
        return contents.touchpoint(value) is None
    if key == "channel":
        return value not in contents.channels
    return key.startswith(SEGMENT) and key.removeprefix(SEGMENT) not in {
        each.name for each in contents.segments
    }


def _lost(data: QueryDict, contents: Contents) -> Iterator[str]:
    """The names of an address's filters that are gone."""
    for key in data:
        value = str(data[key])
        if value and gone(key, value, contents):
            yield key.removeprefix(SEGMENT) if key.startswith(SEGMENT) else value


def _days(data: QueryDict) -> tuple[date | None, date | None]:
    """The first and the last day: each by itself, or both as a period that was chosen from a list."""
    first, _, last = data.get("period", "").partition("..")
    return day(data.get("from") or first), day(data.get("to") or last)


def day(text: str | None) -> date | None:
    """A day of an address, as ISO 8601 writes it; None for anything else."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 1900 <= found.year < 2200 else None


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
