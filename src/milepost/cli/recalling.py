"""`milepost history`: what was measured of a metric before."""

from __future__ import annotations

from pathlib import Path

from milepost.cli import running
from milepost.engine.project import open_project
from milepost.insight.asking import one_of
from milepost.insight.history import told

FORMATS = ("table", "json")


def run(plan: Path, metric: str, *, touchpoint: str | None, format: str) -> None:
    """Print the history of a metric."""
    one_of("--format", format, FORMATS)
    found = told(open_project(plan), metric, touchpoint=touchpoint)
    if format == "json":
        running.write(found.to_json() + "\n")
    else:
        running.write_lines(found.lines(width=running.width()))
