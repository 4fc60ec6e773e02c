"""`milepost cohorts`: the cohort table of a fact's customers, on screen or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from milepost.cli import running
from milepost.engine.project import open_project
from milepost.insight.asking import one_of
from milepost.insight.customers.counting import cohorts_of

FORMATS = ("table", "json")


def run(plan: Path, *, format: str, **parts: Any) -> None:
    """Count the cohorts and print them."""
    one_of("--format", format, FORMATS)
    project = open_project(plan)
    with running.progress() as show:
        found = cohorts_of(project, mark="--", progress=show, **parts)
    if format == "table":
        running.write_lines(found.lines(width=running.width()))
    else:
        running.write(found.to_json() + "\n")
