"""Who is asked of all occasions: one budget for everybody, and what came of each asking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from milepost.demo.customers import SCANNED, Customers
from milepost.demo.occasions import Occasions
from milepost.demo.programs import BUDGET_DAYS, Program
from milepost.demo.span import Array, Span, dice

Fate = Literal["sent", "answered", "quarantined", "bounced", "unsubscribed"]
Status = Literal["active", "unsubscribed", "bounced"]
# Of those asked: mail that comes back for good, people who have had enough, machines that answer.
_BOUNCES, _UNSUBSCRIBES, _MACHINES, _REFUSES = 0.0035, 0.0012, 0.004, 0.02
# What each asking of a tiring program costs: answers, here and everywhere, and in the end the address.
_TIRES, _TIRES_ELSEWHERE, _ENOUGH = 0.8, 0.9, 0.008
# Six in the morning, as a part of a day.
_MORNING = 0.25


@dataclass(frozen=True, slots=True)
class Asked:
    """One occasion and what came of it: asked with a fate, or not asked with the reason.

    `at` and `back` are days; `back` is when the answer, the bounce or the farewell came. `before`
    counts what the tiring program asked earlier; `last` is the asking that throttled this one.
    """

    program: Program
    who: int
    at: float
    feel: float
    fault: str
    details: Mapping[str, str]
    before: int
    fate: Fate | None
    back: float | None = None
    reason: str = "asked"
    last: tuple[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """All occasions in time, and how each customer stands at the end: status, since when, consent."""

    asked: Sequence[Asked]
    status: Mapping[int, tuple[Status, float]]
    refusing: frozenset[int]


def asking(people: Customers, some: Iterator[Occasions], span: Span, seed: int) -> Asking:
    """Go through all occasions in time."""
    rng = dice(seed, "asking")
    refusing = frozenset(np.flatnonzero(rng.random(len(people)) < _REFUSES).tolist())
    box = _Box(people, span, refusing)
    found = []
    for program, row in _in_time(list(some)):
        found.append(box.ask(program, row, rng.random(4)))
    return Asking(found, box.status, refusing)


@dataclass(frozen=True, slots=True)
class _Row:
    who: int
    at: float
    feel: float
    fault: str
    details: Mapping[str, str]


class _Box:
    """What is remembered of everybody while time goes on."""

    def __init__(self, people: Customers, span: Span, refusing: frozenset[int]) -> None:
        self.status: dict[int, tuple[Status, float]] = {}
        self._last: dict[int, tuple[str, float]] = {}
        self._tired: dict[int, int] = {}
        self._scanned = people.account == SCANNED
        self._span, self._refusing = span, refusing
        # Midnight is earlier in Copenhagen than in UTC.
        self._now = span.days - 0.1

    def ask(self, program: Program, row: _Row, draws: Array) -> Asked:
        """Ask, unless something speaks against it."""
        before = self._tired.get(row.who, 0)
        why = self._against(program, row)
        shared = (program, row.who, row.at, row.feel, row.fault, row.details, before)
        if why:
            return Asked(*shared, fate=None, reason=why, last=self._last.get(row.who))
        self._last[row.who] = (program.name, row.at)
        if program.tiring:
            self._tired[row.who] = before + 1
        fate, back = self._fate(program, row, before, draws)
        if fate in ("bounced", "unsubscribed"):
            self.status[row.who] = ("bounced" if fate == "bounced" else "unsubscribed", back or 0)
        return Asked(*shared, fate=fate, back=back)

    def _against(self, program: Program, row: _Row) -> str | None:
        status = self.status.get(row.who)
        if status and status[1] < row.at:
            return status[0]
        if row.who in self._refusing:
            return "no_consent"
        last = self._last.get(row.who)
        if last and row.at - last[1] < BUDGET_DAYS and not program.tiring:
            return "throttled"
        return None

    def _fate(
        self, program: Program, row: _Row, before: int, draws: Array
    ) -> tuple[Fate, float | None]:
        if draws[0] < _BOUNCES:
            return "bounced", row.at + 2 / 1440
        scanned = self._scanned[row.who] and row.at >= self._span.day(self._span.scanner)
        if scanned or draws[1] < _MACHINES:
            return "quarantined", row.at + (2 + 7 * draws[3]) / 86_400
        leaves = _UNSUBSCRIBES + (_ENOUGH * before if program.tiring else 0)
        soon = _awake(row.at + 0.01 - 0.9 * float(np.log(1 - draws[3])))
        if draws[0] > 1 - leaves and soon < self._now:
            return "unsubscribed", soon
        tires = _TIRES if program.tiring else _TIRES_ELSEWHERE
        if draws[2] < program.reply * tires**before and soon < self._now:
            return "answered", soon
        return "sent", None


def _awake(at: float) -> float:
    """Who gets to it in the night sleeps first."""
    return at if at % 1 > _MORNING else at + _MORNING


def _in_time(some: Sequence[Occasions]) -> Iterator[tuple[Program, _Row]]:
    at = np.concatenate([one.at for one in some])
    part = np.concatenate([np.full(len(one.at), number) for number, one in enumerate(some)])
    place = np.concatenate([np.arange(len(one.at)) for one in some])
    for number in np.argsort(at, kind="stable"):
        one, index = some[part[number]], place[number]
        details = {name: str(column[index]) for name, column in one.details.items()}
        yield one.program, _Row(int(one.who[index]), float(one.at[index]), float(one.feel[index]),
                                str(one.fault[index]), details)  # fmt: skip
