"""Views and files of a build: what is computed once is written to disk, never held in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from milepost.engine import sql
from milepost.engine.database import said
from milepost.engine.mapping.binding import MappingError, Place

Connection = duckdb.DuckDBPyConnection


def view(con: Connection, name: str, query: exp.Query) -> None:
    """Give a query a name."""
    con.execute(sql.render(sql.view(name, query)))


def materialise(con: Connection, query: exp.Query, name: str, folder: Path) -> None:
    """Write a query's rows to a Parquet file in `folder`, and give the file that name."""
    path = folder / f"{name}.parquet"
    copy(con, query, path)
    view(con, name, sql.select("*").from_(sql.parquet(path)))


def copy(con: Connection, query: exp.Query, path: Path) -> int:
    """Write a query's rows to a Parquet file; how many there were."""
    target = sql.render(sql.text(str(path)))
    statement = f"COPY ({sql.render(query)}) TO {target} (FORMAT parquet, COMPRESSION zstd)"
    return int(con.execute(statement).fetchall()[0][0])


def types(con: Connection, name: str) -> dict[str, str]:
    """The columns of a view with DuckDB's types."""
    described = con.execute(f"DESCRIBE {sql.render(sql.table(name))}").fetchall()
    return {row[0]: row[1] for row in described}


def check(con: Connection, query: exp.Select, *, place: Place) -> str:
    """The type of a query's one column; what DuckDB objects to is a mistake of the plan's place."""
    try:
        return str(con.execute(f"DESCRIBE {sql.render(query)}").fetchall()[0][1])
    except (duckdb.ProgrammingError, duckdb.DataError) as error:
        why = said(error).partition(". You might")[0]
        raise MappingError(
            place,
            f"{place[-1]}: cannot be computed ({why}); cast what it is made from,"
            " such as col::double or col::date",
        ) from None


def fetch(con: Connection, query: exp.Query) -> list[tuple[Any, ...]]:
    """The rows of a small answer."""
    return con.execute(sql.render(query)).fetchall()


def count(con: Connection, name: str, condition: str) -> int:
    """How many rows of a view meet a condition."""
    query = sql.select(sql.sql("count(*)")).from_(sql.table(name)).where(sql.sql(condition))
    return int(fetch(con, query)[0][0])
