"""Where a batch is looked up and kept: in the tables, or in a rehearsal that writes nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from django.db.models import QuerySet

from milepost.server.importing import among as among  # registers the look-up
from milepost.server.importing.fields import IDENTITIES
from milepost.server.importing.merging import Merged
from milepost.server.importing.newcomers import identify
from milepost.server.importing.rows import Row
from milepost.server.importing.tables import insert, update
from milepost.server.models import Event, Person
from milepost.server.models.people import People, search_keys

# What a person is found by.
_KEYS = tuple(search_keys("", ""))
# What an import may change; the rest of a person's row is left alone.
COLUMNS = (
    *IDENTITIES, *_KEYS, "name", "locale", "time_zone", "account", "attributes",
    "preferred_channel", "consent", "status", "status_since", "status_reason", "joined_at",
    "last_contact_at", "updated_at",
)  # fmt: skip
_MOMENTS = ("status_since", "joined_at", "last_contact_at", "updated_at", "created_at")

# An event's name and the company's own id of it.
Named = tuple[str, str]


class Keeping(Protocol):
    """What the import asks of a place where people are."""

    def find(self, rows: Sequence[Row]) -> list[Person]:
        """Everybody whom these records may mean."""
        ...

    def keep(self, merged: Merged) -> None:
        """Keep what a batch came to."""
        ...

    def known(self, events: Iterable[Named]) -> set[Named]:
        """Which of these events are kept already."""
        ...

    def keep_events(self, events: Sequence[Event]) -> None:
        """Keep new events, whose people are kept already."""
        ...


class Table:
    """The people themselves; both methods run inside one transaction that writes."""

    def find(self, rows: Sequence[Row]) -> list[Person]:
        """Everybody whom these records may mean, locked until the transaction ends."""
        return _meant(rows, Person.objects.select_for_update())

    def keep(self, merged: Merged) -> None:
        """Write the changed, then the new: an address given up by one may be another's."""
        for name, given_up in merged.freed.items():
            Person.objects.filter(pk__in=given_up).update(**{name: None})
        _enter_keys(merged)
        update(list(merged.changed.values()), _written(merged.columns))
        insert(merged.new)

    def known(self, events: Iterable[Named]) -> set[Named]:
        """Which of these events are kept already; one query a name, by the index that they have."""
        keys: dict[str, list[str]] = {}
        for name, key in events:
            keys.setdefault(name, []).append(key)
        return {(name, str(key)) for name, wanted in keys.items() for key in _keys(name, wanted)}

    def keep_events(self, events: Sequence[Event]) -> None:
        """Keep new events; of two imports that bring the same at once one is kept."""
        identify([one.person for one in events if not one.person.pk])
        for one in events:
            one.person_id = one.person.pk
        insert(events, known=True)


class Rehearsal:
    """The people as they would be: the table's, and over them what earlier batches would have made.

    That is kept in a file that vanishes, so that a million people need no memory.
    """

    def __init__(self, scratch: sqlite3.Connection) -> None:
        self._scratch = scratch
        self._next = -1

    def find(self, rows: Sequence[Row]) -> list[Person]:
        """Everybody whom these records may mean."""
        table = {person.pk: person for person in _meant(rows, Person.objects.all())}
        table |= {person.pk: person for person in self._rehearsed(rows, table)}
        return list(table.values())

    def keep(self, merged: Merged) -> None:
        """Remember what a batch came to."""
        for person in merged.new:
            person.pk, self._next = self._next, self._next - 1
        people = [*merged.changed.values(), *merged.new]
        write = self._scratch.executemany
        write(
            "INSERT OR REPLACE INTO person VALUES (?, ?)",
            [(one.pk, _dumped(one)) for one in people],
        )
        write(
            "INSERT OR REPLACE INTO identity VALUES (?, ?)",
            [
                (f"{name}:{value}", one.pk)
                for one in people
                for name in IDENTITIES
                if (value := getattr(one, name))
            ],
        )

    def known(self, events: Iterable[Named]) -> set[Named]:
        """Which of these events are kept already, or would be."""
        wanted = {json.dumps(pair): pair for pair in events}
        seen = {wanted[str(key)] for (key,) in self._ask("event", "key", "key", list(wanted))}
        return seen | Table().known(wanted.values())

    def keep_events(self, events: Sequence[Event]) -> None:
        """Remember new events."""
        keys = [(json.dumps((one.name, one.key)),) for one in events]
        self._scratch.executemany("INSERT OR IGNORE INTO event VALUES (?)", keys)

    def _rehearsed(self, rows: Sequence[Row], table: Iterable[int]) -> Iterator[Person]:
        keys = [
            f"{name}:{row.values[name]}"
            for row in rows
            for name in IDENTITIES
            if name in row.values
        ]
        found = {number for (number,) in self._ask("identity", "person", "key", keys)}
        for (record,) in self._ask("person", "record", "id", [*found, *table]):
            yield _loaded(str(record))

    def _ask(
        self, table: str, column: str, key: str, wanted: Sequence[object]
    ) -> list[tuple[object]]:
        text = f"SELECT {column} FROM {table} WHERE {key} IN (SELECT value FROM json_each(?))"
        return self._scratch.execute(text, [json.dumps(wanted)]).fetchall()


@contextmanager
def rehearsal() -> Iterator[Rehearsal]:
    """A rehearsal, and the end of what it remembered."""
    # An empty name is SQLite's for a database in a temporary file that nobody else sees.
    scratch = sqlite3.connect("", isolation_level=None)
    try:
        scratch.execute("PRAGMA journal_mode = OFF")
        scratch.execute("PRAGMA synchronous = OFF")
        scratch.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, record TEXT)")
        scratch.execute(
            "CREATE TABLE identity (key TEXT PRIMARY KEY, person INTEGER) WITHOUT ROWID"
        )
        scratch.execute("CREATE TABLE event (key TEXT PRIMARY KEY) WITHOUT ROWID")
        scratch.execute("BEGIN")
        yield Rehearsal(scratch)
    finally:
        scratch.close()


def _meant(rows: Sequence[Row], people: People) -> list[Person]:
    """One query an identity: each goes by its own index, which an OR of the three may not."""
    found: dict[int, Person] = {}
    for name in IDENTITIES:
        wanted = {str(row.values[name]) for row in rows if name in row.values}
        if wanted:
            found |= {one.pk: one for one in people.filter(**{f"{name}__among": list(wanted)})}
    return list(found.values())


def _keys(name: str, wanted: list[str]) -> QuerySet[Event, str | None]:
    return Event.objects.filter(name=name, key__among=wanted).values_list("key", flat=True)


def _enter_keys(merged: Merged) -> None:
    for person in (*merged.changed.values(), *merged.new):
        for column, key in search_keys(person.name, person.account).items():
            setattr(person, column, key)


def _written(columns: set[str]) -> list[str]:
    """The columns that some changed person needs written, with those that follow from them."""
    followed = _KEYS if columns & {"name", "account"} else ()
    return sorted({*columns, *followed, "updated_at"})


def _dumped(person: Person) -> str:
    columns = (*COLUMNS, "created_at", "test")
    return json.dumps(
        {"id": person.pk, **{name: getattr(person, name) for name in columns}}, default=_iso
    )


def _iso(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()


def _loaded(record: str) -> Person:
    kept = json.loads(record)
    for name in _MOMENTS:
        kept[name] = kept[name] and datetime.fromisoformat(kept[name])
    return Person(**kept)
