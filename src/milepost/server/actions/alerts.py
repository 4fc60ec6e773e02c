"""Telling whoever owns a touchpoint of a low score or of somebody who wants to be called."""

from __future__ import annotations

from datetime import datetime, timedelta

from milepost.programs.surveys.answers import is_low
from milepost.programs.surveys.survey import Survey as Document
from milepost.server.models import Notice, Response
from milepost.server.queries.owners import owners

# Long enough for the words that come after the score, well within the five minutes promised.
PATIENCE = timedelta(minutes=3)


def alert(document: Document, response: Response, now: datetime) -> None:
    """Tell the owners, once, if there is something to be told; what is said is read when it is sent.

    Whoever asks to be called after the alert went out is told of once more. An anonymous answer
    tells nobody: the time of the mail would be the time of the answer.
    """
    if response.anonymous or response.test or not worth(document, response):
        return
    due = now if response.state == "complete" else now + PATIENCE
    for address in owners(response.touchpoint):
        told = _told("alert", response, address, due)
        if response.call_me and told.state != "waiting" and not told.content.get("call_me"):
            _told("call", response, address, due)


def worth(document: Document, response: Response) -> bool:
    """Whether somebody has to hear of an answer at once."""
    return response.call_me or is_low(document, response.score)


def _told(what: str, response: Response, address: str, due: datetime) -> Notice:
    """The notice of an answer to an address; made once, and brought up to date while it waits."""
    content = {"response": response.pk, "call_me": response.call_me}
    notice, made = Notice.objects.get_or_create(
        subject_key=f"{what}:{response.key}:{address}",
        defaults={"kind": "alert", "to": address, "content": content, "due_at": due},
    )
    if (
        not made
        and notice.state == "waiting"
        and (due < notice.due_at or notice.content != content)
    ):
        notice.content, notice.due_at = content, min(due, notice.due_at)
        notice.save(update_fields=["content", "due_at"])
    return notice
