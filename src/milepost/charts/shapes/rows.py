"""The shapes with a row each: a ranking's dots, and bars.

A row's field `key` is its place, its name and its figure between unit separators, so that rows of
one name stay apart; the axes show the name at one side and the figure at the other.
"""

from __future__ import annotations

from typing import Any

import altair as alt

from milepost.charts.shapes.marks import DOTS, Words, leading, on, only, told


def ranking(*, unit: str, linked: bool, words: Words) -> Any:
    """Data: `rows`, `mean`. A dot each with its interval, and a rule for the mean of all."""
    x = alt.X("value:Q", scale=alt.Scale(zero=False, nice=True, padding=8), axis=_below(unit))
    mean = on("mean", x=x)
    layers = [
        on("rows", x=alt.X("low:Q", axis=_below(unit)), x2="high:Q", y=_names()).mark_rule(
            style="whisker"
        ),
        on("rows", x=x, y=_figures()).mark_point(opacity=0, size=1),
        mean.mark_rule(style="mean"),
        mean.encode(y=alt.value(0), text="label:N").mark_text(
            style="mean-name", baseline="bottom", dy=-4
        ),
        *(
            leading(
                only(on("rows", x=x, y=_names(None), tooltip=told(words)), test).mark_point(
                    **mark, filled=True
                ),
                linked,
            )
            for test, mark in DOTS
        ),
    ]
    return alt.layer(*layers).resolve_axis(y="independent")


def bars(*, boxed: bool, linked: bool, words: Words) -> Any:
    """Data: `rows`. A bar each from zero, coloured by the end of the scale it is of where `boxed`."""
    x = alt.X("value:Q", scale=alt.Scale(zero=True, nice=False), axis=None)
    box = alt.Color(
        "box:N", scale=alt.Scale(domain=["good", "middle", "bad"], range="ordinal"), legend=None
    )
    bar = on("rows", x=x, y=_names(), tooltip=told(words)).mark_bar(
        style="bar", height=alt.RelativeBandSize(0.7), minBandSize=1
    )
    figures = on("rows", x=x, y=_figures()).mark_point(opacity=0, size=1)
    drawn = leading(bar.encode(color=box) if boxed else bar, linked)
    return alt.layer(drawn, figures).resolve_axis(y="independent")


def _below(unit: str) -> alt.Axis:
    return alt.Axis(title=unit, tickCount=5)


def _names(axis: alt.Axis | Any | None = alt.Undefined) -> alt.Y:
    """Rows with their names at the beginning."""
    shown = alt.Axis(title=None, labelExpr="split(datum.label, '\\u001f')[1]", grid=False)
    return alt.Y("key:N", axis=shown if axis is alt.Undefined else axis)


def _figures() -> alt.Y:
    """The same rows with their figures at the end."""
    axis = alt.Axis(title=None, labelExpr="split(datum.label, '\\u001f')[2]", orient="right",
                    grid=False, domain=False, ticks=False)  # fmt: skip
    return alt.Y("key:N", axis=axis)
