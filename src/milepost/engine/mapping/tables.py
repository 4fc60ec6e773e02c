"""Views and files of a build: what is computed once is written to disk, never held in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from milepost.engine import sql

Connection = duckdb.DuckDBPyConnection


def view(con: Connection, name: str, query: exp.Query) -> None:
    """Give a query a name."""
    con.execute(sql.render(exp.Create(
        this=sql.table(name), kind="VIEW", replace=True, expression=query
    )))  # fmt: skip


def materialise(con: Connection, query: exp.Query, name: str, folder: Path) -> None:
    """Write a query's rows to a Parquet file in `folder`, and give the file that name."""
    path = folder / f"{name}.parquet"
    copy(con, query, path)
    view(con, name, exp.select("*").from_(sql.call("read_parquet", sql.text(str(path)))))


def copy(con: Connection, query: exp.Query, path: Path) -> int:
    """Write a query's rows to a Parquet file; how many there were."""
    statement = f"COPY ({sql.render(query)}) TO {sql.render(sql.text(str(path)))} (FORMAT parquet, COMPRESSION zstd)"
    return int(con.execute(statement).fetchall()[0][0])


def union(parts: Sequence[exp.Select]) -> exp.Query:
    """All rows of all parts, columns by name."""
    whole: exp.Query = parts[0]
    for part in parts[1:]:
        whole = exp.Union(this=whole, expression=part, distinct=False, by_name=True)
    return whole


def types(con: Connection, name: str) -> dict[str, str]:
    """The columns of a view with DuckDB's types."""
    described = con.execute(f"DESCRIBE {sql.render(sql.table(name))}").fetchall()
    return {row[0]: row[1] for row in described}


def fetch(con: Connection, query: exp.Query) -> list[tuple[Any, ...]]:
    """The rows of a small answer."""
    return con.execute(sql.render(query)).fetchall()


def count(con: Connection, name: str, condition: str) -> int:
    """How many rows of a view meet a condition."""
    query = sql.select(sql.sql("count(*)")).from_(sql.table(name)).where(sql.sql(condition))
    return int(fetch(con, query)[0][0])
