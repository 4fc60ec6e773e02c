"""Customers by the period of their first row, and how many of them were active, or there, later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlglot import exp

from milepost import clock
from milepost.engine import cuts, sql
from milepost.engine.passings import ASKING
from milepost.engine.reader import PASSINGS, Reader
from milepost.engine.sql import Tree
from milepost.engine.starts import start_of
from milepost.errors import QuestionError, UnknownName
from milepost.plan.facts import BY_NAME
from milepost.plan.model import Period

# Facts whose rows tell when a customer left, by the column that does.
LEAVING = {"customers": "left_at", "subscriptions": "ended_at"}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows count: those of a fact before `until` that meet a condition."""

    fact: str
    every: Period
    until: date | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """How many customers of a cohort were active in a period; both by their first day."""

    cohort: date
    period: date
    customers: int


@dataclass(frozen=True, slots=True)
class Stay:
    """How many customers of a cohort left at an age (None: not yet), having been followed to one.

    Ages are whole periods since a customer's own first day: who left within the third period is
    lost at age 3, as is who left on its last day.
    """

    cohort: date
    lost_at: int | None
    followed: int
    customers: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rows of a scope tell of: the days they know, and how many are of nobody known."""

    first: date
    known: date
    nameless: int


def seen(reader: Reader, scope: Scope) -> Seen | None:
    """The days that a fact knows; None where it knows nobody.

    Raises QuestionError, or UnknownName, where the fact is none of which there are cohorts.
    """
    _check(reader, scope)
    named = _named(scope.fact)
    first, known, rows = reader.rows(
        sql.select(
            sql.sql("min(CASE WHEN :named THEN day END)", named=named),
            sql.sql("count(CASE WHEN :named THEN 1 END)", named=named),
            sql.sql("count(*)"),
        )
        .from_(sql.table(scope.fact))
        .where(*_within(reader, scope))
    )[0]
    if not known:
        return None
    # what happens to be in the scope says nothing of how far the fact is known
    last = reader.rows(sql.select(_last(reader, scope.fact)).from_(sql.table(scope.fact)))[0][0]
    ends = [_today(reader), last, *([_before(scope.until)] if scope.until else [])]
    return Seen(first, min(ends), rows - known)


def activity(reader: Reader, scope: Scope) -> list[Counted]:
    """How many customers of each cohort were active in each period, the first included."""
    return [Counted(*row) for row in reader.rows(activity_query(reader, scope))]


def activity_query(reader: Reader, scope: Scope) -> exp.Select:
    """The query behind `activity`: cohort, period, customers."""
    period = start_of(sql.column("day"), scope.every, reader.project.calendar)
    active = (
        sql.select("unit", sql.named(period, "period"))
        .distinct()
        .from_(sql.table(scope.fact))
        .where(_named(scope.fact), *_within(reader, scope))
    )
    first = sql.select("unit", sql.sql("min(period) AS cohort")).from_("active").group_by("unit")
    return (
        sql.select("cohort", "period", sql.sql("count(*) AS customers"))
        .from_("active")
        .join("first", using="unit")
        .group_by("cohort", "period")
        .order_by("cohort", "period")
        .with_("active", as_=active)
        .with_("first", as_=first)
    )


def stays(reader: Reader, scope: Scope, known: date) -> list[Stay]:
    """How long customers stayed, up to the last day known.

    A customer with several rows is there from the first start to the last end: what lies between
    is no leaving.
    """
    left = _left_day(reader, scope.fact)
    people = (
        sql.select(
            sql.sql("min(day) AS start_day"),
            sql.sql("CASE WHEN count(:left) = count(*) THEN max(:left) END AS left_day", left=left),
        )
        .from_(sql.table(scope.fact))
        .where(_named(scope.fact), *_within(reader, scope))
        .group_by("unit")
    )
    counted = (
        sql.select(
            sql.named(start_of(sql.column("start_day"), scope.every, reader.project.calendar), "c"),
            sql.named(_begun("left_day", scope.every), "l"),
            sql.named(_whole(sql.day(known), scope.every), "f"),
            sql.sql("count(*)"),
        )
        .from_(people.subquery("people"))
        .group_by("1", "2", "3")
        .order_by("1", "2", "3")
    )
    return [Stay(*row) for row in reader.rows(counted)]


def _check(reader: Reader, scope: Scope) -> None:
    if scope.every == "all":
        raise QuestionError("--every all makes one cohort of all; choose month, or week or quarter")
    known = [name for name in reader.columns if name not in (*ASKING, PASSINGS)]
    if scope.fact not in known:
        if scope.fact in (*ASKING, *BY_NAME):
            why = "no source brings" if scope.fact not in reader.columns else "no cohorts are of"
            brought = f"; there are {', '.join(sorted(known))}" if known else ""
            raise QuestionError(f"{why} {scope.fact}: cohorts are of what customers did{brought}")
        raise UnknownName("fact", scope.fact, known)
    leaving = LEAVING.get(scope.fact)
    if leaving and not reader.brings(f"{scope.fact}.{leaving}"):
        raise QuestionError(
            f"no source of {scope.fact} maps {leaving}, which tells who is still there; map it, or"
            " ask for the cohorts of orders or visits"
        )


def _named(fact: str) -> Tree:
    """Whether it is known whose a row is."""
    shape = BY_NAME.get(fact)
    names = ["customer_id", *([shape.who] if shape and shape.who else [])]
    return sql.any_of(sql.sql(":c IS NOT NULL", c=sql.column(name)) for name in names)


def _within(reader: Reader, scope: Scope) -> list[Tree]:
    found = [sql.sql("day <= :d", d=sql.day(_today(reader)))]
    if scope.until:
        found.append(sql.sql("day < :d", d=sql.day(scope.until)))
    if scope.where:
        found.append(cuts.condition(reader, scope.fact, scope.where))
    return found


def _last(reader: Reader, fact: str) -> Tree:
    """The last day of which a fact's rows tell anything; who left is known to have been followed."""
    if fact not in LEAVING:
        return sql.sql("max(day)")
    return sql.sql("max(greatest(day, coalesce(:left, day)))", left=_left_day(reader, fact))


