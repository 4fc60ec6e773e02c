"""Personal referral links: made when somebody asks for one, counted when somebody accepts."""

from __future__ import annotations

from milepost.server.actions.auditing import record
from milepost.server.databases import writing
from milepost.server.models import Acceptance, Person, Referral


def referral_of(person: Person) -> Referral:
    """A person's own link; made once."""
    with writing():
        referral, made = Referral.objects.get_or_create(person=person)
        if made:
            record("made referral link", referral)
    return referral


def accepted(referral: Referral, nonce: str) -> None:
    """Somebody who came by a link said yes; the same page's yes counts once."""
    with writing():
        Acceptance.objects.get_or_create(nonce=nonce, defaults={"referral": referral})
