"""The periods of a question: those it names, else the latest complete one that holds data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from milepost import clock
from milepost.engine.question import Question
from milepost.engine.reader import PASSINGS, Reader
from milepost.errors import QuestionError
from milepost.metrics.definition import Metric
from milepost.plan.calendar import Calendar, Span
from milepost.plan.model import Period

MOST_PERIODS = 10_000


def spans_of(reader: Reader, metrics: Iterable[Metric], question: Question) -> tuple[Span, ...]:
    """The periods a question asks for, in order; empty where no data is.

    The first and the last are cut where `since` and `until` fall within a period.
    """
    _check(question)
    metrics = tuple(metrics)
    found = {_dated_by(reader, metric) for metric in metrics} & set(reader.columns)
    # Passings have the days of the facts that show them.
    facts = sorted(found - {PASSINGS}) or sorted(found)
    days = [day for fact in facts for day in reader.days(fact) if day]
    days += [day for metric in metrics if (day := _later(reader, metric))]
    if not days:
        return ()
    first, last = min(days), max(days)
    every = question.every or reader.project.plan.every
    if question.rolling:
        return (_window(question, question.until or min(_after(last), _today(reader))),)
    if not (question.since or question.until or (question.every and question.metrics)):
        return _latest(reader, facts, metrics, every, first, last)
    since = question.since or first
    until = question.until or _after(max(last, since))
    if question.since and until <= since:
        raise QuestionError(f"until {until} must be after since {since}")
    if until <= first or since > last:
        asked = f"{since} to {until}" if question.since else f"the time before {until}"
        raise QuestionError(f"nothing is known of {asked}; the data is of {first} to {last}")
    if every == "all":
        return (Span(since, until, "all"),)
    within = max(since, first), min(date.fromordinal(until.toordinal() - 1), last)
    _check_length(*within, every)
    return _cut(reader.project.calendar.spans(*within, every), question.since, question.until)


def whole(calendar: Calendar, span: Span) -> bool:
    """Whether a span is a period of the calendar, not cut short; any stretch of days is."""
    return span.every == "all" or span == calendar.span_of(span.since, span.every)


def start(calendar: Calendar, span: Span) -> date:
    """The first day of the period that a span is, or is cut from."""
    return span.since if span.every == "all" else calendar.span_of(span.since, span.every).since


def _check_length(first: date, last: date, every: Period) -> None:
    """Whether so many periods can be shown; a date of the year 1 or 9999 in the data makes more."""
    days = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365, "all": 1}[every]
    if (last - first).days // days > MOST_PERIODS:
        raise QuestionError(
            f"{first} to {last} is more than {MOST_PERIODS:,} periods of a {every}; ask for less"
            " with --since and --until"
        )


def _check(question: Question) -> None:
    if question.rolling and (question.since or question.every):
        raise QuestionError(
            "a rolling window ends today, or at --until: leave out --since and --every"
        )


def _window(question: Question, until: date) -> Span:
    length = question.rolling.days if question.rolling else 0
    if length >= until.toordinal():
        raise QuestionError(f"a window of {length:,} days begins before the calendar does")
    return Span(date.fromordinal(until.toordinal() - length), until, "all")


def _cut(spans: tuple[Span, ...], since: date | None, until: date | None) -> tuple[Span, ...]:
    found = list(spans)
    if since:
        found[0] = replace(found[0], since=max(found[0].since, since))
    if until:
        found[-1] = replace(found[-1], until=min(found[-1].until, until))
    return tuple(found)


def _latest(
    reader: Reader,
    facts: Sequence[str],
    metrics: Sequence[Metric],
    every: Period,
    first: date,
    last: date,
) -> tuple[Span, ...]:
    """The latest complete period that holds data, else the running one."""
    if every == "all":
        return (Span(first, _after(last), "all"),)
    calendar = reader.project.calendar
    running = calendar.span_of(_today(reader), every)
    found = [reader.last_day(fact, running.since) for fact in facts]
    later = (_later(reader, metric) for metric in metrics)
    found += [min(day, running.since - timedelta(days=1)) for day in later if day]
    ended = max((day for day in found if day), default=None)
    return (calendar.span_of(ended, every) if ended else running,)


def _dated_by(reader: Reader, metric: Metric) -> str:
    """The fact whose days are the metric's: the responses where `invited` stands for invitations."""
    return "responses" if metric.invited and not reader.has(metric) else metric.fact


def _later(reader: Reader, metric: Metric) -> date | None:
    """The last day of a metric whose units have days of their own, such as that of a solution."""
    if metric.derived is None or not metric.derived.dated or not reader.has(metric):
        return None
    return reader.known(metric)


def _today(reader: Reader) -> date:
    return clock.today(reader.project.plan.company.timezone)


def _after(day: date) -> date:
    return date.fromordinal(min(day.toordinal() + 1, date.max.toordinal()))
