"""Sparklines: a course as the points of a line, for the rows of a table and the cards of a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

# Room around the line, so that its last point and its width are not cut.
_PAD = 3.0
_LEAST = 1e-290


@dataclass(frozen=True, slots=True)
class Spark:
    """Paths of a line with gaps and of its band (empty: none), and where the last value stands."""

    line: str
    band: str
    last: tuple[float, float] | None
    width: int
    height: int


def spark(
    values: Sequence[float | None],
    *,
    low: Sequence[float | None] | None = None,
    high: Sequence[float | None] | None = None,
    width: int = 96,
    height: int = 24,
) -> Spark:
    """The sparkline of values in the order of time; None is a gap, a value between two gaps a dot.

    >>> spark([1, None, 2, 3], width=36, height=16).line
    'M3,13h0M23,8L33,3'
    """
    ends = [v for row in (values, low or (), high or ()) for v in row if v is not None]
    if not ends:
        return Spark("", "", None, width, height)
    least, most = min(ends), max(ends)
    step = (width - 2 * _PAD) / max(len(values) - 1, 1)
    # A reach too small to divide by is none.
    scale = (height - 2 * _PAD) / (most - least) if most - least > _LEAST else 0.0
    middle = height - _PAD if scale else height / 2

    def at(place: int, value: float) -> tuple[float, float]:
        return round(_PAD + place * step, 1), round(middle - (value - least) * scale, 1)

    runs = list(_runs(values))
    line = "".join(_path([at(i, v) for i, v in run]) for run in runs)
    band = "".join(_area([at(i, v) for i, v in up], [at(i, v) for i, v in down])
                   for up, down in zip(_runs(high or ()), _runs(low or ()), strict=False))  # fmt: skip
    last = at(*runs[-1][-1]) if runs else None
    return Spark(line, band, last, width, height)


def _runs(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """Stretches without a gap, as places and values."""
    for known, run in groupby(enumerate(values), key=lambda pair: pair[1] is not None):
        if known:
            yield [(place, value) for place, value in run if value is not None]


def _path(points: Sequence[tuple[float, float]]) -> str:
    first, *others = map(_point, points)
    return f"M{first}" + ("".join(f"L{point}" for point in others) or "h0")


def _area(above: Sequence[tuple[float, float]], below: Sequence[tuple[float, float]]) -> str:
    points = [*above, *reversed(below)]
    return f"{_path(points)}Z" if len(above) > 1 else ""


def _point(at: tuple[float, float]) -> str:
    return f"{at[0]:g},{at[1]:g}"
