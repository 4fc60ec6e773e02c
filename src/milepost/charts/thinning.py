"""The points of a trend: gaps where periods have no number, and fewer of them where they are too many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from milepost.charts.telling import REAL
from milepost.insight.cells import Cell

MOST_POINTS = 600


@dataclass(frozen=True, slots=True)
class Point:
    """A cell as it is drawn.

    `closed` and `open` are its value on the line of periods that are over and on that to the running
    one; `held` that its interval is part of the band, `alone` that it has a line of its own.
    """

    cell: Cell
    closed: float | None
    open: float | None
    held: bool
    alone: bool
    mark: str
    href: str | None


def points_of(cells: Sequence[Cell], href: Callable[[Cell], str | None] | None) -> list[Point]:
    """A point each cell, and an empty one in each gap, so that no line crosses it."""
    found: list[Point] = []
    whole = _with_gaps(cells)
    for place, cell in enumerate(whole):
        before = whole[place - 1] if place else None
        after = whole[place + 1] if place + 1 < len(whole) else None
        leads = after is not None and not after.complete and cell.complete
        lonely = not (_closed(before) or _closed(after))
        found.append(Point(
            cell=cell,
            closed=cell.value if cell.complete else None,
            open=cell.value if leads or not cell.complete else None,
            held=_closed(cell),
            alone=cell.value is not None and (lonely or not cell.complete),
            mark=_mark(cell),
            href=href(cell) if href and cell.value is not None else None,
        ))  # fmt: skip
    return found


def thinned(points: list[Point]) -> tuple[list[Point], int]:
    """At most 600 points, and of how many periods each is made: means weighted by n, with their range."""
    each = -(-len(points) // MOST_POINTS)
    if each <= 1:
        return points, 1
    parts = [points[i : i + each] for i in range(0, len(points), each)]
    return [_merged(part) for part in parts], each


def _merged(part: list[Point]) -> Point:
    known = [point.cell for point in part if point.cell.value is not None]
    first, last = part[0].cell, part[-1].cell
    if not known:
        return part[0]
    values = [cell.value for cell in known if cell.value is not None]
    weights = [cell.n or 1 for cell in known]
    mean = sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)
    period = first.period if first is last else f"{first.period} – {last.period}"
    cell = replace(first, until=last.until, period=period, value=mean, low=min(values), high=max(values),
                   n=sum(cell.n or 0 for cell in known) or None, verdict="", complete=True)  # fmt: skip
    return Point(cell, mean, None, held=True, alone=False, mark="dot", href=None)


def _with_gaps(cells: Sequence[Cell]) -> list[Cell]:
    found: list[Cell] = []
    for cell in cells:
        if found and found[-1].until < cell.since:
            found.append(replace(cell, since=found[-1].until, until=cell.since, value=None,
                                 low=None, high=None, complete=True))  # fmt: skip
        found.append(cell)
    return found


def _closed(cell: Cell | None) -> bool:
    return cell is not None and cell.complete and cell.low is not None


def _mark(cell: Cell) -> str:
    if cell.value is None:
        return "none"
    if not cell.complete:
        return "hollow"
    return cell.verdict if cell.verdict in REAL else "dot"
