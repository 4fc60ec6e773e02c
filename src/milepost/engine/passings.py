"""Who passed which touchpoint when, made of what customers did: the view that outcomes stand on."""

from __future__ import annotations

from dataclasses import replace

import duckdb
from sqlglot import exp

from milepost.engine import cuts, sql
from milepost.engine.passing import CONVERSIONS
from milepost.engine.reader import PASSINGS, Reader
from milepost.errors import PlanError, QuestionError
from milepost.plan.model import Touchpoint

# Facts that say what customers were asked and said, not what they did.
ASKING = ("responses", "invitations")
_KEPT = (
    "customer_id", "account_id", "channel", "day", "bucket", "unit", "_source", "_record",
)  # fmt: skip


def with_passings(reader: Reader) -> Reader:
    """The reader with the view of passings, where any touchpoint's are known."""
    parts = [
        part
        for index, journey in enumerate(reader.project.plan.journeys)
        for number, point in enumerate(journey.touchpoints)
        for part in _of(reader, point, ("journeys", index, "touchpoints", number))
    ]
    if not parts:
        return reader
    whole = sql.union(parts, by_name=True)
    reader.con.execute(sql.render(sql.view(PASSINGS, whole)))
    described = reader.con.execute(f"DESCRIBE {PASSINGS}").fetchall()
    columns = {**reader.columns, PASSINGS: tuple(row[0] for row in described)}
    return replace(reader, columns=columns)


def _of(reader: Reader, point: Touchpoint, place: tuple[str | int, ...]) -> list[exp.Select]:
    """The rows that show a touchpoint passed: by its own condition, else whatever happened there."""
    passed = point.passed_by
    if passed is None:
        here = sql.sql("touchpoint = :t", t=sql.text(point.name))
        did = [name for name in sorted(reader.columns) if name not in ASKING]
        return [_rows(reader, fact, point.name, here) for fact in did if _dated(reader, fact)]
    if passed.fact not in reader.columns or not _dated(reader, passed.fact):
        return []
    try:
        told = cuts.condition(reader, passed.fact, passed.where) if passed.where else None
    except QuestionError as error:
        at = (*place, "passed_by", "where")
        raise PlanError([reader.project.finding(at, str(error))]) from None
    rows = _rows(reader, passed.fact, point.name, told)
    if told is not None and told.find(*CONVERSIONS):
        _try(reader, rows, passed.where or "", (*place, "passed_by", "where"))
    return [rows]


def _try(reader: Reader, rows: exp.Select, where: str, place: tuple[str | int, ...]) -> None:
    """Whether a condition that reads one type as another can be computed for every row."""
    try:
        reader.rows(sql.select(sql.sql("count(*)")).from_(rows.subquery("passed")))
    except duckdb.Error as error:
        fault = str(cuts.refused(where, error))
        raise PlanError([reader.project.finding(place, fault)]) from None


def _dated(reader: Reader, fact: str) -> bool:
    return fact in reader.project.facts


def _rows(reader: Reader, fact: str, point: str, told: sql.Tree | None) -> exp.Select:
    """A fact's rows of known customers, as passings of a touchpoint."""
    attributes = [name for name in cuts.attributes(reader, fact) if name not in _KEPT]
    time = reader.project.facts[fact].time
    rows = sql.select(
        sql.named(sql.text(point), "touchpoint"),
        sql.named(sql.sql("CAST(:t AS TIMESTAMPTZ)", t=sql.column(time)), "at"),
        *(sql.column(name) for name in (*_KEPT, *attributes)),
    ).from_(sql.table(fact))
    rows = rows.where(sql.sql("customer_id IS NOT NULL"))
    return rows.where(told) if told is not None else rows
