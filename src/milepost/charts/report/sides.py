"""One signal in a report: its trend, its segments, and how its answers or values are spread."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.charts.chart import Chart
from milepost.charts.cohort_map import cohort_map
from milepost.charts.ranking import ranking
from milepost.charts.report.contents import Contents, Signal
from milepost.charts.report.figures import figure
from milepost.charts.report.html import Html, tag
from milepost.charts.spread import by_score, by_size
from milepost.charts.trend import Event, trend
from milepost.insight.one.asking import COHORTS, One


def sides(signal: Signal, contents: Contents) -> Html:
    """A section of the charts of a signal, and the notes that the head does not tell already."""
    told = contents.answer.notes
    drawn = [figure(chart) for chart in charts(signal, contents.currency)]
    notes = [tag("p", note, class_="quiet") for note in signal.told.notes if note not in told]
    return tag(
        "section", tag("h3", tag("bdi", signal.stop), ": ", tag("bdi", signal.label)), drawn, notes
    )


def charts(signal: Signal, currency: str) -> Iterator[Chart]:
    """The trend; then of the latest closed period the segments, and the spread where there is one."""
    one = signal.told
    events = [Event(each.day, each.text) for each in one.happened]
    yield trend(one.trend, title=signal.label, currency=currency, events=events)
    if one.cell is None:
        return
    for cut in one.cuts:
        title = f"{signal.label} by {cut.name.replace('_', ' ')}, {one.cell.period}"
        yield ranking(cut.cells, title=title, mean=cut.whole, currency=currency)
    if one.cohorts:
        yield cohort_map(one.cohorts, title=f"{signal.label} by cohort", age=COHORTS)
    yield from _spread(one, f"{signal.label}, {one.cell.period}", one.cell.unit, currency)


def _spread(one: One, title: str, unit: str, currency: str) -> Iterator[Chart]:
    if one.bars:
        yield by_score(one.bars, title=f"Answers to {title}")
    if one.bins:
        yield by_size(one.bins, title=title, unit=unit, median=one.median, currency=currency)
