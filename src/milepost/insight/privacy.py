"""Small groups: which cells must not be shown, so that nobody can be found or worked out.

A protected cell (employees, or people whose identity is not known) with fewer distinct
respondents than the plan's `min_group` is hidden. Where hiding it alone would let it be worked
out from the others and their total, the next smallest cell of the same margin is hidden too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from milepost.engine.answer import Measured
from milepost.insight.rest import people


def hidden(
    cells: Sequence[Measured], *, min_group: int, levels_add_up: bool = False
) -> frozenset[int]:
    """The positions of the cells of one metric that must not be shown.

    `levels_add_up` says that the company's number is made of its touchpoints', as it is not
    where answers of no touchpoint are the company's.
    """
    found = {index for index, cell in enumerate(cells) if _small(cell, min_group)}
    margins = _margins(cells, levels_add_up=levels_add_up)
    changed = bool(found)
    while changed:
        changed = False
        for margin in margins:
            extra = _complement(cells, margin, found, min_group)
            if extra is not None:
                found.add(extra)
                changed = True
    return frozenset(found)


def told_by(pooled: Measured, parts: Sequence[Measured], *, min_group: int) -> bool:
    """Whether a number of all touchpoints added up would tell that of a hidden one among them."""
    inside = [c for c in parts if (c.place.by, c.span) == (pooled.place.by, pooled.span)]
    small = [cell for cell in inside if _small(cell, min_group)]
    return bool(small) and people(small) < min_group


def _small(cell: Measured, min_group: int) -> bool:
    return cell.protected and 0 < cell.respondents < min_group


def _complement(
    cells: Sequence[Measured], margin: Sequence[int], found: set[int], min_group: int
) -> int | None:
    """The cell to hide with the others of a margin, if those hidden could be worked out."""
    out = [index for index in margin if index in found]
    if not out or (len(out) > 1 and people([cells[i] for i in out]) >= min_group):
        return None
    rest = [index for index in margin if index not in found]
    return min(rest, key=lambda index: cells[index].respondents, default=None)


def _margins(cells: Sequence[Measured], *, levels_add_up: bool) -> list[list[int]]:
    """The groups of cells that differ in some segments only: their total could be known."""
    groups: dict[object, list[int]] = defaultdict(list)
    for index, cell in enumerate(cells):
        names = [name for name, _ in cell.place.by]
        for size in range(1, len(names) + 1):
            for free in combinations(names, size):
                rest = tuple(pair for pair in cell.place.by if pair[0] not in free)
                groups[(free, cell.place.touchpoint, cell.span, rest)].append(index)
        if levels_add_up and cell.place.touchpoint:
            groups[("touchpoint", cell.span, cell.place.by)].append(index)
    return list(groups.values())
