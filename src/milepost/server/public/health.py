"""Whether the server lives: the process, the database behind it, and a worker that does what is due."""

from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse

from milepost.server.access import Route
from milepost.server.queries.figures import FRESH_SECONDS, beats, oldest_due_seconds


def health(request: HttpRequest) -> JsonResponse:
    """200 while the database answers, 503 while it does not; workers and their backlog are told beside it.

    A worker that is late is no reason to restart the pages, so it does not change the status.
    """
    try:
        ages = beats().values()
        waited = oldest_due_seconds()
    except DatabaseError:
        return JsonResponse({"status": "database does not answer"}, status=503)
    alive = sum(age <= FRESH_SECONDS for age in ages)
    return JsonResponse({
        "status": "ok",
        "workers": alive,
        "last_beat_seconds": round(min(ages), 1) if ages else None,
        "oldest_due_seconds": round(waited, 1),
    })  # fmt: skip


ROUTES = (Route("health", health, "health", None),)
