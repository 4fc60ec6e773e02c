"""The embedded engine: a DuckDB connection that stays within its memory and spills to disk."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY = "1GB"
# What the engine raises, for those who may not know which engine it is.
EngineError = duckdb.Error
_SETTINGS = (
    # DuckDB would draw its own over what is written for programs.
    "SET enable_progress_bar = false",
    # Nothing may be downloaded, and every naive time says its zone itself.
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET TimeZone = 'UTC'",
)
# DuckDB lifts what two expressions share out of their TRY, and a failing cast ends the query.
_TRIES_KEPT = "SET disabled_optimizers = 'common_subexpressions'"
# No query may change any of it.
_LOCK = "SET lock_configuration = true"
# What DuckDB puts before its messages: 'Binder Error: ', 'Out of Memory Error: '.
_KIND = re.compile(r"[A-Za-z][A-Za-z ]* Error: ")


@contextmanager
def connected(
    scratch: Path | None = None, *, tries: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of its own, closed at the end; it spills into `scratch`, or a folder of the system's.

    Its settings are final. With `tries` whatever stands in TRY fails there and nowhere else.
    """
    own = scratch is None
    folder = scratch or Path(tempfile.mkdtemp(prefix="milepost-"))
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "temp_directory": str(folder / "spill"),
    }
    connection = duckdb.connect(config=config)
    try:
        for setting in (*_SETTINGS, *((_TRIES_KEPT,) if tries else ()), _LOCK):
            connection.execute(setting)
        yield connection
    finally:
        connection.close()
        if own:
            shutil.rmtree(folder, ignore_errors=True)


def said(error: duckdb.Error) -> str:
    """What DuckDB objects to: its first line without the kind of error and the last dot.

    >>> said(duckdb.BinderException("Binder Error: no such column.\\n\\nLINE 1: select a"))
    'no such column'
    """
    line = next(iter(str(error).splitlines()), "")
    return _KIND.sub("", line, count=1).rstrip(".") if _KIND.match(line) else line.rstrip(".")
