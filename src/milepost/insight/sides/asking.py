"""A comparison of two sides as it is asked for, and as it is told: plain data that any page can hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from milepost.engine.reader import Reader


@dataclass(frozen=True, slots=True)
class Side:
    """One side: days (`until` exclusive), a touchpoint (None: the company), a condition."""

    since: date
    until: date
    touchpoint: str | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True)
class SideOf:
    """The number of one side, in the metric's unit; None where it cannot be shown, which `why` says."""

    value: float | None
    low: float | None
    high: float | None
    n: float | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class MixOf:
    """The parts of the difference by the groups of one segment: who they are, and what they say."""

    name: str
    mix: float
    rate: float


@dataclass(frozen=True, slots=True)
class Compared:
    """The second side minus the first, with its interval, raw p and verdict.

    `detectable` is the difference that would have been told with 80 % power; `sample` the answers
    that each side would need to tell the difference found (None: it is told already, or is zero).
    """

    metric: str
    title: str
    unit: str
    good: str
    first: SideOf
    second: SideOf
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    verdict: str
    detectable: float | None
    sample: int | None
    mixes: tuple[MixOf, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """Two sides of one metric."""

    metric: str
    first: Side
    second: Side

    def answer(self, reader: Reader) -> Compared:
        """The comparison. Raises QuestionError."""
        from milepost.insight.sides.comparing import compared  # noqa: PLC0415 -- heavy

        return compared(reader, self)
