"""The shape of a grid: a cell each, coloured from none to all, with its figure in it."""

from __future__ import annotations

from typing import Any

import altair as alt

from milepost.charts.shapes.marks import Words, on, told


def grid(*, across: str, words: Words) -> Any:
    """Data: `cells` with `column`, `key` (as of rows), `value`, `figure` and `faint`."""
    x = alt.X("column:O", axis=alt.Axis(title=across, labelAngle=0, domain=False, ticks=False,
                                        orient="top", labelOverlap="parity"))  # fmt: skip
    y = alt.Y("key:N", axis=alt.Axis(
        title=None, labelExpr="split(datum.label, '\\u001f')[1] + '  (' + split(datum.label, '\\u001f')[2] + ')'"
    ))  # fmt: skip
    color = alt.Color("value:Q", scale=alt.Scale(range="heatmap", domainMin=0), legend=None)
    faint = alt.condition("datum.faint", alt.value(0.55), alt.value(1))
    rects = on("cells", x=x, y=y, color=color, opacity=faint, tooltip=told(words)).mark_rect(
        style="cell"
    )
    figures = on("cells", x=x, y=y, text="figure:N").mark_text(style="figure")
    return alt.layer(rects, figures)
