"""The duty that takes in uploaded files, some seconds at a time."""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings

from milepost.errors import DataError
from milepost.server.actions.imports import rehearsed, settle
from milepost.server.importing.account import Account
from milepost.server.importing.running import mapping_of, rehearse, run
from milepost.server.models import Import
from milepost.server.worker.queue import IMPORTS, claim, keep, release

# Mails and alerts wait that long at most while a file is taken in.
_SECONDS = 15.0
_SIGN_OF_LIFE = 30.0


def take_in(worker: str) -> bool:
    """Take in some of the oldest import that waits; whether there is more to do."""
    jobs = claim(IMPORTS, worker)
    if not jobs:
        return False
    job, own = jobs[0], settings.MILEPOST.own
    if job.mapping.get("rehearse"):
        _rehearse(job, worker, own)
    elif not run(job, worker, own, seconds=_SECONDS):
        release(IMPORTS, job, worker, state="waiting")
    return True


def _rehearse(job: Import, worker: str, own: Path) -> None:
    """Rehearse in one go: what earlier batches would have made is kept by nobody else."""
    told = time.monotonic()

    def show(account: Account) -> None:
        nonlocal told
        if time.monotonic() - told > _SIGN_OF_LIFE:
            told = time.monotonic()
            keep(IMPORTS, job, worker)

    try:
        found = rehearse(own / job.path, mapping_of(job), progress=show)
    except DataError as error:
        settle(job, worker, "failed", error=str(error).replace(str(own / job.path), job.file_name))
        return
    rehearsed(job, worker, found.read, found.to_json())
