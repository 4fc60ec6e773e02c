"""What comes back from a measuring process: an answer, or the lines that say why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

# What a folder's numbers depend on, as the disk tells: the plan, the facts, what was collected.
State = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An answer."""

    answer: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there is no answer: mistakes of the plan's file, or what is wrong with the question or data."""

    what: Literal["plan", "question"]
    lines: tuple[str, ...]


Outcome = Found | Refused
