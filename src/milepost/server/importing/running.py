"""An import from its file to the tables: rehearsed, and run so that a kill costs one batch at most."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError, IntegrityError, OperationalError

from milepost import clock
from milepost.errors import DataError
from milepost.server.actions.imports import advance, settle
from milepost.server.actions.marking import mark, mark_all_of
from milepost.server.actions.subscribing import close_planned
from milepost.server.databases import writing
from milepost.server.importing import files, rejects
from milepost.server.importing.account import Account, account_of
from milepost.server.importing.files import Batch
from milepost.server.importing.keeping import Keeping, Table, rehearsal
from milepost.server.importing.mapping import Mapping, check, from_json
from milepost.server.importing.merging import Merged
from milepost.server.importing.rows import Problem, Row, reader
from milepost.server.importing.taking import TAKES, Taken
from milepost.server.models import Import

# Of two writers who bring the same person at once, the later one looks again; and of two who wait
# for each other, because their files are in another order, the one whom the database sends away.
_TRIES = 5
_DEADLOCK = "40P01"
_UNREADABLE = "cannot be read"

Progress = Callable[[Account], None]
_Read = Callable[[int, Sequence[str | None]], Row]


def rehearse(file: Path, mapping: Mapping, *, progress: Progress | None = None) -> Account:
    """Count what an import would do; nothing is written. Raises DataError."""
    read = _reader(file, mapping)
    account, moment = Account(), clock.now()
    with rehearsal() as keeping:
        for batch in files.batches(file):
            work = _read_batch(batch, read)
            taken = TAKES[mapping.kind](keeping, work.rows, mapping, moment)
            account = account.after(
                batch.read, taken.counts, work.refused(taken), work.left_out, remarks=taken.remarks
            )
            if progress:
                progress(account)
    return account


def run(
    job: Import,
    worker: str,
    folder: Path,
    *,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> bool:
    """Take in what is left of a claimed import, for about so many seconds; whether it has ended.

    `folder` is the server's own. Each batch is one transaction with the account of it, so that what
    was counted is what was kept, however a run ends. A file that cannot be read ends the import as
    failed, with the reason. Raises LostError where another worker has it by now.
    """
    file = folder / job.path
    until = time.monotonic() + seconds if seconds else None
    account = account_of(job)
    try:
        mapping = mapping_of(job)
        read = _reader(file, mapping)
        for batch in files.batches(file, after=account.read):
            account = _take(job, worker, _read_batch(batch, read), mapping, account, file)
            if progress:
                progress(account)
            if until and time.monotonic() > until:
                return False
    except DataError as error:
        settle(job, worker, "failed", error=str(error).replace(str(file), job.file_name))
        return True
    settle(job, worker, "done")
    return True


def mapping_of(job: Import) -> Mapping:
    """The mapping that an import keeps."""
    return from_json("events" if job.kind == "events" else "people", job.mapping)


def rejects_of(file: Path) -> Path:
    """Where what an import did not take is written, beside its file."""
    return file.with_suffix(".rejects.csv")


@dataclass(frozen=True, slots=True)
class _Work:
    """A batch as it was read: usable or refused rows, and records that were no rows at all."""

    batch: Batch
    rows: tuple[Row, ...]
    unreadable: tuple[Problem, ...]

    @property
    def left_out(self) -> list[Problem]:
        return [one for row in self.rows if not row.refused for one in row.left_out]

    def refused(self, taken: Taken) -> list[Problem]:
        return [*self.unreadable, *taken.refused]


def _reader(file: Path, mapping: Mapping) -> _Read:
    names = files.columns(file)
    check(mapping, names)
    return reader(mapping, names)


def _read_batch(batch: Batch, read: _Read) -> _Work:
    rows = tuple(map(read, batch.records, batch.rows))
    unreadable = (
        Problem(one.record, "", one.text, f"{_UNREADABLE}: {one.reason}") for one in batch.refused
    )
    return _Work(batch, rows, tuple(unreadable))


def _take(
    job: Import, worker: str, work: _Work, mapping: Mapping, account: Account, file: Path
) -> Account:
    for _ in range(_TRIES - 1):
        try:
            return _commit(job, worker, work, mapping, account, file)
        except (IntegrityError, OperationalError) as error:
            if not _clashed(error):
                raise
    return _commit(job, worker, work, mapping, account, file)


def _clashed(error: DatabaseError) -> bool:
    """Whether another writer was in the way, so that looking again helps."""
    deadlock = getattr(error.__cause__, "sqlstate", "") == _DEADLOCK
    return deadlock or isinstance(error, IntegrityError)


def _commit(
    job: Import, worker: str, work: _Work, mapping: Mapping, account: Account, file: Path
) -> Account:
    """One batch in one transaction; the reject file is written before it ends, and mended after a kill."""
    keeping: Keeping = Table()
    with writing():
        taken = TAKES[mapping.kind](keeping, work.rows, mapping, job.created_at)
        refused = work.refused(taken)
        listed = sorted((*refused, *work.left_out), key=lambda one: one.record)
        length = account.rejects
        if listed:
            length = rejects.append(rejects_of(file), listed, at=account.rejects)
        found = account.after(
            work.batch.read, taken.counts, refused, work.left_out,
            remarks=taken.remarks, rejects=length,
        )  # fmt: skip
        _follow(taken.merged)
        advance(job, worker, found.read, found.to_json())
    return found


def _follow(merged: Merged) -> None:
    """What else changes when people do: their facts, and what was to be sent to those who left."""
    people = [*merged.new, *merged.changed.values()]
    days = {(one.joined_at or one.created_at).date() for one in people} | merged.stood
    for month in {day.replace(day=1) for day in days}:
        mark("customers", month)
    for person in merged.renamed.values():
        mark_all_of(person)
    for number in merged.left:
        close_planned(merged.changed[number], "unsubscribed")
