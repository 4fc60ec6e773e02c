"""Taking rows from the database's queues: a claim is one worker's, is kept alive, and returns if its worker dies."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet

from milepost import clock
from milepost.server.databases import writing
from milepost.server.models import Digest, Import, Invitation, Message, Notice, Program
from milepost.server.worker.processes import gone, host, this_process

M = TypeVar("M", bound=Model)

# A claim older than this is of a worker that is gone; whoever works longer keeps it by `keep`.
STALE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Queue(Generic[M]):
    """A table that is a queue: what a waiting row looks like, what claiming sets, and by which moment it is due.

    `returned` is told of the rows whose claims went stale, in the transaction that returns them.
    """

    model: type[M]
    waiting: Mapping[str, object]
    claimed: Mapping[str, object]
    order: str
    due: str | None = None
    returned: Callable[[list[Any]], object] = field(default=lambda keys: None)

    def ready(self, now: datetime) -> QuerySet[M]:
        """The rows that wait and are due."""
        rows = self.model._default_manager.filter(**self.waiting)
        return rows.filter(**{f"{self.due}__lte": now}) if self.due else rows


def _sent_perhaps(keys: list[Any]) -> None:
    """A crash between sending and recording is the only way to a repeat: it is counted."""
    Invitation.objects.filter(messages__in=keys).update(repeats=F("repeats") + 1)


MESSAGES = Queue(
    Message, {"state": "waiting"}, {"state": "claimed"}, "due_at", "due_at", _sent_perhaps
)
NOTICES = Queue(Notice, {"state": "waiting"}, {"state": "claimed"}, "due_at", "due_at")
IMPORTS = Queue(Import, {"state": "waiting"}, {"state": "running"}, "created_at")
PROGRAMS = Queue(Program, {"active": True, "claimed_by": ""}, {}, "decide_at", "decide_at")
DIGESTS = Queue(Digest, {"active": True, "claimed_by": ""}, {}, "next_at", "next_at")
QUEUES: tuple[Queue[Any], ...] = (MESSAGES, NOTICES, IMPORTS, PROGRAMS, DIGESTS)


def worker_name() -> str:
    """A name that no other worker has, and that tells whether its process still runs."""
    return f"{this_process()}:{secrets.token_hex(2)}"


def claim(queue: Queue[M], worker: str, *, limit: int = 1, now: datetime | None = None) -> list[M]:
    """Take up to `limit` due rows for a worker; no two workers get the same row."""
    now = now or clock.now()
    if not queue.ready(now).exists():
        return []
    with writing():
        # On PostgreSQL a row that another worker is just taking is passed over, not waited for.
        rows = queue.ready(now).order_by(queue.order, "pk").select_for_update(skip_locked=True)
        keys = list(rows.values_list("pk", flat=True)[:limit])
        queue.ready(now).filter(pk__in=keys).update(
            **queue.claimed, claimed_by=worker, claimed_at=now
        )
    return list(_held(queue, worker).filter(pk__in=keys).order_by(queue.order, "pk"))


def keep(queue: Queue[M], row: M, worker: str) -> bool:
    """Renew a claim during long work; False where it went stale and is another's by now."""
    with writing():
        return bool(_held(queue, worker).filter(pk=row.pk).update(claimed_at=clock.now()))


def release(queue: Queue[M], row: M, worker: str, **outcome: object) -> bool:
    """Record the outcome of a claimed row and let it go; False where the claim is another's by now."""
    with writing():
        held = _held(queue, worker).filter(pk=row.pk)
        return bool(held.update(**outcome, claimed_by="", claimed_at=None))


def return_stale(queue: Queue[M], *, now: datetime | None = None) -> int:
    """Give back what workers took and never let go, and count it."""
    before = (now or clock.now()) - STALE
    return _give_back(queue, Q(claimed_at__lt=before))


def return_orphaned(queue: Queue[M]) -> int:
    """Give back at once what processes of this machine held that have ended, and count it."""
    mine = _taken(queue).filter(claimed_by__startswith=f"{host()}:")
    ended = [name for name in set(mine.values_list("claimed_by", flat=True)) if gone(name)]
    return _give_back(queue, Q(claimed_by__in=ended)) if ended else 0


def _give_back(queue: Queue[M], left: Q) -> int:
    rows = _taken(queue).filter(left)
    if not rows.exists():
        return 0
    with writing():
        keys = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
        queue.returned(keys)
        again = {name: value for name, value in queue.waiting.items() if name in queue.claimed}
        return rows.filter(pk__in=keys).update(**again, claimed_by="", claimed_at=None)


def _taken(queue: Queue[M]) -> QuerySet[M]:
    return queue.model._default_manager.filter(**queue.claimed)


def _held(queue: Queue[M], worker: str) -> QuerySet[M]:
    return _taken(queue).filter(claimed_by=worker)
