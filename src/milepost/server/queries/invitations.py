"""Invitations as the pages read them: found among a million, and one with all that became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from milepost.programs.deciding.hours import midnight
from milepost.server.models import Invitation, Response
from milepost.server.queries import people
from milepost.server.queries.paging import PAGE, Listed

_DAY = timedelta(days=1)


def invitations(
    wanted: Mapping[str, Any], *, zone: ZoneInfo, region: str | None
) -> QuerySet[Invitation]:
    """Those that a filter wants: program, state, channel, person (text), first and last day, test.

    Days are of `zone`, and of the moment at which the first message was due.
    """
    found = Invitation.objects.filter(test=bool(wanted.get("test")))
    plain = {"program__name": "program", "survey__name": "survey", "channel": "channel"}
    for column, name in plain.items():
        if wanted.get(name):
            found = found.filter(**{column: wanted[name]})
    if wanted.get("state") == "failed":
        found = found.filter(messages__state="failed").distinct()
    elif wanted.get("state"):
        found = found.filter(state=wanted["state"])
    if wanted.get("first"):
        found = found.filter(due_at__gte=midnight(wanted["first"], zone))
    if wanted.get("last"):
        found = found.filter(due_at__lt=midnight(wanted["last"] + _DAY, zone))
    if wanted.get("q"):
        named = people.search(wanted["q"], region=region).people
        found = found.filter(person__in=[each.pk for each in named])
    return found


def listed(
    found: QuerySet[Invitation], *, before: tuple[datetime, int] | None = None
) -> Listed[Invitation]:
    """One page, the latest due first; `before` is where the last page ended."""
    if before:
        at, key = before
        # The bound stands by itself, so that the databases find the place by the index.
        found = found.filter(Q(due_at__lt=at) | Q(pk__lt=key), due_at__lte=at)
    rows = list(
        found.select_related("person", "program", "survey").order_by("-due_at", "-pk")[: PAGE + 1]
    )
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Listed(rows[:PAGE], f"{last.due_at.isoformat()}~{last.pk}" if last else None)


def place(text: str) -> tuple[datetime, int] | None:
    """Where a page ended, as `Listed.after` tells it; None for what is none."""
    at, _, key = text.partition("~")
    try:
        moment, number = datetime.fromisoformat(at), int(key)
    except ValueError:
        return None
    return (moment, number) if moment.tzinfo and 0 < number < 2**63 else None


def answer(invitation: Invitation) -> Response | None:
    """What came back; None also where the survey keeps answers apart from people."""
    return Response.objects.filter(invitation=invitation).first()
