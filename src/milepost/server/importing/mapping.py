"""Which column is what: guessed from the headings and the first rows, and corrected by a person."""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from milepost.errors import DataError, hint
from milepost.server.importing.fields import (
    ATTRIBUTE,
    FIELDS,
    IDENTITIES,
    IGNORE,
    Kind,
    Ways,
    field_of,
    mostly_emails,
)
from milepost.server.importing.moments import Order, order_of
from milepost.server.importing.values import ATTRIBUTES, attribute_name

_DATES = ("at", "joined_at", "last_contact_at")


@dataclass(frozen=True, slots=True)
class Mapping:
    """What each column of a file is: a field's name, `attribute` or `ignore`.

    `test` marks the people as test people. Of events, `event` names those whose file has no column
    for it, and `create` says that unknown people with an address become people.
    """

    kind: Kind
    columns: Map[str, str]
    ways: Ways = field(default_factory=Ways)
    test: bool = False
    event: str = ""
    create: bool = False

    def to_json(self) -> dict[str, Any]:
        """As the table keeps it; columns in the order of the file."""
        return {
            "columns": [[column, target] for column, target in self.columns.items()],
            "region": self.ways.region,
            "time_zone": self.ways.time_zone,
            "order": self.ways.order,
            "test": self.test,
            "event": self.event,
            "create": self.create,
        }


def from_json(kind: Kind, kept: Map[str, Any]) -> Mapping:
    """The mapping that the table kept."""
    order: Order = "mdy" if kept["order"] == "mdy" else "dmy"
    return Mapping(
        kind=kind,
        columns=dict(kept["columns"]),
        ways=Ways(region=kept["region"], time_zone=kept["time_zone"], order=order),
        test=kept["test"],
        event=kept["event"],
        create=kept["create"],
    )


def guess(
    kind: Kind,
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    region: str | None,
    time_zone: str,
) -> Mapping:
    """What the columns most likely are; `rows` are the first of the file.

    A field is given to the first column that names it; what names none is an attribute.
    """
    columns: dict[str, str] = {}
    for name in names:
        target = field_of(kind, name)
        columns[name] = target if target and target not in columns.values() else ATTRIBUTE
    by_place = dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else {}
    if "email" not in columns.values():
        found = next((name for name in names if _unnamed_emails(name, columns, by_place)), None)
        if found:
            columns[found] = "email"
    _ignore_beyond_bounds(columns)
    dates = (
        cell
        for name, target in columns.items()
        if target in _DATES
        for cell in by_place.get(name, ())
    )
    ways = Ways(region=region, time_zone=time_zone, order=order_of(dates, region=region))
    return Mapping(kind=kind, columns=columns, ways=ways)


def check(mapping: Mapping, names: Sequence[str]) -> None:
    """Raise DataError where a mapping does not fit its file, or names nobody."""
    known = {one.name for one in FIELDS[mapping.kind]} | {ATTRIBUTE, IGNORE}
    for column, target in mapping.columns.items():
        if column not in names:
            raise DataError(f"column '{column}' is not in the file{hint(column, names)}")
        if target not in known:
            raise DataError(f"column '{column}': '{target}' is no field{hint(target, known)}")
    taken = [target for target in mapping.columns.values() if target not in (ATTRIBUTE, IGNORE)]
    twice = next((target for target in taken if taken.count(target) > 1), None)
    if twice:
        raise DataError(f"two columns are '{twice}'; only one can be, make the other an attribute")
    if not set(taken) & set(IDENTITIES):
        raise DataError(
            "no column is a customer id, an e-mail address or a phone number; one must be"
            f" (there are: {', '.join(names[:8])}{', …' if len(names) > 8 else ''})"
        )
    if list(mapping.columns.values()).count(ATTRIBUTE) > ATTRIBUTES:
        raise DataError(f"more than {ATTRIBUTES} columns are attributes; ignore some")
    if mapping.kind == "events":
        _check_events(mapping, taken)


def _check_events(mapping: Mapping, taken: Sequence[str]) -> None:
    if "at" not in taken:
        raise DataError("no column says when the events happened; one must be 'at'")
    if "event" not in taken and not mapping.event:
        raise DataError("no column names the events; map one to 'event', or name them all at once")


def _unnamed_emails(name: str, columns: Map[str, str], cells: Map[str, Sequence[str]]) -> bool:
    return columns[name] == ATTRIBUTE and mostly_emails(cells.get(name, ()))


def _ignore_beyond_bounds(columns: dict[str, str]) -> None:
    """Only so many attributes are kept, and only under a name that can be one."""
    left = ATTRIBUTES
    for name, target in columns.items():
        if target != ATTRIBUTE:
            continue
        if left and _named(name):
            left -= 1
        else:
            columns[name] = IGNORE


def _named(name: str) -> bool:
    try:
        return bool(attribute_name(name))
    except ValueError:
        return False
