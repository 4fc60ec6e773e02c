"""Units of axes: what stands on the axis, and by how much values are divided to stand there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from milepost.charts.locales import say

# Seconds are drawn in the largest of these that leaves at least two.
_TIMES = (
    (172_800, 86_400, "days"),
    (7_200, 3_600, "hours"),
    (120, 60, "minutes"),
    (0, 1, "seconds"),
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as the axis names it; values are divided by `size` to be in it."""

    words: str
    size: float = 1

    def of(self, number: float | None) -> float | None:
        """A value on the axis."""
        return None if number is None else number / self.size


def unit_of(unit: str, values: Iterable[float | None], *, lang: str, currency: str = "") -> Unit:
    """The unit in which values are drawn.

    >>> unit_of("seconds", [90.0, 5400.0], lang="en")
    Unit(words='minutes', size=60)
    """
    if unit == "seconds":
        most = max((abs(v) for v in values if v is not None), default=0)
        size, name = next((size, name) for least, size, name in _TIMES if most >= least)
        return Unit(say(lang, name), size)
    if unit == "money" and currency:
        return Unit(currency)
    return Unit(say(lang, unit))
