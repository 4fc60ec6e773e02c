"""What stands next to one answer: above and below it in a list, and what else its person said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from milepost.server.models import Response
from milepost.server.queries.responses import LATEST_FIRST, after


@dataclass(frozen=True, slots=True)
class Beside:
    """The answers next to one in a list: the one above it, which is newer, and the one below."""

    newer: Response | None
    older: Response | None


def beside(found: QuerySet[Response], one: Response) -> Beside:
    """What stands next to an answer among those found."""
    here = one.day, one.answered_at, one.pk
    back = ("day", F("answered_at").asc(nulls_first=True), "pk")
    return Beside(
        found.filter(_ahead_of(*here)).order_by(*back).first(),
        found.filter(after(*here)).order_by(*LATEST_FIRST).first(),
    )


def others_of(response: Response, *, most: int) -> list[Response]:
    """The other answers of whoever gave one, the latest first; of an anonymous one there are none."""
    if response.person is None:
        return []
    rows = Response.objects.filter(person=response.person).exclude(pk=response.pk)
    return list(rows.select_related("survey").order_by(*LATEST_FIRST)[:most])


def _ahead_of(day: date, at: datetime | None, key: int) -> Q:
    """What `after` leaves out, but for the answer itself."""
    ahead = Q(answered_at__isnull=False) | Q(answered_at=None, pk__gt=key)
    if at is not None:
        ahead = Q(answered_at__gt=at) | Q(answered_at=at, pk__gt=key)
    return Q(day__gte=day) & (Q(day__gt=day) | ahead)
