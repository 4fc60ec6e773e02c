"""Business hours: the seconds between two moments that lie within them, as one SQL expression."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.sql import Tree
from milepost.plan.calendar import WEEKDAYS
from milepost.plan.model import Weekday

FUNCTION = "BUSINESS_SECONDS"
# A Monday, from which weeks are counted.
_MONDAY = date(1970, 1, 5)


def worked(tree: Tree, hours: Mapping[Weekday, str] | None, *, timezone: str) -> Tree:
    """The tree with `business_seconds(from, to)` written out for these hours; without any, NULL."""

    def write(node: Tree) -> Tree:
        if not isinstance(node, exp.Anonymous) or node.name.upper() != FUNCTION:
            return node
        if hours is None:
            return sql.null("double")
        first, last = node.expressions
        since, until = (_so_far(moment, hours, timezone) for moment in (first, last))
        # In the hour that an autumn night has twice the local clock may run back, but no work does.
        return sql.sql(
            "(CASE WHEN :last >= :first THEN greatest((:until) - (:since), 0)"
            " ELSE (:until) - (:since) END)",
            first=first, last=last, until=until, since=since,
        )  # fmt: skip

    return tree.transform(write)


def seconds_of(hours: Mapping[Weekday, str]) -> tuple[tuple[int, int], ...]:
    """Opening and closing of each day from Monday on, in seconds after midnight; closed is (0, 0).

    >>> seconds_of({"monday": "09:00-17:00", "friday": "closed"})[0]
    (32400, 61200)
    """
    return tuple(_day(hours.get(day, "closed")) for day in WEEKDAYS)


def _day(text: str) -> tuple[int, int]:
    if text == "closed":
        return (0, 0)
    since, until = (end.split(":") for end in text.split("-"))
    return int(since[0]) * 3600 + int(since[1]) * 60, int(until[0]) * 3600 + int(until[1]) * 60


def _so_far(moment: Tree, hours: Mapping[Weekday, str], timezone: str) -> Tree:
    """The business seconds from a Monday long ago up to a moment: whole weeks, days, today's."""
    days = seconds_of(hours)
    week = sum(until - since for since, until in days)
    local = sql.sql("(:m) AT TIME ZONE :zone", m=moment, zone=sql.text(timezone))
    day = sql.sql("date_diff('day', :monday, CAST(:l AS DATE))", monday=sql.day(_MONDAY), l=local)
    clock = sql.sql("date_diff('second', date_trunc('day', :l), :l)", l=local)
    branches, before = [], 0
    for number, (since, until) in enumerate(days):
        today = sql.sql(
            ":before + least(greatest(:clock - :since, 0), :length)",
            before=sql.number(before), clock=clock, since=sql.number(since),
            length=sql.number(until - since),
        )  # fmt: skip
        branches.append((sql.sql("(:d) % 7 = :n", d=day, n=sql.number(number)), today))
        before += until - since
    whole = sql.sql("((:d) // 7) * :week", d=day, week=sql.number(week))
    return sql.sql("(:whole) + (:today)", whole=whole, today=sql.case(branches))
