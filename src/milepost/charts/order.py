"""The order of values that are known within intervals: which can be told apart, and which cannot."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

from milepost.insight.cells import Cell


def apart(first: Cell, second: Cell) -> bool:
    """Whether two numbers of different people can be told apart at their intervals' confidence.

    The interval of the difference is found of the two intervals (MOVER: Zou & Donner 2008, Stat Med
    27:1693). What has no interval cannot be told apart from anything.
    """
    high, low = (first, second) if _value(first) >= _value(second) else (second, first)
    if high.low is None or low.high is None:
        return False
    return _value(high) - _value(low) > hypot(_value(high) - high.low, low.high - _value(low))


def like_first(cells: Sequence[Cell]) -> list[Cell]:
    """Those of an order that cannot be told apart from its first, wherever they stand.

    Where no cell has an interval they are full counts, and any difference is one.
    """
    first, *others = cells
    if all(cell.low is None for cell in cells):
        return [cell for cell in others if cell.value == first.value]
    return [cell for cell in others if not apart(first, cell)]


def _value(cell: Cell) -> float:
    return cell.value or 0.0
