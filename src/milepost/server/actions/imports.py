"""Imports of people and events: begun, mapped, sent to the queue, followed batch by batch, ended."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from milepost import clock
from milepost.errors import BusyError, DataError
from milepost.server.actions.auditing import record
from milepost.server.databases import writing
from milepost.server.models import Import, Member

FOLDER = "imports"
_NAME = 200
_ERROR = 500


class LostError(BusyError):
    """Another worker has an import by now: this one worked too long without a sign of life."""


def receive(
    name: str,
    parts: Iterable[bytes],
    *,
    kind: str,
    suffix: str,
    own: Path,
    most: int,
    by: Member | None = None,
) -> Import:
    """Keep an uploaded file under a name of our own, readable by us alone; never served.

    `own` is the server's own folder, `most` the bytes that are taken. Raises DataError beyond.
    """
    folder = own / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = Path(FOLDER) / f"{secrets.token_hex(8)}{suffix}"
    try:
        _write(own / path, parts, name=name, most=most)
        with writing():
            job = Import.objects.create(
                kind=kind, file_name=name[:_NAME], path=str(path), member=by
            )
            record("uploaded", job, by, kind=kind)
    except BaseException:
        (own / path).unlink(missing_ok=True)
        raise
    return job


def remap(job: Import, mapping: Mapping[str, Any], by: Member | None = None) -> None:
    """Keep another mapping of an import that has not begun."""
    with writing():
        _only_uploaded(job).update(mapping=mapping)
        record("mapped", job, by)
    job.refresh_from_db()


def enqueue(job: Import, by: Member | None = None, *, rehearse: bool = False) -> None:
    """Send an import to the workers; once. `rehearse`: they only count what it would do."""
    with writing():
        mapping = job.mapping | {"rehearse": rehearse}
        sent = _only_uploaded(job).update(state="waiting", mapping=mapping, read=0, counts={})
        if sent:
            record("rehearsal waits" if rehearse else "import waits", job, by)
    job.refresh_from_db()


def rehearsed(job: Import, worker: str, read: int, counts: Mapping[str, Any]) -> None:
    """End a rehearsal: the import is as before it, and knows what it would do."""
    with writing():
        held = Import.objects.filter(pk=job.pk, state="running", claimed_by=worker)
        held.update(
            state="uploaded", total=read, counts={**counts, "rehearsed": True}, read=0,
            claimed_by="", claimed_at=None,
        )  # fmt: skip
    job.refresh_from_db()


def take(job: Import, worker: str) -> None:
    """Begin an import in this process instead of the workers."""
    with writing():
        _only_uploaded(job).update(state="running", claimed_by=worker, claimed_at=clock.now())
    job.refresh_from_db()


def advance(job: Import, worker: str, read: int, counts: Mapping[str, Any]) -> None:
    """Keep how far an import is; call it inside the transaction of the batch. Raises LostError."""
    held = Import.objects.filter(pk=job.pk, state="running", claimed_by=worker)
    if not held.update(read=read, counts=counts, claimed_at=clock.now()):
        raise LostError(f"import {job.pk}: another worker has taken it over")
    job.read, job.counts = read, dict(counts)


def settle(job: Import, worker: str, state: str, *, error: str = "") -> None:
    """End an import as done or failed."""
    with writing():
        held = Import.objects.filter(pk=job.pk, state="running", claimed_by=worker)
        ended = held.update(
            state=state, error=error[:_ERROR], ended_at=clock.now(), claimed_by="", claimed_at=None,
            total=job.read,
        )  # fmt: skip
        if ended:
            record(f"import {state}", job, job.member, **job.counts.get("counts", {}))
    job.refresh_from_db()


def discard(job: Import, own: Path, by: Member | None = None) -> None:
    """Forget an import that has not begun, with its file."""
    with writing():
        record("import discarded", job, by)
        gone, _ = _only_uploaded(job).delete()
    if gone:
        (own / job.path).unlink(missing_ok=True)


def _only_uploaded(job: Import) -> Any:
    return Import.objects.filter(pk=job.pk, state="uploaded")


def _write(file: Path, parts: Iterable[bytes], *, name: str, most: int) -> None:
    size = 0
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        for part in parts:
            size += len(part)
            if size > most:
                raise DataError(f"{name}: is larger than {most >> 20:,} MB; cut it in two")
            handle.write(part)