def _left_day(reader: Reader, fact: str) -> Tree:
    zone = sql.text(reader.project.plan.company.timezone)
    moment = sql.sql(":c AT TIME ZONE :z", c=sql.column(LEAVING[fact]), z=zone)
    return exp.cast(moment, "date", dialect="duckdb")


def _whole(day: Tree, every: Period) -> Tree:
    """The whole periods from the first day of a stay to a day."""
    if every in _DAYS:
        days = sql.sql(":d - start_day", d=day)
        return _floored(days, _DAYS[every])
    months = sql.sql("datesub('month', start_day, :d)", d=day)
    return _floored(months, _MONTHS[every])


def _begun(name: str, every: Period) -> Tree:
    """The periods begun from the first day of a stay to a day, one at least; NULL without a day."""
    whole = _whole(sql.column(name), every)
    if every in _DAYS:
        reached = sql.sql("start_day + :w * :n", w=whole, n=sql.number(_DAYS[every]))
    else:
        months = sql.sql("CAST(:w * :n AS INTEGER)", w=whole, n=sql.number(_MONTHS[every]))
        reached = sql.sql("CAST(start_day + to_months(:m) AS DATE)", m=months)
    holes = {"day": sql.column(name), "w": whole, "r": reached}
    return sql.sql(
        "CASE WHEN :day IS NOT NULL THEN greatest(1, :w + CASE WHEN :r < :day THEN 1 ELSE 0 END) END",
        **holes,
    )


def _floored(number: Tree, by: int) -> Tree:
    return sql.sql("CAST(floor(:x / :by) AS INTEGER)", x=number, by=sql.number(by))


def _before(day: date) -> date:
    return day - timedelta(days=1)


def _today(reader: Reader) -> date:
    return clock.today(reader.project.plan.company.timezone)
