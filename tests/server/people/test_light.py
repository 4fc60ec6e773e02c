"""What a process that answers requests loads: memory is paid for each of them, all day."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LOADED = """
import sys
from pathlib import Path
from milepost.server.opening import open_server
open_server(Path(sys.argv[1]))
import importlib
importlib.import_module(sys.argv[2])
print(*sorted({"pyarrow", "numpy", "duckdb", "scipy", "sqlglot", "pandas"} & sys.modules.keys()))
"""


def _loaded(folder: Path, module: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, str(folder), module],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    "module",
    [
        "milepost.server.web.importing",
        "milepost.server.web.people",
        "milepost.server.queries.owners",
        "milepost.server.actions.events",
    ],
)
def test_nothing_heavy_comes_with_the_pages_of_people_and_imports(
    tmp_path: Path, module: str
) -> None:
    assert _loaded(tmp_path, module) == []


def test_nothing_heavy_comes_with_the_addresses(tmp_path: Path) -> None:
    assert _loaded(tmp_path, "milepost.server.urls") == []
