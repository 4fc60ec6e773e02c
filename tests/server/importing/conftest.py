"""Files to import, and an import run as the worker would."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from milepost.server.actions import imports as actions
from milepost.server.importing.files import MOST_BYTES
from milepost.server.importing.mapping import Mapping
from milepost.server.importing.previewing import guessed
from milepost.server.importing.running import rejects_of, run
from milepost.server.models import Import

Rejects = list[dict[str, str]]


class Runs:
    """Imports files into a folder of its own, and reads back what was refused."""

    def __init__(self, own: Path) -> None:
        self.own = own

    def receive(
        self, content: str | bytes, *, kind: str = "people", suffix: str = ".csv"
    ) -> Import:
        data = content.encode() if isinstance(content, str) else content
        return actions.receive(
            f"file{suffix}", [data], kind=kind, suffix=suffix, own=self.own, most=MOST_BYTES[suffix]
        )

    def mapping(self, job: Import, **changes: object) -> Mapping:
        from dataclasses import replace

        kind = "events" if job.kind == "events" else "people"
        found = guessed(self.own / job.path, kind, region="DK", time_zone="Europe/Copenhagen")
        return replace(found, **changes)  # type: ignore[arg-type]

    def begin(self, job: Import, mapping: Mapping | None = None) -> Import:
        actions.remap(job, (mapping or self.mapping(job)).to_json())
        actions.take(job, "tester")
        return job

    def __call__(
        self, content: str | bytes, *, kind: str = "people", suffix: str = ".csv", **changes: object
    ) -> Import:
        job = self.receive(content, kind=kind, suffix=suffix)
        self.begin(job, self.mapping(job, **changes))
        run(job, "tester", self.own)
        job.refresh_from_db()
        return job

    def rejects(self, job: Import) -> Rejects:
        file = rejects_of(self.own / job.path)
        if not file.exists():
            return []
        return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))


@pytest.fixture
def runs(tmp_path: Path, db: None) -> Runs:
    """Runs imports."""
    return Runs(tmp_path)


def counts_of(job: Import) -> dict[str, int]:
    """The outcomes that happened."""
    return {name: count for name, count in job.counts["counts"].items() if count}


Make = Callable[..., Import]
