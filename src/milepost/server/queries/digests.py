"""Which digests somebody sees, when one is due next, and who may get it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from milepost.server.access import may
from milepost.server.models import Digest, Member


def visible(member: Member) -> QuerySet[Digest]:
    """The digests that somebody made or gets; an administrator sees all."""
    found = Digest.objects.select_related("member").prefetch_related("recipients")
    if member.role == "administrator":
        return found
    mine = Q(member=member) | Q(pk__in=member.received_digests.values("pk"))
    return found.filter(mine)


def changeable(member: Member) -> QuerySet[Digest]:
    """The digests that somebody may change: their own; an administrator all."""
    found = visible(member)
    return found if member.role == "administrator" else found.filter(member=member)


def recipients_of(digest: Digest) -> list[Member]:
    """Who gets a digest: those on its list who may see the site's numbers now."""
    return [each for each in digest.recipients.order_by("pk") if may(each, "see")]


def next_time(digest: Digest, after: datetime, zone: ZoneInfo) -> datetime:
    """The first of a digest's times that is later than a moment."""
    day = after.astimezone(zone).date()
    while True:
        at = datetime.combine(day, time(digest.hour), zone)
        if at > after and _is_day(digest, at):
            return at
        day += timedelta(days=1)


def _is_day(digest: Digest, at: datetime) -> bool:
    """Whether a digest goes on a day: of a month on its first such weekday."""
    if digest.every == "day":
        return True
    first = digest.every == "week" or at.day <= 7
    return first and at.weekday() == digest.weekday
