"""Unsubscribing and coming back: at once, over every program and channel."""

from __future__ import annotations

from milepost import clock
from milepost.server.actions.auditing import record
from milepost.server.databases import writing
from milepost.server.models import Invitation, Member, Message, Person

# What stops everything that is still to be sent to a person.
STOPPED = ("unsubscribed", "bounced", "complained", "erased")


def stop(person: Person, status: str, reason: str, by: Member | None = None) -> None:
    """Ask a person no more. A complaint is never weakened to a wish, nor an erasure to anything."""
    with writing():
        found = Person.objects.select_for_update().get(pk=person.pk)
        if STOPPED.index(status) >= _strength(found.status):
            found.status, found.status_reason = status, reason
            found.status_since = clock.now()
            found.save(update_fields=["status", "status_reason", "status_since"])
            record(status, found, by)
        close_planned(found, status)
    person.refresh_from_db()


def resume(person: Person, reason: str, by: Member | None = None) -> None:
    """Ask a person again who had unsubscribed or bounced; never one who complained or was erased."""
    with writing():
        found = Person.objects.select_for_update().get(pk=person.pk)
        if found.status in ("unsubscribed", "bounced"):
            found.status, found.status_reason, found.status_since = "active", reason, clock.now()
            found.save(update_fields=["status", "status_reason", "status_since"])
            record("resubscribed", found, by)
    person.refresh_from_db()


def close_planned(person: Person, because: str) -> None:
    """Close what was planned or waits for an answer, and cancel what was to be sent."""
    Message.objects.filter(invitation__person=person, state="waiting").update(state="cancelled")
    Invitation.objects.filter(person=person, state="planned").update(
        state="closed", closed_because=because
    )


def _strength(status: str) -> int:
    return STOPPED.index(status) if status in STOPPED else 0
