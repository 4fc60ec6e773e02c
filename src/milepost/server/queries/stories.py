"""One customer's whole story: what the server knows of a person, laid together with what the facts tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from milepost.engine.story import Row, Told
from milepost.server.queries.people import Moment

# What the server tells itself; every other kind is a fact of the company's own.
OWN = ("asking", "message", "answer", "not asked", "event")
# So many lines are shown at once.
MOST = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a story: when, of which kind, what it says, an amount of money, what else is known.

    `key` is that of the invitation or the answer behind it.
    """

    at: datetime
    kind: str
    words: str
    detail: str = ""
    details: tuple[tuple[str, str], ...] = ()
    amount: float | None = None
    key: UUID | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """A story: its lines month by month, the latest first, and how many there are of each kind."""

    months: tuple[tuple[datetime, tuple[Line, ...]], ...]
    kinds: tuple[tuple[str, int], ...]
    lines: tuple[Line, ...]


def whole(moments: Sequence[Moment], told: Told, *, kind: str, zone: ZoneInfo) -> Whole:
    """A person's story on one line in time, of one kind only if that is a kind of it."""
    counts = Counter(moment.kind for moment in moments) | Counter(dict(told.counts))
    kinds = sorted(counts, key=lambda name: (name not in OWN, name))
    lines = [*map(_of_server, moments), *map(_of_fact, told.rows)]
    wanted = [line for line in lines if kind not in counts or line.kind == kind]
    latest = sorted(wanted, key=lambda line: line.at, reverse=True)[:MOST]
    return Whole(
        tuple(_months(latest, zone)), tuple((name, counts[name]) for name in kinds), tuple(latest)
    )


def _months(lines: Sequence[Line], zone: ZoneInfo) -> Iterable[tuple[datetime, tuple[Line, ...]]]:
    def month(line: Line) -> tuple[int, int]:
        at = line.at.astimezone(zone)
        return at.year, at.month

    for _, some in groupby(lines, key=month):
        found = tuple(some)
        yield found[0].at, found


def _of_server(moment: Moment) -> Line:
    details = tuple((name, str(text)) for name, text in moment.details.items())
    return Line(moment.at, moment.kind, moment.words, moment.detail, details, key=moment.key)


def _of_fact(row: Row) -> Line:
    """A row of a fact; what it says first leads, as the topic of a ticket."""
    named = dict(row.what)
    first = next((named[name] for name in _LEADING if name in named), "")
    rest = tuple((name, text) for name, text in row.what if text != first)
    return Line(row.at, row.fact, first, "", (*rest, ("source", row.source)), row.amount)


_LEADING = ("event", "question", "topic", "status", "intent", "text", "name", "answer")
