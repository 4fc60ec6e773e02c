"""Series in time: a metric by equal periods, contacts by hour, returns of a share and its index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import duckdb
import numpy as np
from numpy.typing import NDArray

from milepost import clock
from milepost.engine import cuts, sql
from milepost.engine.answer import Measured, measure
from milepost.engine.hours import seconds_of
from milepost.engine.periods import spans_of, whole
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.errors import QuestionError
from milepost.metrics.contacts import INBOUND
from milepost.metrics.definition import Metric
from milepost.metrics.estimators import Total
from milepost.plan.calendar import Span
from milepost.plan.model import Weekday

Array = NDArray[np.float64]
Stretch = tuple[date, date]
HOURS = 24


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """A metric by consecutive periods of one kind, in its unit; NaN where it is not known.

    `zeros` are the periods without any row that the sources cover nonetheless, so that a total is
    0 there; `unknown` those they do not cover, or that are cut short by where the data begins or
    ends. `running` says that a period that has not ended was left out.
    """

    spans: tuple[Span, ...]
    values: Array
    measured: tuple[Measured | None, ...]
    zeros: tuple[Span, ...]
    unknown: int
    running: bool


def series(reader: Reader, metric: Metric, question: Question) -> Series:
    """The metric by the periods of the question, at its touchpoint or of the company.

    What a source brings reaches from its first day to its last: a total of a period without rows
    between them is 0. Raises QuestionError.
    """
    asked = replace(question, metrics=(metric.name,))
    spans = spans_of(reader, [metric], asked)
    today = clock.today(reader.project.plan.company.timezone)
    ended = tuple(span for span in spans if span.until <= today)
    found = {
        number.span: number
        for number in measure(reader, metric, asked, spans=ended)
        if number.place.touchpoint == question.touchpoint
    }
    counted = isinstance(metric.estimator, Total)
    stretches = covered(reader, metric) if counted else ()
    values, zeros, calendar = np.full(len(ended), np.nan), [], reader.project.calendar
    for place, span in enumerate(ended):
        number = found.get(span)
        known = not counted or (whole(calendar, span) and _within(span, stretches))
        if number and number.estimate and known and not _private(reader, number):
            values[place] = number.estimate.value * metric.factor
        elif counted and known and number is None:
            values[place] = 0.0
            zeros.append(span)
    return Series(
        ended, values, tuple(map(found.get, ended)), tuple(zeros),
        int(np.isnan(values).sum()), len(ended) < len(spans),
    )  # fmt: skip


def series_by(
    reader: Reader, metric: Metric, question: Question, spans: tuple[Span, ...]
) -> dict[str, Array]:
    """The metric of each value of the question's one segment, over the spans of a `series`.

    NaN where a value has no rows, or 0 if the metric is a total. Raises QuestionError.
    """
    place = {span: number for number, span in enumerate(spans)}
    blank = 0.0 if isinstance(metric.estimator, Total) else np.nan
    found: dict[str, Array] = {}
    for number in measure(reader, metric, replace(question, metrics=(metric.name,)), spans=spans):
        unit = number.place.by[0][1]
        if unit is None or number.place.touchpoint != question.touchpoint:
            continue
        values = found.setdefault(unit, np.full(len(spans), blank))
        if number.estimate:
            hidden = _private(reader, number)
            values[place[number.span]] = np.nan if hidden else number.estimate.value * metric.factor
    return found


def _private(reader: Reader, number: Measured) -> bool:
    """Whether so few people stand behind a number that it must not be shown."""
    return number.protected and number.respondents < reader.project.plan.privacy.min_group


def covered(reader: Reader, metric: Metric) -> tuple[Stretch, ...]:
    """The stretches of days that the metric's sources are of, first and last day inclusive."""
    only = reader.project.only(metric)
    query = sql.select("_source", sql.sql("min(day)"), sql.sql("max(day)"))
    query = query.from_(sql.table(metric.fact)).group_by("_source")
    found = [
        (first, last)
        for source, first, last in reader.rows(query)
        if first and (only is None or source in only)
    ]
    return tuple(_joined(sorted(found)))


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Stretches that overlap, or follow each other within a week, as one."""
    found: list[Stretch] = []
    for since, until in stretches:
        if found and since <= found[-1][1] + timedelta(days=7):
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def _within(span: Span, stretches: Sequence[Stretch]) -> bool:
    last = span.until - timedelta(days=1)
    return any(since <= span.since and last <= until for since, until in stretches)


@dataclass(frozen=True, slots=True, eq=False)
class Hourly:
    """Calls by day and local hour: `counts` is days by 24, NaN on days that no source covers.

    `open` is the open share of each weekday's hours (7 by 24, Monday first), all 1 where the
    company states no business hours; `outside` counts the calls beyond them, which are in no count.
    """

    days: tuple[date, ...]
    counts: Array
    open: Array
    outside: int


def hourly(
    reader: Reader, *, where: str | None, since: date | None = None, until: date | None = None
) -> Hourly:
    """Contacts from customers by local hour, of days that have ended; `where` is a condition."""
    company = reader.project.plan.company
    local = sql.sql(
        "CAST(:at AS TIMESTAMPTZ) AT TIME ZONE :zone",
        at=sql.column("at"), zone=sql.text(company.timezone),
    )  # fmt: skip
    opened = _opened(local, company.business_hours)
    query = sql.select(
        "day", sql.sql("hour(:l)", l=local),
        sql.sql("count(CASE WHEN :o THEN 1 END)", o=opened), sql.sql("count(*)"),
    ).from_(sql.table("contacts")).where(sql.sql(INBOUND))  # fmt: skip
    if where:
        query = query.where(cuts.condition(reader, "contacts", where))
    try:
        rows = reader.rows(query.group_by(sql.number(1), sql.number(2)))
    except duckdb.Error as error:
        raise cuts.refused(where or "", error) from None
    days = _days_of(reader, since, until)
    place = {day: number for number, day in enumerate(days)}
    counts, outside = np.zeros((len(days), HOURS)), 0
    for day, hour, inside, every in rows:
        if day in place:
            counts[place[day], hour] = inside
            outside += every - inside
    stretches = covered(reader, reader.project.metrics["contact_volume"])
    for day, number in place.items():
        if not any(first <= day <= last for first, last in stretches):
            counts[number] = np.nan
    return Hourly(days, counts, _open_shares(company.business_hours), outside)


def _days_of(reader: Reader, since: date | None, until: date | None) -> tuple[date, ...]:
    """The days from the first contact to the last, as far as they are asked for and have ended."""
    first, last = reader.days("contacts")
    today = clock.today(reader.project.plan.company.timezone)
    if first is None or last is None:
        return ()
    start = max(first, since) if since else first
    ends = [last + timedelta(days=1), today, *([until] if until else [])]
    return tuple(start + timedelta(days=n) for n in range((min(ends) - start).days))


def _opened(local: sql.Tree, hours: Mapping[Weekday, str] | None) -> sql.Tree:
    """Whether a local moment lies within the business hours."""
    if hours is None:
        return sql.sql("TRUE")
    moment = sql.sql("date_diff('second', date_trunc('day', :l), :l)", l=local)
    return sql.any_of(
        sql.sql(
            "isodow(:l) = :d AND :m >= :since AND :m < :until", l=local, m=moment,
            d=sql.number(number + 1), since=sql.number(since), until=sql.number(until),
        )
        for number, (since, until) in enumerate(seconds_of(hours))
    )  # fmt: skip


def _open_shares(hours: Mapping[Weekday, str] | None) -> Array:
    if hours is None:
        return np.ones((7, HOURS))
    starts = np.arange(HOURS) * 3600.0
    return np.array([
        np.clip(np.minimum(starts + 3600, until) - np.maximum(starts, since), 0, None) / 3600
        for since, until in seconds_of(hours)
    ])  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Returns:
    """Returns in per cent, each from the price before to that of `days`, of two at the same times."""

    days: tuple[date, ...]
    stock: Array
    market: Array


def returns(reader: Reader, symbol: str, index: str) -> Returns:
    """The returns of a share and of its index, between the days on which both have a price.

    Raises QuestionError where one has no price, or two on a day.
    """
    one = "max(CASE WHEN symbol = :s THEN close END)"
    two = "count(CASE WHEN symbol = :s THEN 1 END)"
    both = [sql.sql(text, s=sql.text(name)) for text in (one, two) for name in (symbol, index)]
    query = sql.select("day", *both).from_(sql.table("prices")).where("close > 0")
    rows = reader.rows(query.group_by("day").order_by("day"))
    for column, name in ((3, symbol), (4, index)):
        _check_prices(name, [(row[0], row[column]) for row in rows])
    shared = [row for row in rows if row[3] and row[4]]
    closes = np.array([row[1:3] for row in shared], dtype=np.float64).reshape(-1, 2)
    found = (closes[1:] / closes[:-1] - 1) * 100
    return Returns(tuple(row[0] for row in shared[1:]), found[:, 0], found[:, 1])


def _check_prices(name: str, counts: Sequence[tuple[date, int]]) -> None:
    if not any(count for _, count in counts):
        raise QuestionError(f"prices bring none of '{name}'; map its closes, or mend the plan")
    for day, count in counts:
        if count > 1:
            raise QuestionError(f"prices bring {count} closes of '{name}' on {day}; keep one a day")
