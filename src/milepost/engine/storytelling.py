"""How one customer's rows are found: a query a fact, the customer's id a value in it and never text of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.reader import PASSINGS, Reader
from milepost.engine.sql import Tree
from milepost.engine.story import MOST, Row, Told
from milepost.plan.facts import ANSWERED, SHARED, STORED, FactShape

_AMOUNTS = ("amount", "monthly_amount", "score", "rating")
# Who and how much stand beside, and where a row comes from is no news of the customer.
_LEFT_OUT = frozenset((
    *STORED, *_AMOUNTS, "customer_id", "account_id", "weight", "good", "scale", "question_type",
    "audience", "kind",
))  # fmt: skip
_NEVER = frozenset((PASSINGS, "spend", "prices", "totals"))
_LONGEST = 300


def told(reader: Reader, customer_id: str) -> Told:
    """The latest MOST rows of a customer over all facts, and how many there are of each."""
    rows: list[Row] = []
    counts: list[tuple[str, int]] = []
    for name in sorted(set(reader.columns) - _NEVER):
        shape = reader.project.facts[name]
        many = int(reader.rows(_of(reader, shape, customer_id, sql.sql("count(*)")))[0][0])
        if many:
            counts.append((name, many))
            rows += _rows(reader, shape, customer_id)
    latest = sorted(rows, key=lambda row: (row.at, row.fact), reverse=True)
    return Told(tuple(latest[:MOST]), tuple(counts))


def _rows(reader: Reader, shape: FactShape, customer_id: str) -> Iterator[Row]:
    columns = tuple(_columns(reader, shape))
    amount = next((name for name in _AMOUNTS if name in reader.columns[shape.name]), None)
    value: Tree = sql.column(amount) if amount else sql.null("DOUBLE")
    query = _of(
        reader, shape, customer_id, _moment(shape), sql.sql("CAST(:v AS DOUBLE)", v=value),
        sql.column("_source"), *(_text(name) for name in columns),
    )  # fmt: skip
    query = query.order_by(exp.Ordered(this=sql.column(shape.time), desc=True)).limit(MOST)
    zone = ZoneInfo(reader.project.plan.company.timezone)
    for at, number, source, *texts in reader.rows(query):
        what = tuple((n, text) for n, text in zip(columns, texts, strict=True) if text)
        yield Row(_aware(at, zone), shape.name, what, number, source)


def _of(reader: Reader, shape: FactShape, customer_id: str, *wanted: Tree) -> exp.Select:
    """A query of a customer's rows of a fact, those left out that the server tells itself.

    What somebody said as an employee is no part of their story as a customer.
    """
    whose = [sql.sql("customer_id = :id", id=sql.text(customer_id))]
    if shape.who == "referrer_id":
        whose.append(sql.sql("referrer_id = :id", id=sql.text(customer_id)))
    query = sql.select(*wanted).from_(sql.table(shape.name)).where(sql.any_of(whose))
    if shape.name == "responses":
        query = query.where(sql.sql("audience IS DISTINCT FROM 'employee'"))
    ours = [each.name for each in reader.project.plan.sources if each.collected]
    if not ours:
        return query
    return query.where(sql.sql("NOT :ours", ours=sql.one_of(sql.column("_source"), ours)))


def _columns(reader: Reader, shape: FactShape) -> Iterator[str]:
    """What of a row is told: the fact's own columns, then measures and attributes."""
    have = [name for name in reader.columns[shape.name] if not name.startswith("_")]
    own = [*shape.columns, *(ANSWERED if shape.name == "responses" else ()), *SHARED]
    shown = [*(name for name in own if name in have), *sorted(set(have) - set(own))]
    yield from (n for n in shown if n not in _LEFT_OUT and n not in (shape.key, shape.time))


def _moment(shape: FactShape) -> Tree:
    """The time of a row: microseconds since 1970, or the day where it has no more."""
    column = sql.column(shape.time)
    dated = shape.columns.get(shape.time) == "date"
    return column if dated else sql.sql("epoch_us(:c)", c=column)


def _text(name: str) -> Tree:
    return sql.sql(f"left(CAST(:c AS VARCHAR), {_LONGEST})", c=sql.column(name))


def _aware(at: Any, zone: ZoneInfo) -> datetime:
    if isinstance(at, date):
        return datetime(at.year, at.month, at.day, tzinfo=zone)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(at))
