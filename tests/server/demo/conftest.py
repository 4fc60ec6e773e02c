"""The whole demo, made once by the command itself in a process and a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from milepost import clock
from milepost.demo.span import Span, span_of
from milepost.engine.database import connected
from milepost.engine.facts import refresh
from milepost.engine.passings import with_passings
from milepost.engine.project import open_project
from milepost.engine.reader import Reader, reader

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
# The company of a seed is another one each day: the truths are looked for on this day.
_MAKE = """
import sys
from datetime import datetime
from milepost import clock
from milepost.cli.commands import run
with clock.at(datetime.fromisoformat(sys.argv.pop(1))):
    sys.exit(run())
"""


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the demo of the usual seed."""
    folder = tmp_path_factory.mktemp("demo") / "company"
    outside = {
        name: v for name, v in os.environ.items() if not name.startswith(("MILEPOST", "DJANGO"))
    }
    done = subprocess.run(
        [sys.executable, "-c", _MAKE, NOW.isoformat(), "demo", str(folder),
         "--password", "a long enough sentence"],
        capture_output=True, text=True, env=outside, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return folder


@pytest.fixture(scope="session")
def span() -> Span:
    """The time of the demo."""
    return span_of(NOW.date())


@pytest.fixture(scope="session")
def facts(demo: Path) -> Iterator[Reader]:
    """The demo's facts, ready to be asked."""
    with clock.at(NOW), connected() as con:
        yield with_passings(reader(con, refresh(open_project(demo / "milepost.yaml"))))
