"""Marks that several shapes share: their data by name, what is told of them, and where they lead."""

from __future__ import annotations

from typing import Any

import altair as alt

Words = tuple[tuple[str, str], ...]
# Dots by the field `mark`: what really changed differs in shape too, not only in colour.
DOTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("datum.mark == 'dot'", {"style": "dot", "size": 70, "shape": "circle"}),
    ("datum.mark == 'hollow'", {"style": "hollow", "size": 70, "shape": "circle"}),
    ("datum.mark == 'better' || datum.mark == 'higher'",
     {"style": "better", "size": 110, "shape": "triangle-up"}),
    ("datum.mark == 'worse' || datum.mark == 'lower'",
     {"style": "worse", "size": 110, "shape": "triangle-down"}),
)  # fmt: skip


def on(data: str, **encoding: Any) -> Any:
    """A chart of named data."""
    return alt.Chart(alt.NamedData(data)).encode(**encoding)


def told(words: Words) -> list[alt.Tooltip]:
    """What a mark says when one points at it: fields that hold texts, with their titles."""
    return [alt.Tooltip(name, type="nominal", title=title) for name, title in words]


def leading(chart: alt.Chart, linked: bool) -> Any:
    """The chart whose marks lead to the field `href`, where there are links at all."""
    return chart.encode(href=alt.Href("href", type="nominal")) if linked else chart


def only(chart: alt.Chart, test: str) -> Any:
    """The chart of the rows that pass a test."""
    return chart.transform_filter(test)
