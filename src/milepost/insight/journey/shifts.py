"""What moved a number other than customers: how many answered, and over which channel."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.engine import cuts
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.errors import QuestionError
from milepost.insight.card import Line, Scorecard
from milepost.insight.cells import Cell
from milepost.insight.journey.asking import Shift
from milepost.insight.measuring import answered
from milepost.insight.mix import Groups, mix
from milepost.insight.words import BETTER, HIGHER, LOWER, WORSE
from milepost.plan.calendar import Span

_REAL = (BETTER, WORSE, HIGHER, LOWER)
# The part of a change that the channels' mix has to make before it is flagged.
_PART = 0.5
RESPONSE_RATE, CHANNEL = "response_rate", "channel"


def shifts(reader: Reader, card: Scorecard, span: Span, where: str | None) -> Iterator[Shift]:
    """The flags of a period: where fewer or more people answered, and of each headline that moved."""
    yield from _response_rates(reader, span, where)
    for stop in card.stops:
        for line in stop.lines:
            if line.headline and line.cell and line.cell.verdict in _REAL:
                yield from _channel_mix(reader, stop.name, line, line.cell, where)


def _response_rates(reader: Reader, span: Span, where: str | None) -> Iterator[Shift]:
    metric = reader.project.metrics.get(RESPONSE_RATE)
    if metric is None or not reader.has(metric):
        return
    if where and not cuts.can(reader, metric, where):
        return
    question = Question(
        metrics=(RESPONSE_RATE,), every=span.every, since=span.since, until=span.until, where=where
    )
    for cell in answered(reader, question).cells:
        if cell.verdict in _REAL:
            yield Shift("response_rate", cell.touchpoint, before=cell.against.value, now=cell.value)


def _channel_mix(
    reader: Reader, touchpoint: str | None, line: Line, cell: Cell, where: str | None
) -> Iterator[Shift]:
    """A flag where most of a change comes of the channels' shares, at what each channel says."""
    metric = reader.project.metrics[line.metric]
    change = cell.against.change
    if not change or CHANNEL not in cuts.segments(reader, metric.fact) or not metric.survey:
        return
    before_day = cell.against.since
    if before_day is None:
        return
    sides = [_groups(reader, line.metric, cell.touchpoint, *days, where)
             for days in ((before_day, cell.since), (cell.since, cell.until))]  # fmt: skip
    found = mix(*sides)
    if found and found.mix / change >= _PART:
        yield Shift("channel_mix", touchpoint, metric=line.label, before=change, now=found.mix)


def _groups(
    reader: Reader,
    metric: str,
    touchpoint: str | None,
    since: object,
    until: object,
    where: str | None,
) -> Groups:
    question = Question(
        metrics=(metric,), touchpoint=touchpoint, by=(CHANNEL,), every="all", since=since,  # type: ignore[arg-type]
        until=until, where=where,  # type: ignore[arg-type]
    )  # fmt: skip
    try:
        cells = answered(reader, question).cells
    except QuestionError:
        return {}
    return {
        c.by[CHANNEL]: (c.value, c.n)
        for c in cells
        if c.touchpoint == touchpoint and c.value is not None and c.n
    }
