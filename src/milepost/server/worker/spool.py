"""Rows on their way into the facts: on disk by month, so that a million of them take little memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from milepost.server.queries.facts import Fact, Row

_TYPES = {"text": pa.string(), "number": pa.float64(), "time": pa.timestamp("us", tz="UTC")}
# Rows in memory at a time, and rows that are written together.
_HELD = 20_000


class Spool:
    """Takes the rows of a fact in any order, and gives them by month with one set of columns."""

    def __init__(self, folder: Path, fact: Fact) -> None:
        self.rows = 0
        self._folder = folder
        self._schema = pa.schema([(name, _TYPES[kind]) for name, kind in fact.types.items()])
        self._also = fact.also
        self._held: dict[str, list[Row]] = {}
        self._attributes: dict[str, set[str]] = {}

    def add(self, row: Row) -> None:
        """Take a row."""
        self._held.setdefault(row.month, []).append(row)
        self.rows += 1
        if self.rows % _HELD == 0:
            self._lay_down()

    def month(self, month: str) -> pa.RecordBatchReader:
        """The rows of a month, read as they are asked for; none where it has none."""
        self._lay_down()
        found = self._attributes.get(month, set())
        names = (*self._also, *sorted(found.difference(self._also)))
        schema = pa.unify_schemas([self._schema, _texts(names)])
        return pa.RecordBatchReader.from_batches(schema, self._batches(month, schema))

    def _lay_down(self) -> None:
        for month, rows in self._held.items():
            batch = _batch(rows, self._schema)
            self._attributes.setdefault(month, set()).update(
                batch.schema.names[len(self._schema) :]
            )
            # One stream after the other: each has the attributes of its own rows.
            with (
                self._file(month).open("ab") as file,
                pa.ipc.new_stream(file, batch.schema) as stream,
            ):
                stream.write_batch(batch)
        self._held = {}

    def _batches(self, month: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Batches of a fair size: each becomes a group of rows in the fact."""
        some: list[pa.RecordBatch] = []
        for batch in _laid_down(self._file(month)):
            some.append(_widened(batch, schema))
            if sum(map(len, some)) >= _HELD:
                yield pa.concat_batches(some)
                some = []
        if some:
            yield pa.concat_batches(some)

    def _file(self, month: str) -> Path:
        return self._folder / f"{month}.arrows"


def _batch(rows: Sequence[Row], schema: pa.Schema) -> pa.RecordBatch:
    columns = zip(*(row.values for row in rows), strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    names = tuple({name: None for row in rows for name in row.attributes})
    arrays += [pa.array([row.attributes.get(n) for row in rows], pa.string()) for n in names]
    return pa.RecordBatch.from_arrays(arrays, schema=pa.unify_schemas([schema, _texts(names)]))


def _texts(names: Sequence[str]) -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in names])


def _widened(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    have = set(batch.schema.names)
    arrays = [
        batch.column(field.name) if field.name in have else pa.nulls(len(batch), field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _laid_down(file: Path) -> Iterator[pa.RecordBatch]:
    if not file.exists():
        return
    size = file.stat().st_size
    with pa.OSFile(str(file)) as handle:
        while handle.tell() < size:
            yield from pa.ipc.open_stream(handle)
