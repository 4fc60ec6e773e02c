"""One record of a file as what it says of a person or an event, and what of it could not be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from milepost.server.importing.fields import (
    ATTRIBUTE,
    CONSENTED,
    FIELDS,
    IDENTITIES,
    IGNORE,
    Value,
    Ways,
)
from milepost.server.importing.mapping import Mapping as Columns
from milepost.server.importing.values import (
    ATTRIBUTE_VALUE,
    Unusable,
    attribute_name,
    blank,
    bounded,
)

# What is wrong here makes the whole record unusable: nobody is asked on a misread consent.
_NEEDED = frozenset(
    (
        "consent",
        *(f"consent_{channel}" for channel in CONSENTED),
        "unsubscribed",
        "event",
        "at",
        "key",
    )
)
NOBODY = "no customer id, e-mail address or phone number that can be used"


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that was not used, or why a record was refused."""

    record: int
    column: str
    value: str
    reason: str


@dataclass(slots=True)  # filled column by column, a million times
class Row:
    """What a record says: `values` by field, free `attributes`; `refused` is why it cannot be used."""

    record: int
    values: dict[str, Value] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    left_out: list[Problem] = field(default_factory=list)
    refused: Problem | None = None


# So many values of a column are remembered: countries, plans and languages come again and again.
_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class _Column:
    """One column that is used: its place, its name, what it is, how it is read, and what it held before."""

    place: int
    name: str
    target: str
    take: Callable[[str, Ways], Value]
    attribute: str = ""
    seen: dict[str, Value] = field(default_factory=dict)

    def value(self, cell: str, ways: Ways) -> Value:
        """What a cell says. Raises Unusable."""
        found = self.take(cell, ways)
        if len(self.seen) < _REMEMBERED:
            self.seen[cell] = found
        return found


def reader(columns: Columns, names: Sequence[str]) -> Callable[[int, Sequence[str | None]], Row]:
    """A function that reads records of these columns, blank cells being None."""
    used = [
        _column(columns, names, name, target)
        for name, target in columns.columns.items()
        if target != IGNORE
    ]
    # Taken apart once, for every cell of a million rows goes through it.
    plans = [(one, one.place, one.target, one.attribute, one.seen) for one in used]
    ways = columns.ways

    def read(record: int, cells: Sequence[str | None]) -> Row:
        row = Row(record)
        for column, place, target, attribute, seen in plans:
            cell = cells[place]
            if cell is None:
                continue
            value = seen.get(cell)
            if value is None:
                if blank(cell):
                    continue
                try:
                    value = column.value(cell, ways)
                except Unusable as error:
                    _put_aside(row, Problem(record, column.name, cell, str(error)), target)
                    continue
            if attribute:
                row.attributes[attribute] = str(value)
            else:
                row.values[target] = value
        if row.refused is None and not _names_somebody(row.values):
            row.refused = row.left_out.pop() if row.left_out else Problem(record, "", "", NOBODY)
        return row

    return read


def _column(columns: Columns, names: Sequence[str], name: str, target: str) -> _Column:
    place = names.index(name)
    if target == ATTRIBUTE:
        return _Column(place, name, target, _attribute, attribute_name(name))
    found = next(one for one in FIELDS[columns.kind] if one.name == target)
    return _Column(place, name, target, found.read)


def _attribute(text: str, ways: Ways) -> str:
    return bounded(text, ATTRIBUTE_VALUE)


def _put_aside(row: Row, problem: Problem, target: str) -> None:
    if target not in _NEEDED:
        row.left_out.append(problem)
    elif row.refused is None:
        row.refused = problem


def _names_somebody(values: Mapping[str, Value]) -> bool:
    return any(values.get(name) for name in IDENTITIES)
