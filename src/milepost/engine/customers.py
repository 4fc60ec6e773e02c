"""Customers as rows: what each bought, when first and last, and what a model is not to know yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlglot import exp

from milepost import clock
from milepost.engine import cuts, sql
from milepost.engine.reader import Reader
from milepost.engine.sql import Tree
from milepost.errors import QuestionError, UnknownName

TABLE = "_customers"
WEEK = 7.0


@dataclass(frozen=True, slots=True)
class Bought:
    """What is asked of the orders: those before `until`, cut by an attribute of the first one."""

    until: date | None = None
    by: str | None = None
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The days that orders tell of, and which rows are left out.

    The models know the days from `first` to `last`; their check knows those before `split` and
    compares them with the days up to `end`. `split` is None where the time is too short.
    """

    money: str
    first: date
    last: date
    split: date | None
    end: date
    nameless: int
    refunds: int
    lacking_margin: int


def look(reader: Reader, bought: Bought) -> Known:
    """The days of the orders and what is left out. Raises QuestionError."""
    _check(reader, bought)
    named, negative = "customer_id IS NOT NULL", "customer_id IS NOT NULL AND amount < 0"
    today = clock.today(reader.project.plan.company.timezone)
    end = min(reader.days("orders")[1] or today, today)
    until = min(bought.until or date.max, _after(end))
    first, rows, known, refunds, margins = reader.rows(
        sql.select(
            sql.sql("min(CASE WHEN customer_id IS NOT NULL AND amount >= 0 THEN day END)"),
            sql.sql("count(*)"),
            sql.sql(f"count(CASE WHEN {named} THEN 1 END)"),
            sql.sql(f"count(CASE WHEN {negative} THEN 1 END)"),
            sql.sql(f"count(CASE WHEN {named} THEN margin END)"),
        )
        .from_(sql.table("orders"))
        .where(*_within(reader, bought, until))
    )[0]
    if first is None:
        raise QuestionError(
            f"no order before {until} names a customer; map customer_id in the source of orders"
        )
    last = until - timedelta(days=1)
    return Known(
        money="margin" if margins == known else "amount",
        first=first, last=last, split=_split(first, last, end), end=end,
        nameless=rows - known, refunds=refunds,
        lacking_margin=known - margins if margins and margins < known else 0,
    )  # fmt: skip


def gather(reader: Reader, bought: Bought, known: Known) -> None:
    """Make one row a customer, for the cells; purchases of one day are one."""
    named = sql.sql("customer_id IS NOT NULL")
    rows = (
        sql.select(
            "unit", "day",
            sql.named(sql.sql("sum(:m)", m=sql.column(known.money)), "net"),
            sql.named(_if_bought(sql.column(known.money), "sum"), "money"),
            sql.named(sql.sql("max(CASE WHEN amount >= 0 THEN 1 ELSE 0 END)"), "bought"),
            *([sql.named(_if_bought(_text(bought.by), "min"), "segment")] if bought.by else []),
        )
        .from_(sql.table("orders"))
        .where(named, *_within(reader, bought, _after(known.end)))
        .group_by("unit", "day")
    )  # fmt: skip
    holes = {"last": sql.day(known.last), "split": sql.day(known.split or _after(known.last))}
    segment = "arg_min_null(segment, CASE WHEN bought = 1 THEN day END) AS segment"
    totals = sql.select(
        *(sql.named(sql.sql(text, **holes), name) for name, text in _TOTALS.items()),
        *([sql.sql(segment)] if bought.by else []),
    ).from_(rows.subquery("days")).group_by("unit")  # fmt: skip
    kept = totals.having(sql.sql("min(day) <= :last", **holes))
    made = exp.Create(
        this=sql.table(TABLE), kind="TABLE", replace=True, expression=kept,
        properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
    )  # fmt: skip
    reader.con.execute(sql.render(made))


_BOUGHT, _EARLY = "bought = 1 AND day <= :last", "bought = 1 AND day < :split"
_TOTALS = {
    "first": "min(CASE WHEN bought = 1 THEN day END)",
    "net": "sum(CASE WHEN day <= :last THEN net END)",
    "first_money": "arg_min(money, CASE WHEN bought = 1 THEN day END)",
    "days": f"count(CASE WHEN {_BOUGHT} THEN 1 END)",
    "last": f"max(CASE WHEN {_BOUGHT} THEN day END)",
    "money": f"sum(CASE WHEN {_BOUGHT} THEN money ELSE 0 END)",
    "early_days": f"count(CASE WHEN {_EARLY} THEN 1 END)",
    "early_last": f"max(CASE WHEN {_EARLY} THEN day END)",
    "early_money": f"sum(CASE WHEN {_EARLY} THEN money ELSE 0 END)",
    "later": "count(CASE WHEN bought = 1 AND day >= :split THEN 1 END)",
    "later_money": "sum(CASE WHEN bought = 1 AND day >= :split THEN money ELSE 0 END)",
}


def _check(reader: Reader, bought: Bought) -> None:
    if bought.by and bought.by not in (known := cuts.segments(reader, "orders")):
        raise UnknownName("segment", bought.by, known)


def _split(first: date, last: date, end: date) -> date | None:
    """Where the check cuts the time: at the end of what is known, else after two thirds of it."""
    if (end - last).days >= 4 * WEEK:
        return _after(last)
    length = (last - first).days
    return first + timedelta(days=length * 2 // 3) if length >= 12 * WEEK else None


def _within(reader: Reader, bought: Bought, until: date) -> list[Tree]:
    found = [sql.sql("day < :d", d=sql.day(until))]
    if bought.where:
        found.append(cuts.condition(reader, "orders", bought.where))
    return found


def _text(name: str) -> Tree:
    return exp.cast(sql.column(name), "text", dialect="duckdb")


def _if_bought(column: Tree, aggregate: str) -> Tree:
    return sql.sql(f"{aggregate}(CASE WHEN amount >= 0 THEN :c END)", c=column)


def _after(day: date) -> date:
    return day + timedelta(days=1)
