"""The galleries of wrong plans, read from their files."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

# What the plan's own text shows, and what only the catalogue of metrics and the engine can see.
PLANS = Path(__file__).with_name("wrong_plans.txt")
MEANINGS = Path(__file__).with_name("wrong_meanings.txt")


class Case(NamedTuple):
    """A wrong plan and what is to be said about it."""

    title: str
    plan: str
    expected: list[str]


def cases(gallery: Path = PLANS) -> list[Case]:
    """Every case of a gallery."""
    _, *blocks = gallery.read_text(encoding="utf-8").split("\n=== ")
    return [_case(block) for block in blocks]


def _case(block: str) -> Case:
    title, *lines = block.split("\n")
    plan = [line for line in lines if not line.startswith("=> ")]
    text = "\n".join(plan).strip("\n") + "\n"
    bare = title.startswith(("broken", "the company")) or "mpany:" in text
    expected = [line.removeprefix("=> ") for line in lines if line.startswith("=> ")]
    return Case(title, text if bare else f"company: {{name: x}}\n{text}", expected)
