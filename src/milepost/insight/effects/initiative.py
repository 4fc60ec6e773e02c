"""What is known of an initiative: how its metric moved, beside a control, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from rich.text import Text

from milepost.insight.answering import Shown
from milepost.insight.effects.event import Price
from milepost.plan.model import Good, Period
from milepost.stats.initiatives import Effect


@dataclass(frozen=True, slots=True)
class Point:
    """A period's value, that of the control, and what the control let expect; None: not known."""

    since: date
    value: float | None
    control: float | None = None
    expected: float | None = None


@dataclass(frozen=True, slots=True)
class Placebo:
    """Days before the start taken for it: how many were `tried`, and how many seemed to work."""

    tried: int
    worked: int


@dataclass(frozen=True, slots=True)
class Course:
    """The metric against its own course before: jump at the start, change of slope, mean since.

    `durbin_watson` below 1.5 says that neighbours are alike and the intervals too short; `seasons`
    names what was taken out.
    """

    level: Effect
    slope: Effect
    average: Effect
    durbin_watson: float
    seasons: str | None
    placebo: Placebo | None


@dataclass(frozen=True, slots=True)
class Beside:
    """The metric beside a control, three ways; None where one cannot be told.

    The difference in differences has the values of segment `units` as its units, or customers
    (None), whose interval knows nothing of what befalls a side as a whole. `relative` is the local
    level's sum over what it expects, a ratio. `parted` is the p-value of both drifting apart before
    the start already.
    """

    control: str
    units: str | None
    regression: Effect | None
    local_level: Effect | None
    difference: Effect | None
    relative: float | None
    parted: float | None


@dataclass(frozen=True, slots=True)
class Aimed:
    """The metric that the initiative aims at, in its unit; `start` is the place of the first after.

    `adds_up` says that it is a total, whose periods add up.
    """

    metric: str
    definition: str
    title: str
    unit: str
    good: Good
    touchpoint: str | None
    where: str | None
    every: Period
    points: tuple[Point, ...]
    start: int
    course: Course
    beside: Beside | None
    adds_up: bool

    @property
    def found(self) -> tuple[Effect, str]:
        """The best of the ways to tell it, and what it compares with."""
        beside = self.beside
        if beside is None:
            return self.course.average, "its own course"
        if beside.units and beside.difference:
            return beside.difference, f"the control's {beside.units}"
        told = beside.local_level or beside.regression
        return (told, "its control") if told else (self.course.average, "its own course")

    @property
    def moved(self) -> bool:
        """Whether it moved by more than its usual variation."""
        found, _ = self.found
        return not found.low <= 0 <= found.high

    @property
    def cumulative(self) -> float | None:
        """What a total gained in all periods since; None for what does not add up, or by unit."""
        found, _ = self.found
        by_unit = self.beside is not None and found is self.beside.difference
        return found.change * found.after if self.adds_up and not by_unit else None


@dataclass(frozen=True, slots=True, repr=False)
class Initiative(Shown):
    """An initiative with what moved since: the metric it aims at, and the share price."""

    name: str
    started: date
    cost: float | None
    aimed: Aimed | None
    price: Price | None
    notes: tuple[str, ...]

    def to_data(self) -> dict[str, Any]:
        """Plain data at full precision, in the metric's unit; days as ISO texts."""
        return {
            "initiative": self.name, "started": self.started.isoformat(), "cost": self.cost,
            "aimed": self.aimed and _aimed_data(self.aimed),
            "price": self.price and self.price.to_data(), "notes": list(self.notes),
        }  # fmt: skip

    def lines(self, *, width: int) -> Iterator[Text]:
        """What moved, a row a way of telling it, then what to make of it."""
        from milepost.insight.effects.initiative_table import lines_of  # noqa: PLC0415 -- it reads these

        return lines_of(self, width=width)


def _aimed_data(told: Aimed) -> dict[str, Any]:
    found, than = told.found
    return asdict(told) | {
        "points": [asdict(one) | {"since": one.since.isoformat()} for one in told.points],
        "cumulative": told.cumulative, "found": asdict(found) | {"against": than},
    }  # fmt: skip
