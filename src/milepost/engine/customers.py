"""Customers as cells of their purchases: who is alike in number, last day and age is counted together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from milepost import clock
from milepost.engine import cuts, sql
from milepost.engine.reader import Reader
from milepost.engine.sql import Tree
from milepost.errors import QuestionError, UnknownName

Floats = NDArray[np.float64]

_TABLE = "_customers"
WEEK = 7.0
# The purchases of a customer vary in value by far more than their mean is rounded by.
_DIGITS = 4


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


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Customers alike in purchases, one array a column, times in weeks.

    `repeats` are days with purchases after the first, `last` the time from the first to the last of
    them, `age` that from the first to the last day known. `money` is what the repeats of all
    customers of the cell were worth together, `later` and `later_money` what came after the split.
    """

    repeats: Floats
    last: Floats
    age: Floats
    customers: Floats
    money: Floats
    later: Floats
    later_money: Floats

    @property
    def n(self) -> float:
        """How many customers there are."""
        return float(self.customers.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Spent:
    """Customers who bought again, alike in the number and in the mean value of their repeats."""

    repeats: Floats
    mean: Floats
    customers: Floats


@dataclass(frozen=True, slots=True)
class Group:
    """The customers of a segment: what they brought so far, refunds subtracted, and at first."""

    name: str | None
    customers: int
    bought: int
    money: float
    first_money: float


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
            *([sql.named(_if_bought(sql.column(bought.by), "min"), "segment")] if bought.by else []),
        )
        .from_(sql.table("orders"))
        .where(named, *_within(reader, bought, _after(known.end)))
        .group_by("unit", "day")
    )  # fmt: skip
    days = sql.select("*", sql.sql(
        "min(CASE WHEN bought = 1 THEN day END) OVER (PARTITION BY unit) AS first"
    )).from_(rows.subquery("rows"))  # fmt: skip
    holes = {"last": sql.day(known.last), "split": sql.day(known.split or _after(known.last))}
    people = sql.select(
        *(sql.named(sql.sql(text, **holes), name) for name, text in _OF_CUSTOMER.items()),
        *([sql.sql("min(CASE WHEN day = first THEN segment END) AS segment")] if bought.by else []),
    ).from_(days.subquery("days")).group_by("unit")  # fmt: skip
    kept = people.having(sql.sql("min(first) <= :last OR min(day) <= :last", **holes))
    made = exp.Create(
        this=sql.table(_TABLE), kind="TABLE", replace=True, expression=kept,
        properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
    )  # fmt: skip
    reader.con.execute(sql.render(made))


_OF_CUSTOMER = {
    "first": "min(first)",
    "net": "sum(CASE WHEN day <= :last THEN net END)",
    "first_money": "sum(CASE WHEN day = first THEN money END)",
    "repeats": "count(CASE WHEN bought = 1 AND day > first AND day <= :last THEN 1 END)",
    "last": "max(CASE WHEN bought = 1 AND day <= :last THEN day END)",
    "money": "sum(CASE WHEN bought = 1 AND day > first AND day <= :last THEN money ELSE 0 END)",
    "early_repeats": "count(CASE WHEN bought = 1 AND day > first AND day < :split THEN 1 END)",
    "early_last": "max(CASE WHEN bought = 1 AND day < :split THEN day END)",
    "early_money": "sum(CASE WHEN bought = 1 AND day > first AND day < :split THEN money ELSE 0 END)",
    "later": "count(CASE WHEN bought = 1 AND day >= :split THEN 1 END)",
    "later_money": "sum(CASE WHEN bought = 1 AND day >= :split THEN money ELSE 0 END)",
}


