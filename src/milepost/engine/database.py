"""The embedded engine: a DuckDB connection that stays within its memory and spills to disk."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY = "1GB"


@contextmanager
def connected(scratch: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of its own, closed at the end; it spills into `scratch`, or a folder of the system's."""
    own = scratch is None
    folder = scratch or Path(tempfile.mkdtemp(prefix="milepost-"))
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "temp_directory": str(folder / "spill"),
    }
    connection = duckdb.connect(config=config)
    try:
        # DuckDB would draw its own over what is written for programs.
        connection.execute("SET enable_progress_bar = false")
        # Nothing may be downloaded, and every naive time says its zone itself.
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET autoload_known_extensions = false")
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()
        if own:
            shutil.rmtree(folder, ignore_errors=True)
