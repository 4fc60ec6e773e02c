"""How many customers passed a touchpoint, were asked there, and answered, where that is known."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from milepost.engine import cuts, sql
from milepost.engine.flow import Flow
from milepost.engine.invited import invited
from milepost.engine.mapping.account import EXPOSED
from milepost.engine.passings import ASKING
from milepost.engine.reader import PASSINGS, Reader
from milepost.errors import PlanError, QuestionError
from milepost.plan.calendar import Span
from milepost.plan.model import Passed, Touchpoint


def flows(reader: Reader, span: Span) -> Mapping[str | None, Flow]:
    """The flow at every touchpoint, and of the company's own questions under None."""
    answered, asked, passed = _answered(reader, span), _asked(reader, span), _seen(reader, span)
    stated = invited(reader, span)
    if stated and None not in asked:
        asked[None] = stated.people
    found: dict[str | None, Flow] = {None: Flow(None, asked.get(None), answered.get(None))}
    for point in reader.project.plan.touchpoints:
        here = passed.get(point.name)
        if point.passed_by:
            here = _told(reader, point, point.passed_by, span)
        found[point.name] = Flow(here, asked.get(point.name), answered.get(point.name))
    return found


def _told(reader: Reader, point: Touchpoint, passed: Passed, span: Span) -> int | None:
    """Who passed by the plan's own condition; raises PlanError where it cannot be computed."""
    try:
        return _passed_by(reader, passed, span)
    except QuestionError as error:
        places = {
            touchpoint.name: ("journeys", index, "touchpoints", number, "passed_by", "where")
            for index, journey in enumerate(reader.project.plan.journeys)
            for number, touchpoint in enumerate(journey.touchpoints)
        }
        raise PlanError([reader.project.finding(places[point.name], str(error))]) from None


def _asked(reader: Reader, span: Span) -> dict[str | None, int]:
    if "invitations" not in reader.columns:
        return {}
    query = sql.select("touchpoint", sql.sql("count(*)")).from_(sql.table("invitations"))
    return dict(reader.rows(query.where(*_within(span)).group_by("touchpoint")))


def _answered(reader: Reader, span: Span) -> dict[str | None, int]:
    """Distinct respondents; a small group of employees or unidentified people is left out."""
    if "responses" not in reader.columns:
        return {}
    counted = ("touchpoint", sql.sql("count(DISTINCT unit)"), sql.sql(EXPOSED))
    query = sql.select(*counted).from_(sql.table("responses"))
    fewest = reader.project.plan.privacy.min_group
    return {
        touchpoint: people
        for touchpoint, people, exposed in reader.rows(
            query.where(*_within(span)).group_by("touchpoint")
        )
        if people >= fewest or not exposed
    }


def _seen(reader: Reader, span: Span) -> dict[str | None, int]:
    """Who did anything at a touchpoint: by all facts of what customers did, where they tell it."""
    facts = [name for name in reader.columns if name not in (*ASKING, PASSINGS)]
    if not facts:
        return {}
    parts = [
        sql.select("touchpoint", "unit", "day")
        .from_(sql.table(name))
        .where("touchpoint IS NOT NULL")
        for name in sorted(facts)
    ]
    union = parts[0]
    for part in parts[1:]:
        union = union.union(part, distinct=False)  # type: ignore[assignment]
    inside = sql.all_of(_within(span))
    people = sql.sql("count(DISTINCT CASE WHEN :inside THEN unit END)", inside=inside)
    query = sql.select("touchpoint", people).from_(union.subquery("seen")).group_by("touchpoint")
    return dict(reader.rows(query))


def _passed_by(reader: Reader, passed: Passed, span: Span) -> int | None:
    if passed.fact not in reader.columns:
        return None
    exposed = EXPOSED if passed.fact == "responses" else "0"
    query = sql.select(sql.sql("count(DISTINCT unit)"), sql.sql(exposed))
    query = query.from_(sql.table(passed.fact)).where(*_within(span))
    if passed.where:
        query = query.where(cuts.condition(reader, passed.fact, passed.where))
    try:
        people, few = reader.rows(query)[0]
    except duckdb.Error as error:
        raise cuts.refused(passed.where or "", error) from None
    return int(people) if not few or people >= reader.project.plan.privacy.min_group else None


def _within(span: Span) -> list[sql.Tree]:
    return [
        sql.sql("day >= :d", d=sql.day(span.since)),
        sql.sql("day < :d", d=sql.day(span.until)),
    ]
