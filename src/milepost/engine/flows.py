"""How many customers passed a touchpoint, were asked there, and answered, where that is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from milepost.engine import sql
from milepost.engine.answer import Reader, invited
from milepost.plan import expressions
from milepost.plan.calendar import Span


@dataclass(frozen=True, slots=True)
class Flow:
    """Distinct customers (or invitations, for `asked`) in a period; None where not known."""

    passed: int | None = None
    asked: int | None = None
    answered: int | None = None


UNKNOWN = Flow()


def flows(reader: Reader, span: Span) -> Mapping[str | None, Flow]:
    """The flow at every touchpoint, and of the company's own questions under None."""
    answered = _counts(reader, "responses", "count(DISTINCT unit)", span)
    asked = _counts(reader, "invitations", "count(*)", span)
    stated = invited(reader, span)
    if stated and None not in asked:
        asked[None] = stated.people
    names: list[str | None] = [None, *(point.name for point in reader.project.plan.touchpoints)]
    return {
        name: Flow(_passed(reader, name, span), asked.get(name), answered.get(name))
        for name in names
    }


def _counts(reader: Reader, fact: str, what: str, span: Span) -> dict[str | None, int]:
    if fact not in reader.columns:
        return {}
    query = (
        sql.select("touchpoint", sql.sql(what))
        .from_(sql.table(fact))
        .where(*_within(span))
        .group_by("touchpoint")
    )
    return dict(reader.con.execute(sql.render(query)).fetchall())


def _passed(reader: Reader, name: str | None, span: Span) -> int | None:
    point = reader.project.touchpoint(name) if name else None
    if point is None or point.passed_by is None or point.passed_by.fact not in reader.columns:
        return None
    query = sql.select(sql.sql("count(DISTINCT unit)")).from_(sql.table(point.passed_by.fact))
    query = query.where(*_within(span))
    if point.passed_by.where:
        query = query.where(expressions.parse(point.passed_by.where))
    return int(reader.con.execute(sql.render(query)).fetchall()[0][0])


def _within(span: Span) -> list[sql.Tree]:
    return [
        sql.sql("day >= CAST(:d AS DATE)", d=sql.text(span.since.isoformat())),
        sql.sql("day < CAST(:d AS DATE)", d=sql.text(span.until.isoformat())),
    ]
