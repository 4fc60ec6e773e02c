"""A worker's sign of life in the database."""

from __future__ import annotations

import socket
from datetime import timedelta

from milepost import clock
from milepost.server.databases import writing
from milepost.server.models import Beat

# How long the last beat of a worker that died is shown.
_KEPT = timedelta(days=1)


def beat(worker: str) -> bool:
    """Say that a worker lives, and forget those that died long ago."""
    now = clock.now()
    with writing():
        Beat.objects.update_or_create(
            worker=worker, defaults={"host": socket.gethostname()[:100], "at": now}
        )
        Beat.objects.filter(at__lt=now - _KEPT).delete()
    return False


def forget(worker: str) -> None:
    """A worker that ends in order leaves no beat behind."""
    with writing():
        Beat.objects.filter(worker=worker).delete()
