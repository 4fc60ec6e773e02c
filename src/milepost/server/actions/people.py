"""People by hand: added, changed, marked as test."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.db import IntegrityError

from milepost import clock
from milepost.errors import DataError
from milepost.server.actions.auditing import record
from milepost.server.actions.marking import mark_all_of, mark_person
from milepost.server.databases import writing
from milepost.server.models import Member, Person

# What a person may be found by, in words.
_IDENTITIES = {"external_id": "customer id", "email": "e-mail address", "phone": "phone number"}
# What may be given for a person; status and test have verbs of their own.
COLUMNS = (
    *_IDENTITIES, "name", "locale", "time_zone", "account", "attributes", "preferred_channel",
    "consent", "joined_at",
)  # fmt: skip


class TakenError(DataError):
    """An id or address is another person's; `column` is which."""

    def __init__(self, column: str) -> None:
        super().__init__(f"another person has this {_IDENTITIES[column]}; open that one instead")
        self.column = column


def add(values: Mapping[str, Any], by: Member | None = None, *, test: bool = False) -> Person:
    """Add a person; `values` are checked and by column. Raises TakenError."""
    person = Person(test=test, updated_at=clock.now(), **values)
    _save(person, "added", by)
    return person


def edit(person: Person, values: Mapping[str, Any], by: Member | None = None) -> None:
    """Change what is known of a person; `values` are checked and by column. Raises TakenError."""
    changed = sorted(column for column in values if getattr(person, column) != values[column])
    if not changed:
        return
    before = copy(person)
    for column in changed:
        setattr(person, column, values[column])
    person.updated_at = clock.now()
    with writing():
        # Under another month the person would else be told twice.
        mark_person(before)
        _save(person, "edited", by, columns=changed)
        if before.customer_id != person.customer_id or before.account != person.account:
            mark_all_of(person)


def mark_test(person: Person, test: bool, by: Member | None = None) -> None:
    """Mark somebody as a test person, who is never counted, or unmark."""
    with writing():
        person.test = test
        person.save(update_fields=["test"])
        record("marked as test" if test else "unmarked as test", person, by)
        mark_person(person)


def _save(
    person: Person, verb: str, by: Member | None, *, columns: list[str] | None = None
) -> None:
    try:
        with writing():
            _refuse_taken(person)
            person.save(update_fields=[*columns, "updated_at"] if columns else None)
            record(verb, person, by, columns=columns or [])
            mark_person(person)
    except IntegrityError:
        # Somebody took it between the look and the save.
        _refuse_taken(person)
        raise


def _refuse_taken(person: Person) -> None:
    for column in _IDENTITIES:
        value = getattr(person, column)
        if value and Person.objects.filter(**{column: value}).exclude(pk=person.pk).exists():
            raise TakenError(column)
