"""On which scale numbers lie, and which of them are codes for 'not answered'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Scale = tuple[int, int]

# Numbers that questionnaires use for 'no answer'; small ones only where they lie off the scale.
_SENTINELS = frozenset(
    {-999, -99, -98, -97, -9, -8, -7, -3, -2, -1, 77, 88, 96, 97, 98, 99, 999, 9999}
)
_ENOUGH = 50  # answers after which every point of a scale should have been chosen by somebody
_RARE = 0.1
_STRAY = 0.02  # numbers off the scale up to this share are mistakes, and no other scale


@dataclass(frozen=True, slots=True)
class Fit:
    """A scale and the numbers off it: codes, and the few strays that are neither.

    `doubtful`: the one number off it may well belong to it.
    """

    scale: Scale
    codes: tuple[float, ...]
    doubtful: bool = False
    strays: tuple[float, ...] = ()


def fit(
    numbers: Mapping[float, int], allowed: Sequence[Scale], *, whole: bool = True
) -> Fit | None:
    """The scale that explains the numbers with the fewest codes, or None where none does.

    >>> fit({n: 50 for n in range(7)}, [(1, 5), (1, 7), (0, 10)])
    Fit(scale=(1, 5), codes=(0, 6), doubtful=False, strays=())
    >>> fit({1: 20, 2: 20, 3: 20, 4: 20, 5: 20, 55: 1}, [(1, 5)]).strays
    (55,)
    """
    found = [one for scale in allowed if (one := _fit(numbers, scale, whole=whole))]
    return min(found, key=lambda one: _strain(one, numbers), default=None)


def complete(numbers: Mapping[float, int], scale: Scale) -> bool:
    """Whether every point of a scale was chosen, or nearly all of them by few people."""
    low, high = scale
    chosen = sum(1 for point in range(low, high + 1) if numbers.get(point))
    points = high - low + 1
    return chosen == points or (sum(numbers.values()) < 10 * _ENOUGH and chosen >= 0.8 * points)


def _fit(numbers: Mapping[float, int], scale: Scale, *, whole: bool) -> Fit | None:
    low, high = scale
    inside = [n for n in numbers if low <= n <= high and not (whole and n != int(n))]
    off = tuple(sorted(n for n in numbers if _is_off(n, scale) and _is_code(n, scale)))
    strays = tuple(sorted(set(numbers) - {*inside, *off}))
    few = sum(numbers[n] for n in strays) <= _STRAY * sum(numbers.values())
    if len(inside) < 2 or not few:
        return None
    beside = [n for n in off if n in (low - 1, high + 1) and n != 11]
    often = len(beside) == 1 and numbers[beside[0]] > _RARE * sum(numbers.values())
    return Fit(scale, off, doubtful=often, strays=strays)


def _is_off(number: float, scale: Scale) -> bool:
    return not scale[0] <= number <= scale[1]


def _is_code(number: float, scale: Scale) -> bool:
    low, high = scale
    return number in (low - 1, high + 1) or number in _SENTINELS or (number in (8, 9) and high <= 7)


def _strain(found: Fit, numbers: Mapping[float, int]) -> tuple[float, int]:
    """Codes strain belief, and so do points, and above all ends, that nobody chose."""
    low, high = found.scale
    near = sum(1 for code in found.codes if code not in _SENTINELS)
    certain = min(sum(numbers.values()) / _ENOUGH, 1.0)
    unused = [point for point in range(low, high + 1) if not numbers.get(point)]
    ends = sum(1 for end in (low, high) if end in unused and certain == 1)
    return near * 0.6 + len(found.strays) + ends + certain * 3 * len(unused) / (
        high - low + 1
    ), high - low
