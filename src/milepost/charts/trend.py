"""The trend: one number over periods, how sure it is, what it should be, and what happened meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from milepost.charts import locales
from milepost.charts.chart import Chart, Href, Row, Table
from milepost.charts.locales import say
from milepost.charts.rowing import words_of
from milepost.charts.specified import specified
from milepost.charts.telling import REAL, n_of, texts
from milepost.charts.thinning import Point, points_of, thinned
from milepost.charts.units import Unit, unit_of
from milepost.insight.cells import Cell

_HEIGHT = 260
_DENSE = 60
_DAY = 86_400_000
# An axis that reaches over more days than these names months, or years.
_MOST_DAYS, _MOST_MONTHS = 400, 2_200
_STEPS = {1: "day", 7: "week", 31: "month", 92: "quarter"}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day: an initiative, a note, a change of definition."""

    day: date
    text: str


def trend(
    cells: Sequence[Cell],
    *,
    title: str | None = None,
    lang: str = "en",
    currency: str = "",
    events: Iterable[Event] = (),
    href: Href | None = None,
) -> Chart:
    """The trend of one metric at one place, its cells in the order of time."""
    shown = [cell for cell in cells if cell.value is not None]
    name = title or (cells[0].title if cells else "")
    unit = unit_of(cells[0].unit if cells else "count", _reach(shown), lang=lang, currency=currency)
    told = _by_day(events)
    inside = [event for event in told if cells and cells[0].since <= event.day < cells[-1].until]
    points, each = thinned(points_of(cells, href))
    return Chart(
        title=name, unit=unit.words, n=n_of(shown, lang, "n_between"),
        finding=_finding(name, shown, lang) if shown else say(lang, "nothing"),
        spec=_spec(points, cells, unit, inside, lang, href is not None) if shown else None,
        table=_table(cells, lang, href), height=_HEIGHT, lang=lang,
        notes=tuple(_notes(shown, points, each, inside, lang)),
    )  # fmt: skip


def every(cells: Sequence[Cell]) -> str:
    """The periods that the axis names: the cells' own, or longer ones where they reach over years."""
    days = (cells[0].until - cells[0].since).days
    reach = (cells[-1].until - cells[0].since).days
    least = 366 if reach > _MOST_MONTHS else 31 if reach > _MOST_DAYS else 1
    return next((name for most, name in _STEPS.items() if max(days, least) <= most), "year")


def _reach(cells: Sequence[Cell]) -> list[float | None]:
    return [end for cell in cells for end in (cell.value, cell.high)]


def _period(cell: Cell, lang: str) -> str:
    return locales.period(cell.period, cell.since, lang)


def _finding(name: str, cells: Sequence[Cell], lang: str) -> str:
    last = cells[-1]
    text = say(lang, "trend_finding", title=name, period=_period(last, lang),
               value=locales.value(last.value, last.unit, lang), verdict=say(lang, last.verdict))  # fmt: skip
    if len(cells) < 2:
        return text
    values = [cell.value for cell in cells if cell.value is not None]
    low, high = (locales.value(end, last.unit, lang) for end in (min(values), max(values)))
    course = say(lang, "trend_course", count=len(cells), low=low, high=high)
    return f"{text} {course}"


def _notes(
    cells: Sequence[Cell], points: Sequence[Point], each: int, events: Sequence[Event], lang: str
) -> Iterable[str]:
    if each == 1 and any(cell.low is not None for cell in cells):
        yield say(lang, "trend_key")
    if any(point.mark in REAL for point in points):
        yield say(lang, "trend_marks")
    if any(point.mark == "hollow" for point in points):
        yield say(lang, "trend_running")
    if each > 1:
        yield say(lang, "trend_thinned", each=each)
    for sign, event in zip(_signs(len(events)), events, strict=True):
        yield say(lang, "event", sign=sign, day=locales.day(event.day, lang), text=event.text)


def _by_day(events: Iterable[Event]) -> list[Event]:
    """One event a day, for two signs on one spot could not be read."""
    ordered = sorted(events, key=lambda event: event.day)
    days = groupby(ordered, key=lambda event: event.day)
    return [Event(day, "; ".join(each.text for each in same)) for day, same in days]


def _begins_above(points: Sequence[Point], target: float) -> bool:
    """Whether a course begins above its target: then the target's name stands below the rule."""
    first = [p.cell.value for p in points[: -(-len(points) // 5)] if p.cell.value is not None]
    return bool(first) and sum(first) / len(first) >= target


def _signs(count: int) -> list[str]:
    """A, B, … or numbers where letters do not suffice."""
    return [chr(65 + i) if count <= 26 else str(i + 1) for i in range(count)]


def _table(cells: Sequence[Cell], lang: str, href: Href | None) -> Table:
    header = ("period", "value", "interval", "n", "change", "verdict")
    rows = [
        Row(texts(cell, _period(cell, lang), lang), href(cell) if href else None) for cell in cells
    ]
    return Table.of(tuple(say(lang, name) for name in header), rows, latest=True)


def _spec(
    points: Sequence[Point],
    cells: Sequence[Cell],
    unit: Unit,
    events: Sequence[Event],
    lang: str,
    linked: bool,
) -> dict[str, Any]:
    length = every(cells)
    target = next((cell.target for cell in reversed(cells) if cell.target is not None), None)
    label = say(lang, "target", value=locales.value(target, cells[0].unit, lang))
    words = [(name, say(lang, name)) for name in ("period", "value", "interval", "n", "verdict")]
    return specified(
        "trend",
        {
            "points": [_row(point, unit, lang) for point in points],
            "target": [] if target is None else [
                {"value": unit.of(target), "label": label, "below": _begins_above(points, target)}
            ],
            "events": [
                {"at": event.day.isoformat(), "sign": sign, "text": event.text}
                for sign, event in zip(_signs(len(events)), events, strict=True)
            ],
        },
        unit=unit.words, dates=locales.axis_dates(lang, length),
        step=_DAY * {name: days for days, name in _STEPS.items()}.get(length, 365),
        dense=len(points) > _DENSE, linked=linked,
        words=words_of(words),
    )  # fmt: skip


def _row(point: Point, unit: Unit, lang: str) -> dict[str, Any]:
    cell = point.cell
    period, value, interval, n, _, verdict = texts(cell, _period(cell, lang), lang)
    row = {
        "at": cell.since.isoformat(), "value": unit.of(cell.value), "low": unit.of(cell.low),
        "high": unit.of(cell.high), "closed": unit.of(point.closed), "open": unit.of(point.open),
        "band_low": unit.of(cell.low) if point.held else None,
        "band_high": unit.of(cell.high) if point.held else None,
        "alone": point.alone, "mark": point.mark,
        "period_told": period, "value_told": value, "interval_told": interval, "n_told": n,
        "verdict_told": verdict,
    }  # fmt: skip
    return row | ({"href": point.href} if point.href else {})
