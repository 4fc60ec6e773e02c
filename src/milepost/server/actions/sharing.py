"""Links for others that only show: made with an end, and taken back."""

from __future__ import annotations

import secrets
from datetime import timedelta

from milepost import clock
from milepost.server.actions.auditing import record
from milepost.server.databases import writing
from milepost.server.models import Member, Share
from milepost.server.queries.sharing import hash_of


def make(
    by: Member, *, title: str, kind: str, metric: str, query: str, days: int
) -> tuple[Share, str]:
    """Make a link that lasts so many days; the link and its token, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    with writing():
        share = Share.objects.create(
            member=by, title=title, kind=kind, metric=metric, query=query,
            token_hash=hash_of(token), expires_at=clock.now() + timedelta(days=days),
        )  # fmt: skip
        record("shared", share, by, kind=kind, days=days)
    return share, token


def revoke(share: Share, by: Member) -> None:
    """Take a link back: it opens nothing any more."""
    with writing():
        if Share.objects.filter(pk=share.pk, revoked_at=None).update(revoked_at=clock.now()):
            record("revoked", share, by)
