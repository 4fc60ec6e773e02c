"""The duty that takes in uploaded files, some seconds at a time."""

from __future__ import annotations

from django.conf import settings

from milepost.server.importing.running import run
from milepost.server.worker.queue import IMPORTS, claim, release

# Mails and alerts wait that long at most while a file is taken in.
_SECONDS = 15.0


def take_in(worker: str) -> bool:
    """Take in some of the oldest import that waits; whether there is more to do."""
    jobs = claim(IMPORTS, worker)
    if not jobs:
        return False
    job = jobs[0]
    if not run(job, worker, settings.MILEPOST.own, seconds=_SECONDS):
        release(IMPORTS, job, worker, state="waiting")
    return True
