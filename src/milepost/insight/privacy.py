"""Small groups: which cells must not be shown, so that nobody can be found or worked out.

A protected cell (employees, or people whose identity is not known) with fewer distinct
respondents than the plan's `min_group` is hidden. Where hiding it alone would let it be worked
out from the others and their total, the next smallest cell of the same margin is hidden too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from milepost.engine.answer import Measured


def hidden(cells: Sequence[Measured], *, min_group: int) -> frozenset[int]:
    """The positions of the cells of one metric that must not be shown."""
    found = {
        index
        for index, cell in enumerate(cells)
        if cell.protected and 0 < cell.respondents < min_group
    }
    margins = _margins(cells)
    changed = bool(found)
    while changed:
        changed = False
        for margin in margins:
            extra = _complement(cells, margin, found, min_group)
            if extra is not None:
                found.add(extra)
                changed = True
    return frozenset(found)


def _complement(
    cells: Sequence[Measured], margin: Sequence[int], found: set[int], min_group: int
) -> int | None:
    """The cell to hide with the others of a margin, if those hidden could be worked out."""
    out = [index for index in margin if index in found]
    if not out or (len(out) > 1 and sum(cells[i].respondents for i in out) >= min_group):
        return None
    rest = [index for index in margin if index not in found]
    return min(rest, key=lambda index: cells[index].respondents, default=None)


def _margins(cells: Sequence[Measured]) -> list[list[int]]:
    """The groups of cells that differ in one segment only: their total could be known."""
    groups: dict[object, list[int]] = defaultdict(list)
    for index, cell in enumerate(cells):
        names = [name for name, _ in cell.place.by]
        for free in names:
            rest = tuple(pair for pair in cell.place.by if pair[0] != free)
            groups[(free, cell.place.touchpoint, cell.span, rest)].append(index)
    return list(groups.values())
