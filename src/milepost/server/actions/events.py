"""Events as they come one by one: the same name and key again is the same event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from milepost import clock
from milepost.server.actions.auditing import record
from milepost.server.databases import writing
from milepost.server.models import Event, Member, Person


def happened(
    name: str,
    person: Person,
    *,
    at: datetime | None = None,
    key: str | None = None,
    touchpoint: str = "",
    channel: str = "",
    details: Mapping[str, str] | None = None,
    by: Member | None = None,
) -> tuple[Event, bool]:
    """Keep an event; the event, and whether it is new. Without a key each call is an event of its own.

    An event with a channel is a contact: it moves the person's last contact.
    """
    at = at or clock.now()
    with writing():
        event = Event(
            name=name, person=person, at=at, key=key, touchpoint=touchpoint, channel=channel,
            details=dict(details or {}),
        )  # fmt: skip
        # Of two callers with one key the second finds the first's, whoever is quicker.
        Event.objects.bulk_create([event], ignore_conflicts=key is not None)
        kept = Event.objects.get(name=name, key=key) if key else event
        if kept.received_at != event.received_at:
            return kept, False
        if channel:
            _contacted(person, min(at, clock.now()))
        record("happened", kept, by, name=name)
    return kept, True


def _contacted(person: Person, at: datetime) -> None:
    known = Person.objects.filter(pk=person.pk)
    known.filter(last_contact_at=None).update(last_contact_at=at)
    known.filter(last_contact_at__lt=at).update(last_contact_at=at)
    person.refresh_from_db(fields=["last_contact_at"])
