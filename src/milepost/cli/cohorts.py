"""`milepost cohorts`: the cohort table of a fact's customers, on screen or as JSON."""

from __future__ import annotations

from pathlib import Path

from milepost.cli import running
from milepost.engine.project import open_project
from milepost.engine.question import Question
from milepost.insight.answering import made_of
from milepost.insight.asking import one_of
from milepost.insight.cohorts import cohorts

FORMATS = ("table", "json")


def run(plan: Path, question: Question, *, fact: str, ahead: int | None, format: str) -> None:
    """Count the cohorts and print them."""
    one_of("--format", format, FORMATS)
    project = open_project(plan)
    with running.progress() as show:
        found = made_of(
            project, lambda reader: cohorts(reader, question, fact=fact, ahead=ahead), progress=show
        )
    if format == "table":
        running.write_lines(found.lines(width=running.width()))
    else:
        running.write(found.to_json() + "\n")
