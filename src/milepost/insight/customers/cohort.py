"""One cohort: customers who came in a period, and how many of them were back, or there, at each age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Cell:
    """A cohort at an age: of `size` customers `active` were active, or still there; in per cent.

    Not `complete`: the period has not ended within the data, or not all of the cohort have reached
    the age (`size` are those who have). `value` and its interval are None where nobody has.
    """

    age: int
    size: int
    active: int
    value: float | None
    low: float | None
    high: float | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Cohort:
    """The customers who came in a period; not `complete` where more may still come."""

    label: str
    since: date
    until: date
    size: int
    complete: bool
    cells: tuple[Cell, ...]
