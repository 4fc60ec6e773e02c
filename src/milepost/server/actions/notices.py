"""Mails to colleagues: written down here, composed and sent by the worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from milepost import clock
from milepost.errors import one_line
from milepost.server.databases import writing
from milepost.server.models import Notice

Content = dict[str, Any]


def letter(subject: str, *, lines: Sequence[str], button: tuple[str, str] | None = None) -> Content:
    """What a mail says, as plain text: subject, paragraphs, and one button of a label and an address."""
    shown = {"label": button[0], "url": button[1]} if button else None
    return {"subject": one_line(subject), "lines": list(lines), "button": shown}


def tell(
    kind: str, *, to: str, subject_key: str, content: Content, due: datetime | None = None
) -> Notice:
    """Put a mail in the queue; the same `subject_key` again is the notice that is there already.

    `content` is a `letter`.
    """
    with writing():
        notice, _ = Notice.objects.get_or_create(
            subject_key=subject_key,
            defaults={
                "kind": kind,
                "to": to,
                "content": content,
                "due_at": due or clock.now(),
            },
        )
    return notice


def withdraw(subject_key: str) -> None:
    """Take back a mail that has not gone; what it said is forgotten either way."""
    with writing():
        told = Notice.objects.filter(subject_key=subject_key)
        told.filter(state="waiting").update(state="cancelled")
        told.update(content={})
