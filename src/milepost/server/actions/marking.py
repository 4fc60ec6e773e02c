"""Marks of months whose facts have to be written anew; made in the transaction of what changed them."""

from __future__ import annotations

from datetime import UTC, date

from django.db.models.functions import Coalesce, TruncMonth

from milepost.server.databases import writing
from milepost.server.models import Dirty, Invitation, Person, Response


def mark(fact: str, day: date) -> None:
    """The month of a day of a fact changed. One row each time: writers never wait for each other."""
    Dirty.objects.create(fact=fact, month=f"{day:%Y-%m}")


def mark_response(response: Response) -> None:
    """An answer is new or changed; tests count nowhere."""
    if not response.test:
        mark("responses", response.day)


def mark_invitation(invitation: Invitation) -> None:
    """An invitation changed; months of invitations go by UTC. Tests and what is not sent count nowhere."""
    if invitation.sent_at and not invitation.test:
        mark("invitations", invitation.sent_at.date())


def mark_person(person: Person) -> None:
    """What is known of a person changed."""
    mark("customers", (person.joined_at or person.created_at).date())


def mark_all_of(person: Person) -> None:
    """A person goes by another id or account: whatever names them has to be written anew."""
    days = Response.objects.filter(person=person).values_list("day", flat=True).distinct()
    for month in {day.replace(day=1) for day in days}:
        mark("responses", month)
    sent = Invitation.objects.filter(person=person, sent_at__isnull=False)
    for month in {at.date().replace(day=1) for at in sent.values_list("sent_at", flat=True) if at}:
        mark("invitations", month)


def mark_everything(fact: str) -> None:
    """What was written of a fact is gone: every month in which it has rows has to be written anew."""
    days = {
        "responses": Response.objects.filter(test=False).annotate(month=TruncMonth("day")),
        "invitations": Invitation.objects.filter(test=False, sent_at__isnull=False).annotate(
            month=TruncMonth("sent_at", tzinfo=UTC)
        ),
        "customers": Person.objects.annotate(
            month=TruncMonth(Coalesce("joined_at", "created_at"), tzinfo=UTC)
        ),
    }
    months = days[fact].order_by().values_list("month", flat=True).distinct()
    with writing():
        Dirty.objects.bulk_create(Dirty(fact=fact, month=f"{day:%Y-%m}") for day in months)
