"""What the server has to do and has done, in figures for those who watch it: no test people, nothing personal."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Min, Model, QuerySet

from milepost import clock
from milepost.server.models import Beat, Dirty, Invitation, Message, Notice, Person, Response

# A worker whose last beat is older has died or hangs.
FRESH_SECONDS = 120


def people_by_status() -> dict[str, int]:
    """How many people there are of each status."""
    return _counted(Person.objects.filter(test=False), "status")


def invitations_by_state() -> dict[str, int]:
    """How many invitations are in each state."""
    return _counted(Invitation.objects.filter(test=False), "state")


def messages_by_state() -> dict[str, int]:
    """How many messages are in each state."""
    return _counted(Message.objects.filter(invitation__test=False), "state")


def answers_by_state() -> dict[str, int]:
    """How many answers are partial, complete, or quarantined whatever else they are."""
    real = Response.objects.filter(test=False)
    counts = _counted(real.filter(quarantined=False), "state")
    return counts | {"quarantined": real.filter(quarantined=True).count()}


def oldest_due_seconds() -> float:
    """How long the oldest message or notice that is due has waited; 0 where none is."""
    now = clock.now()
    waited = [_waited(Message, now), _waited(Notice, now)]
    return max(waited)


def beats() -> dict[str, float]:
    """Each worker's last sign of life, in seconds ago."""
    now = clock.now()
    return {
        beat.worker: max(0.0, (now - beat.at).total_seconds())
        for beat in Beat.objects.order_by("worker")
    }


def dirty_rows() -> int:
    """How many changes the facts do not know yet."""
    return Dirty.objects.count()


def _counted(rows: QuerySet[Model], column: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(column).annotate(Count("pk")))


def _waited(model: type[Message] | type[Notice], now: datetime) -> float:
    due = model._default_manager.filter(state="waiting", due_at__lte=now)
    oldest = due.aggregate(oldest=Min("due_at"))["oldest"]
    return (now - oldest).total_seconds() if oldest else 0.0
