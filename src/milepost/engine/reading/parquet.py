"""Parquet files: a view over them as they are, with their own types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from milepost.engine import sql
from milepost.engine.database import connected, said
from milepost.engine.reading.finding import readable
from milepost.engine.reading.names import unique
from milepost.engine.reading.pieces import kept
from milepost.engine.reading.plain import wrong
from milepost.engine.reading.staged import FILE, RECORD, SHEET, Column
from milepost.engine.sql import Tree

ROW = "file_row_number"  # what DuckDB calls the place of a row in its file
A_SECOND = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
# Types that are read as the ones the mapping knows.
COARSER = {
    "TIMESTAMPTZ_NS": "TIMESTAMPTZ", "TIMESTAMP_NS": "TIMESTAMP", "TIME_NS": "TIME",
    '"NULL"': "VARCHAR",
}  # fmt: skip


def columns(file: Path) -> tuple[Column, ...]:
    """Names and DuckDB's types, from the file's footer; raises DataError where it is no Parquet."""
    return tuple(field.column for field in _fields(file))


def rows(file: Path) -> int:
    """How many rows the footer says there are."""
    return int(_footer(file).num_rows)


def _footer(file: Path) -> Any:
    with readable(file):
        # Opened here, since that says what is amiss in plainer words than Arrow.
        try:
            with file.open("rb") as handle:
                return pq.read_metadata(handle)
        except (pa.ArrowException, OverflowError, MemoryError):
            raise wrong(
                f"{file}: cannot be read as Parquet; it is another format, damaged or cut short;"
                " fetch it again, or correct its name"
            ) from None


def create_view(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[Path],
    *,
    name: str,
    labels: Sequence[str],
    wanted: frozenset[str] | None,
) -> tuple[Column, ...]:
    """A view over Parquet files by column name, with the pseudo-columns; gives its columns."""
    starts = accumulate((rows(file) for file in files), initial=0)
    chosen = _chosen(files[0], wanted)
    selects = [
        _select(file, chosen, start=start, label=label)
        for file, start, label in zip(files, starts, labels, strict=False)
    ]
    with one_line(files[0]):
        con.execute(sql.render(sql.view(name, sql.union(selects))))
        types = dict(_described(con, sql.select("*").from_(sql.table(name))))
    return tuple(Column(column, types[column]) for column in chosen)


def first_rows(file: Path, *, count: int) -> list[dict[str, Any]]:
    """The first rows with their typed values."""
    query = sql.select(*(field.named for field in _fields(file))).from_(scan(file)).limit(count)
    with connected() as con, one_line(file):
        table = con.sql(sql.render(query)).to_arrow_table()
        found: list[dict[str, Any]] = table.to_pylist()
    return found


def scan(file: Path) -> Tree:
    """The call that reads one file, whatever characters its name holds."""
    try:
        str(file).encode()
    except UnicodeEncodeError:
        raise wrong(
            f"{file}: DuckDB cannot open a file whose name is not UTF-8; rename it"
        ) from None
    return sql.parquet(file)


@contextmanager
def one_line(file: Path) -> Iterator[None]:
    """DuckDB's complaint about a file, without the query it quotes."""
    try:
        yield
    except (duckdb.Error, UnicodeDecodeError) as error:  # the latter from a damaged footer
        why = said(error) if isinstance(error, duckdb.Error) else str(error)
        raise wrong(f"{file}: cannot be read ({why})") from None


@dataclass(frozen=True, slots=True)
class _Field:
    """One of the file's columns: how it is read, and the column that it becomes."""

    how: Tree
    column: Column

    @property
    def named(self) -> Tree:
        return sql.named(self.how, self.column.name)


def _fields(file: Path) -> list[_Field]:
    units = _durations(_footer(file))
    with connected() as con, one_line(file):
        own = _described(con, sql.select("*").from_(scan(file)))
        if ROW in (name.lower() for name, _ in own):
            raise wrong(
                f"{file}: a column is called '{ROW}', which DuckDB keeps for itself; rename it"
            )
        hows = [_read(sql.column(name), t, units.get(n)) for n, (name, t) in enumerate(own)]
        types = [t for _, t in _described(con, sql.select(*hows).from_(scan(file)))]
    names, _ = unique([name for name, _ in own], file=file)
    columns = map(Column, names, types)
    return list(map(_Field, hows, columns))


def _described(con: duckdb.DuckDBPyConnection, query: exp.Select) -> list[tuple[str, str]]:
    rows = con.execute(f"DESCRIBE {sql.render(query)}").fetchall()
    return [(str(row[0]), str(row[1])) for row in rows]


def _durations(footer: Any) -> dict[int, str]:
    """The places of columns that hold durations, with their units: to DuckDB they are integers."""
    try:
        types = footer.schema.to_arrow_schema().types
    except (pa.ArrowException, UnicodeDecodeError):  # a type that Arrow lacks or a damaged name
        return {}
    return {place: t.unit for place, t in enumerate(types) if pa.types.is_duration(t)}


def _read(column: Tree, type_: str, unit: str | None) -> Tree:
    if unit:
        return sql.sql("CAST(:c AS DOUBLE) / :s", c=column, s=sql.number(A_SECOND[unit]))
    if type_ == "BLOB":  # text that its writer did not mark as such, else bytes shown as \\xFF
        decoded = sql.call("TRY", sql.call("decode", column))
        return sql.sql("coalesce(:d, CAST(:c AS VARCHAR))", d=decoded, c=column)
    return exp.cast(column, COARSER[type_], dialect="duckdb") if type_ in COARSER else column


def _chosen(file: Path, wanted: frozenset[str] | None) -> list[str]:
    return kept([column.name for column in columns(file)], wanted)


def _select(file: Path, chosen: Sequence[str], *, start: int, label: str) -> exp.Select:
    named = {field.column.name: field.named for field in _fields(file)}
    listed = [named[column] for column in chosen]
    place = sql.sql(
        "CAST(:row + :start AS BIGINT)", row=sql.column(ROW), start=sql.number(start + 1)
    )
    pseudo = ((place, RECORD), (sql.text(label), FILE), (sql.null("VARCHAR"), SHEET))
    query = sql.select(*listed, *(sql.named(tree, name) for tree, name in pseudo))
    return query.from_(scan(file))
