"""The shapes of charts, made with Altair: marks and scales, with named data that is put in later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from milepost.charts.shapes.columns import histogram
from milepost.charts.shapes.grid import grid
from milepost.charts.shapes.rows import bars, ranking
from milepost.charts.shapes.trend import trend

SHAPES: Mapping[str, Callable[..., Any]] = {
    "trend": trend, "ranking": ranking, "bars": bars, "histogram": histogram, "grid": grid,
}  # fmt: skip
