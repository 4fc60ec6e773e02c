"""What is forgotten after a time: mails to colleagues that are over, and the files of imports."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from milepost import clock
from milepost.server.actions.auditing import record
from milepost.server.actions.imports import FOLDER
from milepost.server.databases import writing
from milepost.server.models import Import, Notice

NOTICES_LAST = timedelta(days=90)
FILES_LAST = timedelta(days=30)
_BATCH = 1_000


def forget_notices() -> bool:
    """Delete mails to colleagues that went or were taken back long ago; whether there are more."""
    before = clock.now() - NOTICES_LAST
    old = Notice.objects.filter(state__in=("sent", "cancelled"), due_at__lt=before)
    keys = list(old.order_by("pk").values_list("pk", flat=True)[:_BATCH])
    if keys:
        with writing():
            Notice.objects.filter(pk__in=keys).delete()
    return len(keys) == _BATCH


def forget_files(own: Path) -> None:
    """Delete uploads and their rejects that are too old; `own` is the server's own folder.

    What was taken in, and the account of it, stays. An upload that was never begun goes wholly.
    """
    before = clock.now() - FILES_LAST
    never_begun = Import.objects.filter(state="uploaded", created_at__lt=before)
    if never_begun.exists():
        with writing():
            for job in never_begun:
                record("upload forgotten", job)
            never_begun.delete()
    kept = _needed()
    for file in _files(own / FOLDER):
        name = file.name.partition(".")[0]
        if name not in kept and file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)


def _needed() -> set[str]:
    """The uploads, by name without ending, that are still to be read."""
    open_ = Import.objects.filter(state__in=("uploaded", "waiting", "running"))
    return {Path(path).name.partition(".")[0] for path in open_.values_list("path", flat=True)}


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.iterdir() if file.is_file()] if folder.is_dir() else []
