"""What is known of an initiative: how its metric moved, beside a control, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from rich.text import Text

from milepost.insight import numbers
from milepost.insight.answering import Shown
from milepost.insight.event import Price
from milepost.insight.layout import broken, right, rule
from milepost.insight.visible import visible
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

    `relative` is the local level's sum over what it expects, a ratio. `parted` is the p-value of
    both drifting apart before the start already.
    """

    control: str
    regression: Effect | None
    local_level: Effect | None
    difference: Effect | None
    relative: float | None
    parted: float | None


@dataclass(frozen=True, slots=True)
class Aimed:
    """The metric that the initiative aims at, in its unit; `start` is the place of the first after.

    `cumulative` is what a total gained in all since; None for what does not add up.
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
    cumulative: float | None


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
        cost = f", cost {self.cost:,.0f}" if self.cost is not None else ""
        yield from broken(
            f"{visible(self.name)}, started {self.started}{cost}", width, style="bold"
        )
        if self.aimed:
            yield from _aimed(self.aimed, width)
            yield from broken(_gained(self.aimed, self.cost), width)
        yield from (line for note in self.notes for line in broken(note, width, style="yellow"))
        if self.price:
            yield from [Text("")] if self.aimed else []
            yield from self.price.lines(width=width)


def _aimed(told: Aimed, width: int) -> Iterator[Text]:
    at = f" at {visible(told.touchpoint)}" if told.touchpoint else ""
    where = f" where {visible(told.where)}" if told.where else ""
    yield from broken(f"{visible(told.title)}{at}{where}, by {told.every}", width)
    average, values = told.course.average, [point.value for point in told.points]
    yield from broken(
        f"{average.before} {told.every}s before, {average.after} after,"
        f" {told.points[0].since} to {told.points[-1].since}",
        width, style="dim",
    )  # fmt: skip
    yield Text(f"  {_drawn(values, told.start, width - 4)}")
    yield Text(f"  {'':<30}{'change':>10}{'95 % interval':>20}{'p':>8}", "dim")
    yield rule(width)
    yield from _rows(told, width)
    yield from broken(_verdict(told), width, style="bold")
    yield from (line for text in _doubts(told) for line in broken(text, width, style="yellow"))


def _rows(told: Aimed, width: int) -> Iterator[Text]:
    course, beside = told.course, told.beside
    yield from _row("mean since, on its course", course.average, told.unit, width)
    yield from _row("jump at the start", course.level, told.unit, width)
    yield from _row(f"slope a {told.every}", course.slope, told.unit, width)
    if beside:
        yield Text(f"  beside {visible(beside.control)}", "dim")
        yield from _row("difference in differences", beside.difference, told.unit, width)
        yield from _row("regression on the control", beside.regression, told.unit, width)
        yield from _row("local level and control", beside.local_level, told.unit, width)


def _row(label: str, effect: Effect | None, unit: str, width: int) -> Iterator[Text]:
    if effect is None:
        return
    parts = (
        numbers.change(effect.change, unit), numbers.interval(effect.low, effect.high, unit),
        numbers.chance(effect.p),
    )  # fmt: skip
    if width < 70:
        yield from broken(f"{label} {parts[0]} ({parts[1]}, p {parts[2]})", width, indent=2)
        return
    sizes = zip(parts, (10, 20, 8), strict=True)
    yield Text(f"  {label:<30}" + "".join(right(text, size) for text, size in sizes))


def _drawn(values: list[float | None], start: int, room: int) -> str:
    """The course as bars, with a line where it started; the middle of the time where it is long."""
    half = max(room // 2 - 1, 4)
    first, last = max(start - half, 0), start + half
    known = [value for value in values if value is not None]
    # Both halves are drawn to one height.
    bars = numbers.sparkline([min(known), max(known), *values[first:last]])[2:]
    return f"{bars[: start - first]}│{bars[start - first :]}"


def _verdict(told: Aimed) -> str:
    found = told.course.average
    size = numbers.value(abs(found.change), told.unit)
    ends = numbers.interval(found.low, found.high, told.unit)
    if not found.low <= 0 <= found.high:
        way = "higher" if found.change > 0 else "lower"
        word = _word(told.good, found.change)
        return (
            f"Since the start it has been {size} {way} than its own course lets expect"
            f" (95 %: {ends}){word}."
        )
    return (
        f"Since the start it has moved no more than its usual variation: {ends} around its own"
        " course (95 %). Whether the initiative worked cannot be told from this."
    )


def _word(good: Good, change: float) -> str:
    if good == "neither":
        return ""
    return ": better" if (change > 0) == (good == "high") else ": worse"


def _doubts(told: Aimed) -> Iterator[str]:
    course, beside = told.course, told.beside
    if course.durbin_watson < 1.5:
        yield (
            f"Neighbouring {told.every}s are alike (Durbin-Watson {course.durbin_watson:.2f}): the"
            " intervals above are too short."
        )
    if course.placebo:
        yield (
            f"Of {course.placebo.tried} earlier dates taken for the start,"
            f" {course.placebo.worked} seem to have worked as well (p below 0.05)."
        )
    if beside and beside.parted is not None and beside.parted < 0.05:
        yield (
            "It and its control drifted apart before the start already"
            f" (p {numbers.chance(beside.parted)}): the control is a poor one."
        )
    if beside is None:
        yield "Without a control, whatever else changed at that time is in it; --control takes one."


def _gained(told: Aimed, cost: float | None) -> str:
    if told.cumulative is None:
        return ""
    text = f"In all {numbers.change(told.cumulative, told.unit)} since the start"
    if cost and told.cumulative > 0 and told.good == "high":
        return f"{text}, at a cost of {cost / told.cumulative:,.2f} for each."
    return f"{text}."


def _aimed_data(told: Aimed) -> dict[str, Any]:
    return asdict(told) | {
        "points": [asdict(one) | {"since": one.since.isoformat()} for one in told.points]
    }
