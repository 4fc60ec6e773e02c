"""How figures become a page: sections with a table, seconds, sizes and ratios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

Cases = Mapping[str, Mapping[str, Any]]
Rows = list[tuple[str, ...]]


def section(
    title: str, names: Sequence[str], rows: Sequence[Sequence[str]], words: str = ""
) -> str:
    """A heading, a sentence or two, and a table."""
    lines = [f"## {title}", "", *([words, ""] if words else [])]
    lines.append(f"| {' | '.join(names)} |")
    lines.append(f"|{'---|' * len(names)}")
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([*lines, ""])


def alone(found: Mapping[str, Any]) -> tuple[str, ...]:
    """The times and the peak memory of a case that ran in a process of its own."""
    return (*times(found["seconds"]), size(found["peak"]))


def times(seconds: Sequence[float]) -> tuple[str, str, str]:
    """Least, median and number of runs."""
    return f"{min(seconds):.2f}", f"{median(seconds):.2f}", f"{len(seconds)}"


def size(bytes_: float) -> str:
    """Bytes in the unit that people read."""
    return f"{bytes_ / 1e9:.1f} GB" if bytes_ >= 1e9 else f"{bytes_ / 1e6:.0f} MB"


def ratio(together: Mapping[str, Any], way: str | None = None) -> float:
    """The least time of Milepost over that of a way by hand, or of the fastest."""
    by_hand = min(min(runs) for name, runs in together["hand"].items() if way in (None, name))
    return float(min(together["seconds"]) / by_hand)
