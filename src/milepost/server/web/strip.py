"""A story drawn small: a lane a kind, a dot for everything that happened, time from left to right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from milepost.server.queries.stories import Line

WIDTH, _LANE, _LEFT, _TOP = 900, 22, 120, 14
_MARKS = {"answer": "answer-of", "responses": "answer-of", "not asked": "refusal"}


@dataclass(frozen=True, slots=True)
class Lane:
    """One kind: its name, its height in the drawing, the places of its dots, and their look."""

    name: str
    y: int
    xs: tuple[int, ...]
    look: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The drawing of a story, from the day of its `first` line to that of its `last`."""

    lanes: tuple[Lane, ...]
    first: str
    last: str
    width: int
    height: int
    left: int


def strip(lines: Sequence[Line], words: Mapping[str, object], *, zone: ZoneInfo) -> Strip | None:
    """The drawing of lines; None where there is no stretch of time to be drawn."""
    if len(lines) < 2 or lines[0].at == lines[-1].at:
        return None
    last, first = lines[0].at, lines[-1].at
    kinds = list(dict.fromkeys(line.kind for line in lines))
    lanes = tuple(
        Lane(
            str(words.get(kind, kind)),
            _TOP + _LANE * at,
            _places(kind, lines),
            _MARKS.get(kind, ""),
        )
        for at, kind in enumerate(kinds)
    )
    begin, end = (date_format(at.astimezone(zone), "DATE_FORMAT") for at in (first, last))
    return Strip(lanes, begin, end, WIDTH, _TOP + _LANE * len(kinds) + 12, _LEFT)


def _places(kind: str, lines: Sequence[Line]) -> tuple[int, ...]:
    """Where the dots of a kind stand; two on one spot are one dot."""
    last, first = lines[0].at, lines[-1].at
    here = {_place(line.at, first, last) for line in lines if line.kind == kind}
    return tuple(sorted(here))


def _place(at: datetime, first: datetime, last: datetime) -> int:
    return _LEFT + 10 + round((at - first) / (last - first) * (WIDTH - _LEFT - 20))
