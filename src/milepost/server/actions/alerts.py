"""Telling whoever owns a touchpoint of a low score or of somebody who wants to be called."""

from __future__ import annotations

from datetime import datetime, timedelta

from milepost.programs.surveys.survey import Survey as Document
from milepost.server.models import Notice, Response
from milepost.server.queries.owners import owners

# Long enough for the words that come after the score, well within the five minutes promised.
PATIENCE = timedelta(minutes=3)


def alert(document: Document, response: Response, now: datetime) -> None:
    """Tell the owners, once, if there is something to be told; what is said is read when it is sent.

    An anonymous answer tells nobody: the time of the mail would be the time of the answer.
    """
    if response.anonymous or response.test or not worth(document, response):
        return
    due = now if response.state == "complete" else now + PATIENCE
    for address in owners(response.touchpoint):
        notice, made = Notice.objects.get_or_create(
            subject_key=f"alert:{response.key}:{address}",
            defaults={
                "kind": "alert",
                "to": address,
                "content": {"response": response.pk},
                "due_at": due,
            },
        )
        if not made and notice.state == "waiting" and due < notice.due_at:
            notice.due_at = due
            notice.save(update_fields=["due_at"])


def worth(document: Document, response: Response) -> bool:
    """Whether somebody has to hear of an answer at once."""
    low = document.kind.low
    scored = response.score is not None and document.kind.class_of(response.score) == low
    return response.call_me or (low is not None and scored)
