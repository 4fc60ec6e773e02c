"""The shape with a column each: a histogram."""

from __future__ import annotations

from typing import Any

import altair as alt

from milepost.charts.shapes.marks import Words, leading, on, told


def histogram(*, unit: str, count: str, log: bool, linked: bool, words: Words) -> Any:
    """Data: `bins`, `median`. Bars from `low` to `high`, as high as `n`."""
    scale = alt.Scale(type="log", nice=False) if log else alt.Scale(zero=False, nice=False)
    axis = alt.Axis(title=unit, grid=False, tickCount=6, labelOverlap=True, format="~g")
    y = alt.Y(
        "n:Q", scale=alt.Scale(zero=True), axis=alt.Axis(title=count, tickCount=4, tickMinStep=1)
    )
    bars = on("bins", x=alt.X("low:Q", scale=scale, axis=axis, title=unit), x2="high:Q", y=y, y2=alt.datum(0),
              tooltip=told(words)).mark_bar(style="bar", binSpacing=1)  # fmt: skip
    median = on("median", x=alt.X("value:Q", scale=scale))
    rule = median.mark_rule(style="target")
    name = median.encode(y=alt.value(0), text="label:N").mark_text(
        style="target-name", baseline="bottom", dy=-4
    )
    return alt.layer(leading(bars, linked), rule, name)
