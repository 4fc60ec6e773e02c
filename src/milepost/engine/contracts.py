"""What customers with a contract pay a month, and what it cost to win customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from milepost.engine import sql
from milepost.engine.reader import Reader

_DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Paid:
    """What customers paid so far, and for how many months they were there, added up."""

    customers: int
    money: float
    months: float


@dataclass(frozen=True, slots=True)
class Won:
    """The spend of whole months, from the first with any to the last, and who joined in them."""

    since: date
    until: date
    spend: float
    customers: int


def brought(reader: Reader) -> bool:
    """Whether subscriptions tell what is paid and who has left."""
    return reader.brings("subscriptions.monthly_amount") and reader.brings("subscriptions.ended_at")


def paid(reader: Reader, known: date) -> Paid | None:
    """What subscriptions brought up to the last day known; None where nobody stayed for a day."""
    zone = sql.text(reader.project.plan.company.timezone)
    end = sql.sql(
        "greatest(day, least(coalesce(CAST(ended_at AT TIME ZONE :z AS DATE), :known), :known))",
        z=zone, known=sql.day(known),
    )  # fmt: skip
    people = sql.select(
        sql.named(sql.sql("sum(monthly_amount * (:e - day))", e=end), "money"),
        sql.named(sql.sql("max(:e) - min(day)", e=end), "days"),
    ).from_(sql.table("subscriptions")).where(
        sql.sql("customer_id IS NOT NULL AND monthly_amount IS NOT NULL AND day <= :k",
                k=sql.day(known))
    ).group_by("unit")  # fmt: skip
    query = sql.select(
        sql.sql("count(*)"), sql.sql("sum(money)"), sql.sql("sum(days)")
    ).from_(people.subquery("people"))  # fmt: skip
    customers, money, days = reader.rows(query)[0]
    if not days:
        return None
    return Paid(customers, money / _DAYS_A_MONTH, days / _DAYS_A_MONTH)


def won(reader: Reader, until: date) -> Won | None:
    """What was spent on winning customers before a day, and how many came; None where unknown."""
    if "spend" not in reader.columns or "customers" not in reader.columns:
        return None
    month, before = sql.sql("CAST(date_trunc('month', day) AS DATE)"), sql.sql(
        "day < :u", u=sql.day(until)
    )  # fmt: skip
    first, last, spend = reader.rows(
        sql.select(
            sql.sql("min(:m)", m=month), sql.sql("max(:m)", m=month), sql.sql("sum(amount)")
        ).from_(sql.table("spend")).where(before)
    )[0]  # fmt: skip
    if first is None or spend <= 0:
        return None
    end = min(until, (last.replace(day=28) + (date.resolution * 4)).replace(day=1))
    joined = reader.rows(
        sql.select(sql.sql("count(DISTINCT unit)")).from_(sql.table("customers")).where(
            sql.sql("day >= :s AND day < :e", s=sql.day(first), e=sql.day(end))
        )
    )[0][0]  # fmt: skip
    return Won(first, end, spend, joined) if joined else None
