"""A company's folder served by a process of its own, with a member of each role."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from milepost.files import locked
from tests.server.conftest import PASSWORD
from tests.server.serving.conftest import MILEPOST, Place, served

ROLES = ("administrator", "manager", "analyst", "responder")
_MEMBERS = f"""
from milepost.server.models import Member
for role in {ROLES}:
    found = Member(email=role + "@journeys.example", name=role.title(), role=role)
    found.set_password({PASSWORD!r})
    found.save()
"""


@dataclass(slots=True)
class Site:
    """A server that runs: where it is, and the folder it serves."""

    url: str
    place: Place

    @property
    def folder(self) -> Path:
        """The project's folder."""
        return self.place.folder

    @property
    def plan(self) -> str:
        """The text of the plan's file."""
        return (self.folder / "milepost.yaml").read_text("utf-8")

    def measure(self, *words: str) -> list[dict[str, Any]]:
        """The numbers that `milepost measure` tells of this folder."""
        done = self.place.run("measure", *words, "--format", "json")
        assert done.returncode == 0, done.stderr
        cells: list[dict[str, Any]] = json.loads(done.stdout)["cells"]
        return cells

    def python(self, code: str) -> str:
        """What a piece of Python prints that has the folder's server opened."""
        return self.place.python(code).stdout


def demo_folder(shared: Path) -> Path:
    """The demo company, made once by the command itself for all processes of a test run."""
    made = shared / "morgenrist"
    with locked(shared / "making"):
        if not made.exists():
            done = subprocess.run(
                [*MILEPOST, "demo", str(made), "--password", PASSWORD],
                capture_output=True, text=True, env=outside(), check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
    return made


@contextmanager
def site(source: Path, folder: Path, *, without: tuple[str, ...] = ()) -> Iterator[Site]:
    """A copy of a project served on a port of its own, with a member of each role.

    Whatever is walked there, the server has nothing to say of itself in the end.
    """
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns(".lock", *without))
    place = Place(folder, outside())
    with served(place) as running:
        found = Site(f"http://127.0.0.1:{running.port}", place)
        found.python(_MEMBERS)
        yield found
        assert _errors(running.log) == []


def _errors(log: Path) -> list[str]:
    return [line for line in log.read_text("utf-8").splitlines() if '"level": "error"' in line]


def outside() -> dict[str, str]:
    """The environment without what names a server: the folder alone says what it is."""
    rest = {k: v for k, v in os.environ.items() if not k.startswith(("MILEPOST", "DJANGO"))}
    return {**rest, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