def cells(
    reader: Reader, known: Known, *, early: bool = False, segment: str | None = None, cut: bool = False
) -> Cells:
    """The cells of all customers, or with `cut` of one segment's, after `gather`.

    `early` is what was known before the split, of those who had bought by then.
    """
    part, end = ("early_", known.split) if early else ("", _after(known.last))
    assert end is not None, "asked only where there is a split"
    query = sql.select(
        sql.named(sql.column(f"{part}repeats"), "repeats"),
        sql.named(sql.sql(":l - first", l=sql.column(f"{part}last")), "last"),
        sql.named(sql.sql(":e - 1 - first", e=sql.day(end)), "age"),
        sql.sql("count(*) AS customers"),
        sql.named(sql.sql("sum(:m)", m=sql.column(f"{part}money")), "money"),
        sql.sql("sum(later) AS later"), sql.sql("sum(later_money) AS later_money"),
    ).from_(sql.table(_TABLE)).where(sql.sql("first < :e", e=sql.day(end)))  # fmt: skip
    if cut:
        query = query.where(_of_segment(segment))
    found = _arrays(reader, query.group_by("1", "2", "3"))
    return Cells(
        found["repeats"], found["last"] / WEEK, found["age"] / WEEK, found["customers"],
        found["money"], found["later"], found["later_money"],
    )  # fmt: skip


def spent(reader: Reader, *, early: bool = False) -> Spent:
    """What those who bought again spend, where it is above 0, after `gather`."""
    part = "early_" if early else ""
    holes = {"r": sql.column(f"{part}repeats"), "m": sql.column(f"{part}money")}
    means = sql.select(
        sql.named(holes["r"], "repeats"), sql.named(sql.sql(":m / :r", **holes), "mean")
    ).from_(sql.table(_TABLE)).where(sql.sql(":r > 0 AND :m > 0", **holes))  # fmt: skip
    query = sql.select(
        "repeats", sql.sql("avg(mean) AS mean"), sql.sql("count(*) AS customers")
    ).from_(means.subquery("means"))
    rounded = sql.sql(
        "round(mean, CAST(:d - 1 - floor(log10(mean)) AS INTEGER))", d=sql.number(_DIGITS)
    )
    found = _arrays(reader, query.group_by(sql.column("repeats"), rounded))
    return Spent(found["repeats"], found["mean"], found["customers"])


def groups(reader: Reader, *, cut: bool) -> list[Group]:
    """What customers brought so far: of all, or of each segment by size, after `gather`."""
    name = sql.column("segment") if cut else sql.null("text")
    query = sql.select(
        sql.named(exp.cast(name, "text", dialect="duckdb"), "name"),
        sql.sql("count(*)"), sql.sql("count(first)"), sql.sql("coalesce(sum(net), 0)"),
        sql.sql("coalesce(sum(first_money), 0)"),
    ).from_(sql.table(_TABLE)).group_by("1").order_by("2 DESC", "1")  # fmt: skip
    return [Group(*row) for row in reader.rows(query)]


def condensed(cells: Cells, *, weeks: float) -> Cells:
    """Cells alike to within so many weeks as one, at the mean of their times."""
    keys = np.stack([cells.repeats, cells.last // weeks, cells.age // weeks])
    _, place = np.unique(keys, axis=1, return_inverse=True)
    people = np.bincount(place, cells.customers)
    mean = [
        np.bincount(place, cells.customers * part) / people
        for part in (cells.repeats, cells.last, cells.age)
    ]
    sums = [np.bincount(place, part) for part in (cells.money, cells.later, cells.later_money)]
    return Cells(*mean, people, *sums)


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


def _if_bought(column: Tree, aggregate: str) -> Tree:
    return sql.sql(f"{aggregate}(CASE WHEN amount >= 0 THEN :c END)", c=column)


def _of_segment(segment: str | None) -> Tree:
    if segment is None:
        return sql.sql("segment IS NULL")
    return sql.sql("CAST(segment AS TEXT) = :s", s=sql.text(segment))


def _arrays(reader: Reader, query: exp.Select) -> dict[str, Floats]:
    table = reader.con.sql(sql.render(query)).to_arrow_table()
    return {
        name: np.asarray(table.column(name).to_numpy(), dtype=np.float64)
        for name in table.column_names
    }


def _after(day: date) -> date:
    return day + timedelta(days=1)
