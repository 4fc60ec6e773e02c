"""Column names that a table can have: trimmed, none empty, none twice, not too many."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from milepost.engine.reading.plain import brief, wrong
from milepost.engine.reading.staged import PSEUDO

MOST = 10_000
NUMBER = re.compile(r"[-+]?\d+([.,]\d+)*")


def unique(raw: Sequence[str], *, file: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names as columns, and a remark for each that had to change.

    The second `score` becomes `score_2`, an empty one `column_7` after its place. Case does not
    tell names apart, since it does not in SQL. Raises DataError above 10,000 columns.

    >>> unique([" a ", "A", ""], file=Path("x.csv"))
    (('a', 'A_2', 'column_3'),
     ("column 2, another 'A', is called 'A_2'", "column 3 has no name and is called 'column_3'"))
    """
    if len(raw) > MOST:
        raise wrong(
            f"{file}: {len(raw):,} columns; at most {MOST:,} can be read;"
            " is the delimiter right, or is the table on its side?"
        )
    if raw and not any(name.strip() for name in raw):
        places = tuple(f"column_{place}" for place in range(1, len(raw) + 1))
        return places, (f"the columns have no names and are called '{places[0]}' and so on",)
    given = {name.strip().lower() for name in raw}
    taken: set[str] = set(PSEUDO)
    found: list[str] = []
    notes: list[str] = []
    for place, name in enumerate((name.strip() for name in raw), start=1):
        chosen = _free(name or f"column_{place}", taken, given)
        if not name:
            notes.append(f"column {place} has no name and is called '{chosen}'")
        elif chosen != name:
            notes.append(f"column {place}, another '{brief(name)}', is called '{brief(chosen)}'")
        taken.add(chosen.lower())
        found.append(chosen)
    return tuple(found), tuple(notes)


def doubtful(names: Sequence[str]) -> str | None:
    """A remark when the header line looks like a record."""
    numbers = sum(1 for name in names if NUMBER.fullmatch(name))
    if numbers * 2 <= len(names):
        return None
    return (
        "the header line holds numbers; if it is a record, state read: {header: none, names: […]}"
    )


def _free(name: str, taken: set[str], given: set[str]) -> str:
    """The name itself, or with the first number behind it that no column bears or was given."""
    if name.lower() not in taken:
        return name
    number = 2
    while f"{name}_{number}".lower() in taken | given:
        number += 1
    return f"{name}_{number}"
