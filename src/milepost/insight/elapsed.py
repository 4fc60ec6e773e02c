"""Totals of a running period beside the same days of the period that they are compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from milepost import clock
from milepost.engine.answer import Measured, measure
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.metrics.definition import Metric
from milepost.plan.calendar import Span


def beside_running(
    reader: Reader, metric: Metric, question: Question, numbers: Sequence[Measured]
) -> dict[int, Measured]:
    """For each total of a running period, by its position, that of as many days from the start.

    The elapsed days are those up to the last of which the metric's fact tells anything.
    """
    calendar = reader.project.calendar
    back = calendar.previous if question.against == "previous" else calendar.year_ago
    found: dict[int, Measured] = {}
    for span in {n.span for n in numbers if n.whole and not n.complete and not n.protected}:
        days = (_seen(reader, metric) - span.since).days
        if days > 0:
            part = _first_days(back(span), days)
            same = {m.place: m for m in measure(reader, metric, question, spans=(part,))}
            here = ((i, n.place) for i, n in enumerate(numbers) if n.span == span)
            found |= {index: same[place] for index, place in here if place in same}
    return found


def _first_days(span: Span, days: int) -> Span:
    return replace(span, until=min(span.since + timedelta(days=days), span.until))


def _seen(reader: Reader, metric: Metric) -> date:
    """The day after the last one of which anything is known."""
    today = clock.today(reader.project.plan.company.timezone)
    return min(reader.last(metric.fact) or today, today) + timedelta(days=1)
