"""Parquet files: a view over them as they are, with their own types."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from milepost.engine.reading.finding import readable
from milepost.engine.reading.names import unique
from milepost.engine.reading.pieces import kept
from milepost.engine.reading.staged import FILE, RECORD, SHEET, Column
from milepost.errors import DataError

ROW = "file_row_number"  # what DuckDB calls the place of a row in its file


def columns(file: Path) -> tuple[Column, ...]:
    """Names and DuckDB's types, from the file's footer; raises DataError where it is no Parquet."""
    return tuple(_described(file).values())


def rows(file: Path) -> int:
    """How many rows the footer says there are."""
    with readable(file):
        file.open("rb").close()  # says what is amiss in plainer words than Arrow
        try:
            return int(pq.read_metadata(file).num_rows)
        except (pa.ArrowException, OverflowError, MemoryError):
            raise DataError(
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
        con.execute(f"CREATE OR REPLACE VIEW {quoted(name)} AS {' UNION ALL '.join(selects)}")
        described = con.execute(f"DESCRIBE {quoted(name)}").fetchall()
    types = {str(row[0]): str(row[1]) for row in described}
    return tuple(Column(column, types[column]) for column in chosen)


def first_rows(file: Path, *, count: int) -> list[dict[str, Any]]:
    """The first rows with their typed values."""
    described = _described(file)
    listed = ", ".join(f"{quoted(old)} AS {quoted(new.name)}" for old, new in described.items())
    with duckdb.connect() as con, one_line(file):
        table = con.sql(f"SELECT {listed} FROM {scan(file)} LIMIT {count}").to_arrow_table()
        found: list[dict[str, Any]] = table.to_pylist()
    return found


def scan(file: Path) -> str:
    """The call that reads one file, whatever characters its name holds."""
    escaped = "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(file))
    return f"read_parquet({literal(escaped)})"


def quoted(name: str) -> str:
    """A name as an identifier in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a literal in SQL."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def one_line(file: Path) -> Iterator[None]:
    """DuckDB's complaint about a file, without the query it quotes."""
    try:
        yield
    except (duckdb.Error, UnicodeDecodeError) as error:  # the latter from a damaged footer
        raise DataError(f"{file}: cannot be read ({str(error).splitlines()[0]})") from None


def _described(file: Path) -> dict[str, Column]:
    """The file's own column names, each with the column that it becomes."""
    rows(file)
    with duckdb.connect() as con, one_line(file):
        found = con.execute(f"DESCRIBE SELECT * FROM {scan(file)}").fetchall()
    own = [str(row[0]) for row in found]
    if ROW in map(str.lower, own):
        raise DataError(
            f"{file}: a column is called '{ROW}', which DuckDB keeps for itself; rename it"
        )
    renamed, _ = unique(own, file=file)
    columns = (Column(name, str(row[1])) for name, row in zip(renamed, found, strict=True))
    return dict(zip(own, columns, strict=True))


def _chosen(file: Path, wanted: frozenset[str] | None) -> list[str]:
    return kept([column.name for column in columns(file)], wanted)


def _select(file: Path, chosen: Sequence[str], *, start: int, label: str) -> str:
    own = {column.name: name for name, column in _described(file).items()}
    listed = [f"{quoted(own[column])} AS {quoted(column)}" for column in chosen]
    record = f"({ROW} + {start + 1})::BIGINT AS {RECORD}"
    pseudo = [record, f"{literal(label)} AS {FILE}", f"NULL::VARCHAR AS {SHEET}"]
    return f"SELECT {', '.join([*listed, *pseudo])} FROM {scan(file)}"
