"""A file of a million people taken in, timed against a loop that only reads and inserts.

For PostgreSQL, BENCH_POSTGRES_URL names an empty database of a server with fsync on.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from milepost.server.opening import open_server

Figures = dict[str, Any]
PEOPLE = 1_000_000


def on_sqlite(folder: Path) -> Figures:
    """On SQLite, in the folder."""
    return _case(folder)


def on_postgres(folder: Path) -> Figures:
    """On the PostgreSQL database that the environment names; empty figures without one."""
    url = os.environ.get("BENCH_POSTGRES_URL", "")
    if not url:
        return {}
    os.environ["MILEPOST_DATABASE_URL"] = url
    return _case(folder)


def _case(folder: Path) -> Figures:
    folder.mkdir(parents=True, exist_ok=True)
    open_server(folder)
    found: Figures = import_module("benchmarks.people_rows").both(PEOPLE)
    return found


CASES: dict[str, Callable[[Path], Figures]] = {
    "people_sqlite": on_sqlite, "people_postgres": on_postgres,
}  # fmt: skip
