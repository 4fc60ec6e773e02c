"""A chart in a report: drawn here and now, with its table below."""

from __future__ import annotations

from milepost.charts.chart import Chart
from milepost.charts.drawing import svg
from milepost.charts.report.html import Html, joined, row, table, tag
from milepost.charts.spark import spark

# What a sheet of A4 is wide between its margins, in pixels.
WIDTH = 660


def figure(chart: Chart) -> Html:
    """The chart with its caption, notes and table twin; where nothing is drawn, what is said instead."""
    drawn = Html(svg(chart, width=WIDTH))
    about = " · ".join(part for part in (chart.unit, chart.n) if part)
    return tag(
        "figure",
        tag("figcaption", tag("bdi", chart.title), " ", tag("span", about, class_="quiet")),
        tag(
            "div",
            tag("div", drawn, aria_hidden="true"),
            role="img",
            aria_label=chart.finding,
            class_="drawing",
        )
        if drawn
        else tag("p", chart.finding, class_="quiet"),
        tag("ul", [tag("li", tag("bdi", note)) for note in chart.notes], class_="notes")
        if chart.notes
        else None,
        _twin(chart) if chart.table.rows else None,
    )


def _twin(chart: Chart) -> Html:
    rest = tag("p", chart.rest, class_="quiet") if chart.table.left_out else None
    return tag("details", tag("summary", "The figures"), written(chart), rest)


def written(chart: Chart) -> Html:
    """The table twin of a chart."""
    return table(
        chart.table.header, (row(*one.texts) for one in chart.table.rows), name=chart.title
    )


def sparkline(values: tuple[float | None, ...], label: str) -> Html | None:
    """A course as a line in a row; None where there are fewer than two values."""
    known = [place for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return None
    drawn = spark(values[known[0] :])
    x, y = drawn.last or (0.0, 0.0)
    return tag(
        "svg",
        joined(tag("path", d=drawn.line, class_="course"), tag("circle", cx=f"{x:g}", cy=f"{y:g}", r="2.5")),
        viewBox=f"0 0 {drawn.width} {drawn.height}", width=str(drawn.width),
        height=str(drawn.height), class_="spark", role="img", aria_label=label,
    )  # fmt: skip
