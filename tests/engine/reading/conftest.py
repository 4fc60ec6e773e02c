"""Files to read, and one way to stage them and look at the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from milepost.engine.reading import Staged, stage
from milepost.plan.model import Read


@dataclass(frozen=True, slots=True)
class Table:
    """What staging gave: the account, and the rows without their pseudo-columns."""

    staged: Staged
    rows: list[tuple[Any, ...]]
    records: list[int]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.staged.columns]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Write a file into the test's folder."""

    def write(name: str, content: bytes) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    return write


def read_table(con: duckdb.DuckDBPyConnection, files: Any, folder: Path, **options: Any) -> Table:
    given = files if isinstance(files, list | tuple) else [files]
    extra = {key: options.pop(key) for key in ("wanted", "progress", "base") if key in options}
    found = stage(con, given, read=Read(**options), name="x", folder=folder / "staged", **extra)
    rows = con.execute("SELECT * EXCLUDE (_file, _sheet) FROM x ORDER BY _record").fetchall()
    return Table(found, [row[:-1] for row in rows], [row[-1] for row in rows])


@pytest.fixture(scope="session")
def read_into() -> Callable[..., Table]:
    """The same with a connection and a folder of one's own, for tests that run many times."""
    return read_table


@pytest.fixture
def table(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> Callable[..., Table]:
    """Stage files with the given read options."""

    def read(files: Any, **options: Any) -> Table:
        return read_table(con, files, tmp_path, **options)

    return read
