"""Writing what was collected: a month's file is replaced whole, and all months of a call at once."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from milepost import clock
from milepost.engine.collected.columns import Layout, laid_out, layout_of, named
from milepost.engine.collected.current import (
    RECORD,
    Collected,
    Month,
    Put,
    Record,
    as_json,
    current,
    folder_of,
)
from milepost.engine.reading.plain import wrong
from milepost.engine.store import KEPT_SECONDS, Store
from milepost.errors import hint
from milepost.files import locked, replacing, write_text
from milepost.plan.facts import BY_NAME, COLLECTED, FactShape

# The month of rows that have no time.
TIMELESS = "none"
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_PUT = ("question", "question_type", "scale", "good", "touchpoint")

Rows: TypeAlias = pa.Table | pa.RecordBatchReader


def publish(
    store: Store, fact: str, months: Mapping[str, Rows], *, wait_seconds: float = 600.0
) -> Collected:
    """Replace the named months of a fact, in one step, and leave the others; what is then collected.

    `months` go by name, `2026-11` or `none` for rows without a time; one without rows is removed.
    Rows have the fact's own columns by their names (of responses also question, question_type,
    score, answer, scale and good), times with their zone; every further column is an attribute, kept
    as text. Whatever kills this leaves the state before. Raises DataError for rows that do not fit,
    BusyError where another writer does not end within `wait_seconds`.
    """
    shape = _shape(fact)
    for month in months:
        if month != TIMELESS and not _MONTH.fullmatch(month):
            raise wrong(f"month '{month}': expected one such as 2026-11, or {TIMELESS}")
    folder = folder_of(store.folder, fact)
    with store.writable(), locked(folder, wait_seconds=wait_seconds):
        before = current(store.folder, fact).record
        after = _replaced(folder, shape, before, months)
        _age(folder, before, after)
        write_text(folder / RECORD, as_json(after))
        _sweep(folder, after)
    return Collected(fact, folder, after)


def _shape(fact: str) -> FactShape:
    if fact not in COLLECTED:
        raise wrong(f"fact '{fact}' is not collected by the server{hint(fact, COLLECTED)}")
    return BY_NAME[fact]


def _replaced(folder: Path, shape: FactShape, before: Record, months: Mapping[str, Rows]) -> Record:
    """The record with the months written; the files of the others are those that they were."""
    names = before.names
    written = {month.month: month for month in before.files}
    for month, rows in months.items():
        names = named(rows.schema.names, shape, names)
        found = _written(folder, month, rows, layout_of(rows.schema, shape, names))
        written.pop(month, None)
        if found:
            written[month] = found
    files = tuple(written[month] for month in sorted(written))
    return Record(files, sum(month.rows for month in files), clock.now().isoformat(), names)


def _written(folder: Path, month: str, rows: Rows, layout: Layout) -> Month | None:
    """The file of a month, on disk under the name of its content; None where there are no rows."""
    partial = folder / f".{month}.{os.getpid()}.partial"
    seen = _Seen(layout)
    try:
        with pq.ParquetWriter(partial, layout.schema, compression="zstd") as writer:
            for batch in _batches(rows):
                fitted = laid_out(batch, layout)
                seen.add(fitted)
                writer.write_batch(fitted)
        if not seen.rows:
            return None
        with partial.open("rb") as handle:
            content = hashlib.file_digest(handle, "sha256").hexdigest()[:16]
        name = f"{month}-{content}.parquet"
        with replacing(folder / name) as ready:
            partial.replace(ready)
        return Month(month, name, seen.rows, seen.columns, seen.asked)
    finally:
        partial.unlink(missing_ok=True)


def _batches(rows: Rows) -> Iterator[pa.RecordBatch]:
    yield from rows.to_batches() if isinstance(rows, pa.Table) else rows


class _Seen:
    """What the rows of a month held so far."""

    def __init__(self, layout: Layout) -> None:
        self.rows = 0
        self._values = dict.fromkeys(layout.schema.names, 0)
        self._asked: set[Put] = set()
        self._layout = layout

    def add(self, batch: pa.RecordBatch) -> None:
        """Count a batch in."""
        self.rows += len(batch)
        for name in self._values:
            column = batch.column(name)
            self._values[name] += len(column) - column.null_count
        if self._layout.answers:
            self._asked.update(_asked(batch))

    @property
    def columns(self) -> tuple[str, ...]:
        """The attributes, and the fact's own columns that have a value in any row."""
        attributes = self._layout.attributes
        return tuple(name for name, n in self._values.items() if n or name in attributes)

    @property
    def asked(self) -> tuple[Put, ...]:
        """The questions that were answered, in a stable order."""
        return tuple(sorted(self._asked, key=repr))


def _asked(batch: pa.RecordBatch) -> Iterator[Put]:
    told = pa.Table.from_batches([batch]).select(_PUT)
    answered = pc.and_(pc.is_valid(told["question"]), pc.is_valid(told["question_type"]))
    for row in told.filter(answered).group_by(list(_PUT)).aggregate([]).to_pylist():
        yield Put(*(row[name] for name in _PUT))


def _age(folder: Path, before: Record, after: Record) -> None:
    """What is superseded ages from now: a reader of the state before may still open it."""
    for file in {month.file for month in before.files} - {month.file for month in after.files}:
        with suppress(OSError):
            os.utime(folder / file)


def _sweep(folder: Path, after: Record) -> None:
    """Remove the files of states long past, and what a kill left."""
    named_now = {month.file for month in after.files}
    for left in folder.glob(".*.partial"):
        left.unlink(missing_ok=True)
    for file in folder.glob("*.parquet"):
        if file.name not in named_now and time.time() - file.stat().st_mtime > KEPT_SECONDS:
            file.unlink(missing_ok=True)
