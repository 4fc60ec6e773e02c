"""Rows for the answering benchmark, and the same transactions by hand; imported once a folder is open."""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

from django.db import transaction

from milepost import clock
from milepost.programs.surveys.document import parse
from milepost.programs.surveys.versions import version_of
from milepost.server.migrating import bring_up
from milepost.server.models import (
    Company,
    Dirty,
    Invitation,
    Message,
    Person,
    Response,
    Survey,
    Version,
)
from milepost.server.public import nonces

_DOCUMENT = {"name": "bench", "title": "Bench", "type": "nps", "company": "Northwind"}


def plant(count: int) -> list[tuple[str, str]]:
    """So many people who were asked: the token of each link, and the nonce of its page."""
    bring_up()
    now = clock.now()
    survey, made = Survey.objects.get_or_create(
        name="bench", defaults={"title": "Bench", "document": _DOCUMENT}
    )
    if made:
        survey.current = Version.objects.create(
            survey=survey, number=1, document=_DOCUMENT, fingerprint=version_of(parse(_DOCUMENT))
        )
        survey.save()
    people = [Person(name="Ada Lovelace", attributes={"plan": "gold"}) for _ in range(count)]
    Person.objects.bulk_create(people, batch_size=500)
    asked = [
        Invitation(
            survey=survey, version=survey.current, person=person, state="sent", due_at=now,
            sent_at=now, attributes={"order": "A-1"},
        )
        for person in people
    ]  # fmt: skip
    Invitation.objects.bulk_create(asked, batch_size=500)
    sent = [Message(invitation=one, due_at=now, state="sent", sent_at=now) for one in asked]
    Message.objects.bulk_create(sent, batch_size=500)
    return [(one.token, nonces.fresh(one.token)) for one in asked]


def by_hand(tokens: list[str]) -> float:
    """Seconds to store one answer a token: the statements that the server runs, and nothing else."""
    began = time.perf_counter()
    for token in tokens:
        _store(token)
    return time.perf_counter() - began


def stored() -> int:
    """How many answers there are."""
    return Response.objects.count()


def _store(token: str) -> None:
    found = Invitation.objects.select_related("survey", "version", "person").get(token=token)
    now = clock.now()
    with transaction.atomic():
        states = Invitation.objects.select_for_update().values_list("state", flat=True)
        if (
            states.get(pk=found.pk) == "answered"
            or Response.objects.filter(invitation=found).first()
        ):
            return
        zone = Company.objects.filter(pk=1).values_list("time_zone", flat=True).first() or "UTC"
        answer = Response(
            survey=found.survey, version=found.version, invitation=found, person=found.person,
            attributes={**found.person.attributes, **found.attributes}, channel=found.channel,
            score=9, day=now.astimezone(ZoneInfo(zone)).date(), answered_at=now,
        )  # fmt: skip
        answer.save()
        Dirty.objects.create(fact="responses", month=f"{answer.day:%Y-%m}")
        found.state, found.answered_at = "answered", now
        found.save(update_fields=["state", "answered_at"])
        Message.objects.filter(invitation=found, state="waiting").update(state="cancelled")
        Dirty.objects.create(fact="invitations", month=f"{now:%Y-%m}")
