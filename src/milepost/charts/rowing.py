"""Rows of a drawing: their keys, and how high the drawing is for them."""

from __future__ import annotations

from collections.abc import Sequence

_ROW, _MARGIN = 26, 56


def key(place: int, name: str, figure: str) -> str:
    """A row's key, which sorts by its place; its name and figure are shown on the axes."""
    name = " ".join(name.replace("\x1f", " ").split())
    return f"{place:06}\x1f{name}\x1f{figure}"


def height(rows: int, *, margin: int = _MARGIN) -> int:
    """The height of a drawing with so many rows, in pixels."""
    return rows * _ROW + margin


def words_of(names: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The fields of a mark that are told when one points at it, with their titles."""
    return tuple((f"{name}_told", title) for name, title in names)
