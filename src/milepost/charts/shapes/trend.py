"""The shape of a trend: a line with its band and dots, a target, and rules for what happened."""

from __future__ import annotations

from typing import Any

import altair as alt

from milepost.charts.shapes.marks import DOTS, Words, leading, on, only, told

# Signs of events stand clear of the highest dot.
_ABOVE = -12


def trend(
    *,
    unit: str,
    dates: str,
    step: float,
    dense: bool,
    linked: bool,
    words: Words,
) -> Any:
    """Data: `points`, `target`, `events`.

    `dates` is the axis' pattern and `step` the least time between two of its ticks in milliseconds;
    `dense` draws no dots; `words` are fields of a point with their titles.
    """
    x = alt.X(
        "at:T",
        scale=alt.Scale(type="utc", padding=16),
        axis=alt.Axis(title=None, format=dates, grid=False, tickMinStep=step, labelOverlap=True),
    )
    y = alt.Y(
        "value:Q",
        scale=alt.Scale(zero=False, nice=True),
        axis=alt.Axis(title=unit, tickCount=5),
    )
    points = on("points", x=x, y=y)
    layers = [
        *_events(x),
        on("points", x=x, y=alt.Y("band_low:Q"), y2="band_high:Q").mark_area(style="band"),
        only(on("points", x=x, y=alt.Y("low:Q"), y2="high:Q"), "datum.alone").mark_rule(
            style="whisker"
        ),
        *_target(y),
        on("points", x=x, y=alt.Y("closed:Q")).mark_line(style="course"),
        on("points", x=x, y=alt.Y("open:Q")).mark_line(style="running"),
        *(_dots(points, test, mark, dense, linked, words) for test, mark in DOTS),
    ]
    return alt.layer(*layers)


def _dots(
    points: alt.Chart,
    test: str,
    mark: dict[str, Any],
    dense: bool,
    linked: bool,
    words: Words,
) -> Any:
    """Dots of one kind; too close to be drawn they still answer when one points at them."""
    hidden: dict[str, Any] = {"opacity": 0} if dense and mark["style"] == "dot" else {}
    dots = only(points, test).mark_point(**mark, **hidden, filled=True)
    return leading(dots.encode(tooltip=told(words)), linked)


def _target(y: alt.Y) -> list[alt.Chart]:
    """The rule with its name, on the side where the course does not begin."""
    name = on("target", y=y, x=alt.value(0), text="label:N")
    above, below = (only(name, test) for test in ("!datum.below", "datum.below"))
    return [
        on("target", y=y).mark_rule(style="target"),
        above.mark_text(style="target-name", align="left", baseline="bottom", dx=4, dy=-3),
        below.mark_text(style="target-name", align="left", baseline="top", dx=4, dy=4),
    ]


def _events(x: alt.X) -> list[alt.Chart]:
    """A rule each with its sign above the plot; what the sign stands for is told below the chart."""
    rule = on("events", x=x).mark_rule(style="event")
    spot = on("events", x=x, y=alt.value(_ABOVE), tooltip=told((("text", "label"),)))
    sign = spot.mark_point(style="event-sign", shape="circle", size=280, filled=True)
    name = on("events", x=x, y=alt.value(_ABOVE), text="sign:N")
    return [rule, sign, name.mark_text(style="event-name", baseline="middle")]
