"""New people by the thousand, made without what Django does anew for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from uuid import uuid4

from django.db.models.base import ModelState

from milepost.server.models import Person


def newcomer(moment: datetime, *, test: bool) -> Person:
    """A person who is not saved yet; what `Person(...)` makes in five times the time."""
    person = Person.__new__(Person)
    person.__dict__ = _defaults() | {
        "_state": ModelState(), "key": uuid4(), "attributes": {}, "consent": {}, "test": test,
        "created_at": moment, "updated_at": moment,
    }  # fmt: skip
    return person


def identify(people: Sequence[Person]) -> None:
    """Give people who were just written their ids."""
    keys = [one.key for one in people]
    ids = dict(Person.objects.filter(key__in=keys).values_list("key", "pk"))
    for one in people:
        one.pk = ids[one.key]


@cache
def _defaults() -> dict[str, object]:
    return dict(vars(Person()))
