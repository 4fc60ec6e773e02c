"""Records: the rows of a source as the fact's columns, each value read or the record rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.mapping import values
from milepost.engine.mapping.detect import text_column
from milepost.engine.mapping.lines import PLACES, struct_bad
from milepost.engine.mapping.targets import Target
from milepost.engine.mapping.values import Style
from milepost.engine.sql import Tree
from milepost.plan.facts import FactShape

BUCKETS = 128


@dataclass(frozen=True, slots=True)
class Column:
    """A target with how it is written in the source."""

    target: Target
    type: str
    style: Style

    @property
    def raw(self) -> Tree:
        """The value before it is read."""
        return sql.column(text_column(self.target.name))

    @property
    def parsed(self) -> exp.Column:
        """What it says, which may be nothing that can be meant."""
        return sql.column(f"_parsed_{self.target.name}")

    @property
    def value(self) -> Tree:
        """The value once it is read."""
        return sql.column(self.target.name)

    @property
    def reading(self) -> values.Reading:
        """How the value is read from what stands there."""
        return values.read(self.raw, type_=self.type, target=self.target.type, style=self.style)


def prepared_query(rows: str, targets: Sequence[Target], types: Mapping[str, str]) -> exp.Select:
    """The rows with each target's value ready to be read: trimmed, labels replaced, blank NULL."""
    return sql.select(
        "*", *(sql.named(_prepared(t, types[t.name]), text_column(t.name)) for t in targets)
    ).from_(sql.table(rows))


def type_read(target: Target, type_: str) -> str:
    """The type of a prepared value."""
    return "VARCHAR" if target.labels else values.read_as(type_, target.type)


def records_query(
    *,
    prepared: str,
    columns: Sequence[Column],
    kept: Sequence[str],
    fact: FactShape,
    timezone: str,
    source: str,
    optional: bool = False,
    misfits: Sequence[tuple[Tree, Tree]] = (),
) -> exp.Select:
    """The fact's columns with day, bucket and unit; `optional`: a blank required value is blank.

    `kept` are columns passed on unread (questions' answers, expectations); `misfits` are conditions
    on the values read that reject a record, each with its remark.
    """
    key, time = fact.key, fact.time
    parsed = sql.select("*", *(sql.named(c.reading.parsed, c.parsed.name) for c in columns)).from_(
        sql.table(prepared)
    )
    read = sql.select(
        *(sql.column(place) for place in PLACES),
        "_excluded",
        sql.named(sql.column("_bad"), "_bad0"),
        *(sql.column(name) for name in kept),
        *(column.raw for column in columns),
        *(sql.named(_value(column, timezone), column.target.name) for column in columns),
    ).from_(parsed.subquery("parsed"))
    names = {column.target.name for column in columns}
    return sql.select(
        *(sql.column(place) for place in PLACES),
        "_excluded",
        sql.named(_blank(columns) if optional else exp.false(), "_blank"),
        sql.named(
            sql.sql("coalesce(_bad0, :bad)", bad=_bad(columns, misfits, optional=optional)),
            "_bad",
        ),
        *(sql.column(name) for name in kept),
        *(column.value for column in columns if column.target.name != key),
        *([sql.named(_key(key, mapped=key in names), key)] if key else []),
        sql.named(_day(next(c for c in columns if c.target.name == time), timezone), "day"),
        sql.named(sql.sql(f"CAST((_unit >> 32) & {BUCKETS - 1} AS UTINYINT)"), "bucket"),
        sql.sql("_unit AS unit"),
    ).from_(_with_unit(read, source, names=names, fact=fact).subquery("read"))


def _prepared(target: Target, type_: str) -> Tree:
    raw: Tree = sql.column(target.name)
    if target.labels:
        return values.relabelled(values.as_text(raw, type_), target.labels)
    return values.as_text(raw, type_) if values.is_text(type_read(target, type_)) else raw


def _value(column: Column, timezone: str) -> Tree:
    value = column.reading.sound(column.parsed)
    if column.target.type == "date":
        return _local_day(value, column.style, timezone)
    branches = [
        (sql.sql(":x = :old", x=value, old=sql.text(old)), sql.text(new))
        for old, new in column.target.values.items()
    ]
    return sql.case(branches, value) if branches else value


def _bad(
    columns: Sequence[Column], misfits: Sequence[tuple[Tree, Tree]], *, optional: bool
) -> Tree:
    branches: list[tuple[Tree, Tree]] = [(sql.sql("_excluded"), exp.null())]
    for column in columns:
        name, raw, value = column.target.name, column.raw, column.value
        if column.target.type != "text":
            unread = sql.sql(":r IS NOT NULL AND :v IS NULL", r=raw, v=value)
            branches.append((unread, struct_bad(name, raw, column.reading.reason)))
        if (column.target.required and not optional) or name == "weight":
            missing = sql.sql(":v IS NULL", v=value)
            branches.append((missing, struct_bad(name, exp.null(), "blank")))
        if name == "weight":
            negative = sql.sql(":v < 0", v=value)
            branches.append((negative, struct_bad(name, raw, "a weight below zero")))
    return sql.case([*branches, *misfits])


def _blank(columns: Sequence[Column]) -> Tree:
    return sql.any_of(sql.sql(":r IS NULL", r=c.raw) for c in columns if c.target.required)


def _key(key: str, *, mapped: bool) -> Tree:
    return sql.column(key) if mapped else sql.sql("CAST(_record AS VARCHAR)")


def _day(time: Column, timezone: str) -> Tree:
    if time.target.type == "date":
        return time.value
    return _local_day(time.value, time.style, timezone)


def _local_day(moment: Tree, style: Style, timezone: str) -> Tree:
    """The day on which a moment falls for the company; a date without a clock stays that date."""
    return values.local_day(moment, style.timezone if style.date_only else timezone)


def _with_unit(read: exp.Select, source: str, *, names: Set[str], fact: FactShape) -> exp.Select:
    """With `_unit`, a hash of the customer (or who stands for one), else of source and row key.

    A response of several rows is one respondent; the order of rows tells nothing. Its first 32
    bits modulo 128 are the bucket.
    """
    row = _key(fact.key, mapped=fact.key in names) if fact.key else sql.sql("_record")
    unit = sql.sql(":s || '/' || CAST(:k AS VARCHAR)", s=sql.text(source), k=row)
    for name in (fact.who, "customer_id"):
        if name is not None and name in names:
            unit = sql.sql("coalesce(:c, :own)", c=sql.column(name), own=unit)
    # md5_number_upper would take three times as long.
    hashed = sql.sql("CAST('0x' || left(md5(:u), 16) AS UBIGINT)", u=unit)
    return sql.select("*", sql.named(hashed, "_unit")).from_(read.subquery("values"))
