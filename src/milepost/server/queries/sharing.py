"""Which links for others there are, and which one a token opens."""

from __future__ import annotations

import hashlib

from django.db.models import QuerySet

from milepost import clock
from milepost.server.access import may
from milepost.server.models import Member, Share

# What `secrets.token_urlsafe(32)` makes.
_LENGTH = 43


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_share(token: str) -> Share | None:
    """What a token opens now; None for one unknown, ended or taken back, or of who may share no more."""
    if len(token) != _LENGTH:
        return None
    found = (
        Share.objects.select_related("member")
        .filter(token_hash=hash_of(token), revoked_at=None, expires_at__gt=clock.now())
        .first()
    )
    return found if found and may(found.member, "share") else None


def visible(member: Member) -> QuerySet[Share]:
    """The links that somebody sees and may take back: an administrator all, others their own."""
    found = Share.objects.select_related("member")
    return found if member.role == "administrator" else found.filter(member=member)
