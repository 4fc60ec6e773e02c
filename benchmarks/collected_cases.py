"""From answers to numbers, timed: answers and people of the server's database into the facts, and a measure.

The server's tables can be imported only once a project folder is open: see `collected_rows`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from milepost.server.opening import open_server

Figures = dict[str, Any]
ANSWERS, PEOPLE = 100_000, 1_000_000


def answers(folder: Path) -> Figures:
    """A hundred thousand answers over twelve months, marked one by one: seconds until they are measured."""
    found: Figures = _rows(folder).answers(ANSWERS)
    return found


def people(folder: Path) -> Figures:
    """A million people who joined over ten years: seconds until they are customers."""
    found: Figures = _rows(folder).people(PEOPLE)
    return found


def _rows(folder: Path) -> Any:
    folder.mkdir(parents=True, exist_ok=True)
    open_server(folder)
    return import_module("benchmarks.collected_rows")


CASES: dict[str, Callable[[Path], Figures]] = {
    "collected_answers": answers, "collected_people": people,
}  # fmt: skip
