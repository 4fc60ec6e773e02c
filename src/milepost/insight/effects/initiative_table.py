"""An initiative as lines for people: what moved, by how much, and what speaks against believing it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rich.text import Text

from milepost.insight import numbers
from milepost.insight.effects.initiative import Aimed, Initiative, Placebo
from milepost.insight.layout import broken, right, rule
from milepost.insight.visible import visible
from milepost.plan.model import Good
from milepost.stats.initiatives import Effect

# The columns that the table takes; in less every number is a line.
_TABLE = 76


def lines_of(told: Initiative, *, width: int) -> Iterator[Text]:
    """The metric that it aims at, then the share price."""
    cost = f", cost {told.cost:,.0f}" if told.cost is not None else ""
    yield from broken(f"{visible(told.name)}, started {told.started}{cost}", width, style="bold")
    if told.aimed:
        yield from _aimed(told.aimed, width)
        yield from broken(_gained(told.aimed, told.cost), width)
    yield from (line for note in told.notes for line in broken(note, width, style="yellow"))
    if told.price:
        yield from [Text("")] if told.aimed else []
        yield from told.price.lines(width=width)


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
    if width >= _TABLE:
        yield Text(f"  {'':<30}{'change':>10}{'95 % interval':>24}{'p':>8}", "dim")
    yield rule(width)
    yield from _rows(told, width)
    yield from broken(_verdict(told), width, style="bold")
    yield from (line for text in _doubts(told) for line in broken(text, width, style="yellow"))


def _rows(told: Aimed, width: int) -> Iterator[Text]:
    course, beside = told.course, told.beside
    yield from _row("mean since, on its course", course.average, told.unit, width)
    yield from _row("jump at the start", course.level, told.unit, width)
    yield from _slope(f"change of slope a {told.every}", course.slope, width)
    if beside:
        yield Text(f"  beside {visible(beside.control)}", "dim")
        yield from _row(
            f"differences by {beside.units or 'customer'}", beside.difference, told.unit, width
        )
        yield from _row("regression on the control", beside.regression, told.unit, width)
        yield from _row("local level and control", beside.local_level, told.unit, width)


def _row(label: str, effect: Effect | None, unit: str, width: int) -> Iterator[Text]:
    if effect is None:
        return
    change, ends = (
        numbers.change(effect.change, unit),
        numbers.interval(effect.low, effect.high, unit),
    )
    yield from _laid_out(label, change, ends, effect.p, width)


def _slope(label: str, effect: Effect, width: int) -> Iterator[Text]:
    """A slope is small beside its metric: it shows as many digits as its interval carries."""
    half = (effect.high - effect.low) / 2
    digits = min(max(1 - math.floor(math.log10(half)), 0), 6) if half > 0 else 2
    shown = [
        f"{n:+,.{digits}f}".replace("-", "−") for n in (effect.change, effect.low, effect.high)
    ]
    yield from _laid_out(label, shown[0], f"{shown[1]} to {shown[2]}", effect.p, width)


def _laid_out(label: str, change: str, ends: str, p: float, width: int) -> Iterator[Text]:
    if width < _TABLE:
        text = f"{label} {change} ({ends}, p {numbers.chance(p)})"
        yield from broken(text, width, indent=2)
        return
    yield Text(f"  {label:<30}{right(change, 10)}{right(ends, 24)}{right(numbers.chance(p), 8)}")


def _drawn(values: list[float | None], start: int, room: int) -> str:
    """The course as bars, with a line where it started; the middle of the time where it is long."""
    half = max(room // 2 - 1, 4)
    first, last = max(start - half, 0), start + half
    known = [value for value in values if value is not None]
    # Both halves are drawn to one height.
    bars = numbers.sparkline([min(known), max(known), *values[first:last]])[2:]
    return f"{bars[: start - first]}│{bars[start - first :]}"


def _verdict(told: Aimed) -> str:
    found, than = told.found
    size = numbers.value(abs(found.change), told.unit)
    # 11 % higher than 50 % would be 55.5 %.
    size = size.replace(" %", " percentage points") if told.unit == "percent" else size
    ends = numbers.interval(found.low, found.high, told.unit)
    if told.moved:
        way = "higher" if found.change > 0 else "lower"
        word = _word(told.good, found.change)
        return f"Since the start it has been {size} {way} than {than} lets expect (95 %: {ends}){word}."
    return (
        f"Since the start it has moved no more than its usual variation: {ends} around what {than}"
        " lets expect (95 %). Whether the initiative worked cannot be told from this."
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
        yield _placebo(course.placebo)
    if beside and beside.parted is not None and beside.parted < 0.05:
        yield (
            "It and its control drifted apart before the start already"
            f" (p {numbers.chance(beside.parted)}): the control is a poor one."
        )
    if beside is None:
        yield "Without a control, whatever else changed at that time is in it; --control takes one."


def _placebo(told: Placebo) -> str:
    text = (
        f"Of {told.tried} earlier dates taken for the start, {told.worked} seem to have moved it as well"
        " (p below 0.05)"
    )
    # One in twenty is what chance alone brings.
    if told.worked > max(1, told.tried / 10):
        return f"{text}: far more than by chance, so do not trust the p-values on its own course."
    return f"{text}."


def _gained(told: Aimed, cost: float | None) -> str:
    """What a total gained in all, where it moved, and what each cost."""
    gained = told.cumulative
    if gained is None or not told.moved:
        return ""
    text = f"In all {numbers.change(gained, told.unit)} since the start"
    if cost and gained > 0 and told.good == "high":
        return f"{text}, at a cost of {cost / gained:,.2f} for each."
    return f"{text}."
