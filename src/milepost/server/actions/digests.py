"""Digests: made, changed, left, composed for their time and put in the queue of mails."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from milepost import clock
from milepost.server.actions.auditing import record
from milepost.server.actions.notices import tell
from milepost.server.databases import writing
from milepost.server.models import Company, Digest, Member
from milepost.server.queries.digests import next_time
from milepost.server.queries.rules import zone_of

KIND = "digest"


def keep(
    digest: Digest, by: Member, *, title: str, every: str, weekday: int, hour: int,
    recipients: Iterable[Member], active: bool,
) -> None:  # fmt: skip
    """Save a digest, new or changed; its next time follows from now."""
    verb = "edited" if digest.pk else "made"
    digest.title, digest.every, digest.weekday, digest.hour = title, every, weekday, hour
    digest.active, digest.failures, digest.error, digest.due_at = active, 0, "", None
    with writing():
        digest.next_at = next_time(digest, clock.now(), zone_of(Company.load()))
        digest.save()
        digest.recipients.set(recipients)
        record(verb, digest, by, every=every, active=active)


def leave(digest: Digest, member: Member) -> None:
    """Send it to a member no more."""
    with writing():
        digest.recipients.remove(member)
        record("left", digest, member)


def remove(digest: Digest, by: Member) -> None:
    """Forget a digest."""
    with writing():
        record("removed", digest, by)
        digest.delete()


def post(digest: Digest, due: datetime, to: Iterable[tuple[Member, dict[str, Any]]]) -> None:
    """Put the mails of one time in the queue; told again for the same time they are the same mails."""
    for member, content in to:
        tell(
            KIND, to=member.email, content=content,
            subject_key=f"{KIND}:{digest.pk}:{due.isoformat()}:{member.pk}",
        )  # fmt: skip
