"""The gallery of wrong plans, read from its file."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("wrong_plans.txt")


class Case(NamedTuple):
    """A wrong plan and what is to be said about it."""

    title: str
    plan: str
    expected: list[str]


def cases() -> list[Case]:
    """Every case of the gallery."""
    _, *blocks = FILE.read_text(encoding="utf-8").split("\n=== ")
    return [_case(block) for block in blocks]


def _case(block: str) -> Case:
    title, *lines = block.split("\n")
    plan = [line for line in lines if not line.startswith("=> ")]
    text = "\n".join(plan).strip("\n") + "\n"
    bare = title.startswith(("broken", "the company")) or "mpany:" in text
    expected = [line.removeprefix("=> ") for line in lines if line.startswith("=> ")]
    return Case(title, text if bare else f"company: {{name: x}}\n{text}", expected)
