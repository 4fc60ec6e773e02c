"""The months of a fact as one view, each column where its file has it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import duckdb
from sqlglot import exp

from milepost.engine import sql
from milepost.engine.collected.current import Collected, Month
from milepost.engine.reading.plain import called
from milepost.engine.reading.staged import FILE, RECORD, SHEET, Column, Staged
from milepost.engine.sql import Tree
from milepost.plan import facts

_TYPES = {
    "text": "VARCHAR", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE",
    "seconds": "DOUBLE", "time": "TIMESTAMP WITH TIME ZONE",
}  # fmt: skip
# What DuckDB calls the place of a row in its file.
_ROW = "file_row_number"


def staged_types(collected: Collected) -> dict[str, str]:
    """The columns that may be spoken of, with DuckDB's types: the fact's own and the attributes."""
    own = facts.stored(facts.BY_NAME[collected.fact])
    known = {name: _TYPES[kind] for name, kind in own.items() if name not in facts.STORED}
    rest = dict.fromkeys(sorted({*collected.columns, *collected.named} - {*known}), "VARCHAR")
    return known | rest


def stage(
    con: duckdb.DuckDBPyConnection,
    collected: Collected,
    *,
    name: str,
    wanted: frozenset[str],
    base: Path,
) -> Staged:
    """Give the wanted columns of all months the name of a view, with the pseudo-columns.

    Nothing is copied. What a month lacks is NULL there.
    """
    types = {column: type_ for column, type_ in staged_types(collected).items() if column in wanted}
    months = collected.record.files
    starts = list(accumulate((month.rows for month in months), initial=0))
    labels = [called(file, base) for file in collected.files]
    selects = [
        _select(month, file, types, start=start, label=label)
        for month, file, start, label in zip(months, collected.files, starts, labels, strict=False)
    ]
    whole = sql.union(selects or [_none(types)])
    con.execute(sql.render(sql.view(name, whole)))
    columns = tuple(Column(column, type_) for column, type_ in types.items())
    return Staged(name, columns, starts[-1], before=dict(zip(labels, starts, strict=False)))


def _select(
    month: Month, file: Path, types: dict[str, str], *, start: int, label: str
) -> exp.Select:
    have = set(month.columns)
    listed = [
        sql.column(name) if name in have else sql.named(sql.null(type_), name)
        for name, type_ in types.items()
    ]
    place = sql.sql(f"CAST({_ROW} + :n AS BIGINT)", n=sql.number(start + 1))
    return sql.select(*listed, *_pseudo(place, sql.text(label))).from_(sql.parquet(file))


def _none(types: dict[str, str]) -> exp.Select:
    """The view's columns without a row."""
    listed = [sql.named(sql.null(type_), name) for name, type_ in types.items()]
    pseudo = _pseudo(sql.null("BIGINT"), sql.null("VARCHAR"))
    return sql.select(*listed, *pseudo).where(exp.false())


def _pseudo(place: Tree, file: Tree) -> Sequence[Tree]:
    return (
        sql.named(place, RECORD), sql.named(file, FILE), sql.named(sql.null("VARCHAR"), SHEET),
    )  # fmt: skip
