"""Specifications: the shape of a chart, which is made once, with the data of this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

Data = Sequence[Mapping[str, Any]]


def specified(shape: str, data: Mapping[str, Data], **looks: Any) -> dict[str, Any]:
    """The Vega-Lite of a shape with its named data. `looks` are what the shape's function takes."""
    return {**_shape(shape, tuple(sorted(looks.items()))), "datasets": dict(data)}


@cache
def _shape(name: str, looks: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    # Altair takes half a second to load and 40 ms a chart: a page must not wait for it each time.
    from milepost.charts.shapes import SHAPES  # noqa: PLC0415 -- heavy, see above

    made: dict[str, Any] = SHAPES[name](**dict(looks)).to_dict()
    made.pop("config", None)
    return made
