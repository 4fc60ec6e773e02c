"""What moved a number other than customers: how many answered, and over which channel."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.engine import cuts
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.insight.card import Line, Scorecard
from milepost.insight.cells import Cell
from milepost.insight.journey.asking import Shift
from milepost.insight.measuring import answered
from milepost.insight.mix import mix
from milepost.insight.mixing import groups, mixable
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
    metric, before = reader.project.metrics[line.metric], cell.against
    if not before.change or before.since is None or not metric.survey or not mixable(metric):
        return
    if CHANNEL not in cuts.segments(reader, metric.fact):
        return
    question = Question(metrics=(metric.name,), touchpoint=cell.touchpoint, where=where)
    days = ((before.since, cell.since), (cell.since, cell.until))
    sides = [groups(reader, metric, question, span=Span(*each, "all"), by=CHANNEL) for each in days]
    found = mix(*sides)
    if found and found.mix / before.change >= _PART:
        yield Shift(
            "channel_mix", touchpoint, metric=line.label, before=before.change, now=found.mix
        )
