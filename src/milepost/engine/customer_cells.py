"""Customers as cells of their purchases: who is alike in number, last day and age is counted together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlglot import exp

from milepost.engine import sql
from milepost.engine.customers import TABLE, WEEK, Known
from milepost.engine.reader import Reader
from milepost.engine.sql import Tree

Floats = NDArray[np.float64]

# The purchases of a customer vary in value by far more than their mean is rounded by.
_DIGITS = 4


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


def cells(reader: Reader, known: Known, *, early: bool = False) -> Cells:
    """The cells of all customers, after `gather`.

    `early` is what was known before the split, of those who had bought by then.
    """
    return _cells(_arrays(reader, _cells_query(known, early=early)))


def cells_by_segment(reader: Reader, known: Known) -> dict[str | None, Cells]:
    """The cells of each segment's customers, after `gather` with a segment."""
    found = _arrays(reader, _cells_query(known, cut=True))
    names, place = found.pop("segment"), found.pop("number")
    return {
        names[np.argmax(place == number)]: _cells({k: v[place == number] for k, v in found.items()})
        for number in np.unique(place)
    }


def _cells_query(known: Known, *, early: bool = False, cut: bool = False) -> exp.Select:
    part, end = ("early_", known.split) if early else ("", known.last + timedelta(days=1))
    assert end is not None, "asked only where there is a split"
    rank = sql.sql("dense_rank() OVER (ORDER BY segment) AS number")
    segment: list[Tree] = [sql.column("segment"), rank] if cut else []
    query = sql.select(
        sql.named(sql.sql(":d - 1", d=sql.column(f"{part}days")), "repeats"),
        sql.named(sql.sql(":l - first", l=sql.column(f"{part}last")), "last"),
        sql.named(sql.sql(":e - 1 - first", e=sql.day(end)), "age"),
        sql.sql("count(*) AS customers"),
        sql.named(sql.sql("sum(:m - first_money)", m=sql.column(f"{part}money")), "money"),
        sql.sql("sum(later) AS later"), sql.sql("sum(later_money) AS later_money"), *segment,
    ).from_(sql.table(TABLE)).where(sql.sql("first < :e", e=sql.day(end)))  # fmt: skip
    return query.group_by("1", "2", "3", *segment[:1])


def _cells(found: dict[str, Any]) -> Cells:
    return Cells(
        found["repeats"], found["last"] / WEEK, found["age"] / WEEK, found["customers"],
        found["money"], found["later"], found["later_money"],
    )  # fmt: skip


def spent(reader: Reader, *, early: bool = False) -> Spent:
    """What those who bought again spend, where it is above 0, after `gather`."""
    part = "early_" if early else ""
    holes = {"d": sql.column(f"{part}days"), "m": sql.column(f"{part}money")}
    means = (
        sql.select(
            sql.named(sql.sql(":d - 1", **holes), "repeats"),
            sql.named(sql.sql("(:m - first_money) / (:d - 1)", **holes), "mean"),
        )
        .from_(sql.table(TABLE))
        .where(sql.sql(":d > 1", **holes))
    )
    query = (
        sql.select("repeats", sql.sql("avg(mean) AS mean"), sql.sql("count(*) AS customers"))
        .from_(means.subquery("means"))
        .where("mean > 0")
    )
    rounded = sql.sql(
        "round(mean, CAST(:d - 1 - floor(log10(mean)) AS INTEGER))", d=sql.number(_DIGITS)
    )
    found = _arrays(reader, query.group_by(sql.column("repeats"), rounded))
    return Spent(found["repeats"], found["mean"], found["customers"])


def groups(reader: Reader, known: Known, *, cut: bool = False) -> list[Group]:
    """What customers brought so far: of all, or of each segment by size, after `gather`."""
    name = sql.column("segment") if cut else sql.null("text")
    query = sql.select(
        sql.named(name, "name"),
        sql.sql("count(*)"),
        sql.sql("count(CASE WHEN first <= :l THEN 1 END)", l=sql.day(known.last)),
        sql.sql("coalesce(sum(net), 0)"),
        sql.sql("coalesce(sum(first_money), 0)"),
    ).from_(sql.table(TABLE)).group_by("1").order_by("2 DESC", "1")  # fmt: skip
    return [Group(*row) for row in reader.rows(query)]


def condensed(cells: Cells, *, weeks: float) -> Cells:
    """Cells alike to within so many weeks as one, at the mean of their times."""
    parts = [cells.repeats, cells.last // weeks, cells.age // weeks]
    key = np.ravel_multi_index(
        [part.astype(np.int64) for part in parts], [int(part.max()) + 1 for part in parts]
    )
    _, place = np.unique(key, return_inverse=True)
    people = _added(place, cells.customers)
    repeats, last, age = (
        _added(place, cells.customers * part) / people
        for part in (cells.repeats, cells.last, cells.age)
    )
    money, later, later_money = (
        _added(place, part) for part in (cells.money, cells.later, cells.later_money)
    )
    return Cells(repeats, last, age, people, money, later, later_money)


def _added(place: NDArray[np.intp], parts: Floats) -> Floats:
    return np.bincount(place, parts).astype(np.float64, copy=False)


def _arrays(reader: Reader, query: exp.Select) -> dict[str, Any]:
    """The columns of a query's rows: numbers as floats, texts as they are."""
    table = reader.con.sql(sql.render(query)).to_arrow_table()
    return {
        name: table.column(name).to_pylist()
        if name == "segment"
        else np.asarray(table.column(name).to_numpy(), dtype=np.float64)
        for name in table.column_names
    }
