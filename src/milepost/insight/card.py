"""The scorecard as data: its stops in order, each with the lines of its signals."""

from __future__ import annotations

from dataclasses import dataclass

from milepost.engine.flow import Flow
from milepost.insight.cells import Cell


@dataclass(frozen=True, slots=True)
class Line:
    """One signal of the scorecard with its number, or without (`cell` None: no answers).

    `brought` says whether any source brings what it is made of, `of_company` that the company's
    number is shown at a touchpoint.
    """

    kind: str
    metric: str
    label: str
    headline: bool
    cell: Cell | None
    brought: bool = True
    of_company: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """A touchpoint of the scorecard (None: the company as a whole), with what it lacks.

    `journey` is the title of the journey that it opens, where there are several.
    """

    name: str | None
    title: str
    flow: Flow
    lines: tuple[Line, ...]
    gaps: tuple[str, ...]
    journey: str | None = None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The journey scorecard: what it is about, its stops in order, and its one family.

    `left_out` are the signals whose rows do not tell what the question's condition is about.
    """

    company: str
    period: str
    compared: str
    complete: bool
    family: int
    stops: tuple[Stop, ...]
    left_out: tuple[str, ...] = ()
