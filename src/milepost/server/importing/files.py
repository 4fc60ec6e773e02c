"""A CSV or XLSX file as batches of records of text, within bounds that a hostile file cannot pass."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from milepost.errors import DataError, one_line
from milepost.plan.model import Read

# The engine's readers are imported where a file is read: they bring thirty megabytes of libraries,
# which a process that only answers requests has no use for.
if TYPE_CHECKING:
    from milepost.engine.reading.pieces import Piece, Refusal

# More would make no page that anybody could map.
MOST_COLUMNS = 200
MOST_BYTES = {".csv": 1 << 30, ".tsv": 1 << 30, ".txt": 1 << 30, ".xlsx": 64 << 20}
BATCH = 2_000
SAMPLE = 200
_READ = Read()

Cells = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some records: their numbers in the file, from 1, their cells, and those that could not be read.

    `read` counts the records up to here, those refused included.
    """

    records: tuple[int, ...]
    rows: tuple[Cells, ...]
    refused: tuple[Refusal, ...]
    read: int


def suffix_of(name: str) -> str:
    """The ending of a file's name, if such files are read. Raises DataError."""
    suffix = Path(name).suffix.lower()
    if suffix not in MOST_BYTES:
        raise DataError(f"{one_line(name)}: is neither CSV nor XLSX; save the table as one of them")
    return suffix


def columns(file: Path) -> tuple[str, ...]:
    """The names of the columns. Raises DataError for what is no table, or too much of one."""
    names = _form(file).names(file, read=_READ)
    if len(names) > MOST_COLUMNS:
        raise DataError(
            f"{one_line(file.name)}: {len(names):,} columns; at most {MOST_COLUMNS} are taken;"
            " keep those that say something of a person"
        )
    return tuple(names)


def batches(file: Path, *, after: int = 0, size: int = BATCH) -> Iterator[Batch]:
    """The records behind the first `after`, at most `size` at a time; memory is bounded.

    Raises DataError for what is no text, a NUL, or a quote that never closes.
    """
    for piece in _form(file).pieces(file, read=_READ, wanted=None):
        if piece.read > after:
            yield from _cut(piece, after, size)


def sample(file: Path, *, most: int = SAMPLE) -> tuple[tuple[int, Cells], ...]:
    """The first records with their numbers."""
    pairs = (
        pair
        for batch in batches(file, size=most)
        for pair in zip(batch.records, batch.rows, strict=True)
    )
    return tuple(islice(pairs, most))


def _form(file: Path) -> ModuleType:
    from milepost.engine.reading import delimited, sheets  # noqa: PLC0415 -- see above
    from milepost.server.importing.workbooks import refuse_bomb  # noqa: PLC0415 -- see above

    suffix = suffix_of(file.name)
    if file.exists() and file.stat().st_size > MOST_BYTES[suffix]:
        raise DataError(
            f"{one_line(file.name)}: is larger than {MOST_BYTES[suffix] >> 20:,} MB;"
            f" {'save it as CSV' if suffix == '.xlsx' else 'cut it in two'}"
        )
    if suffix != ".xlsx":
        return delimited
    refuse_bomb(file)
    return sheets


def _cut(piece: Piece, after: int, size: int) -> Iterator[Batch]:
    """A piece in batches, each with the refusals that lie before its end."""
    numbers = piece.records.tolist()
    start = bisect_right(numbers, after)
    refused = [one for one in piece.refused if one.record > after]
    if start >= len(numbers):
        if refused:
            yield Batch((), (), tuple(refused), piece.read)
        return
    for place in range(start, len(numbers), size):
        part = piece.table.slice(place, size)
        records = tuple(numbers[place : place + size])
        last = place + size >= len(numbers)
        read = piece.read if last else records[-1]
        ready = [one for one in refused if one.record <= read]
        refused = refused[len(ready) :]
        yield Batch(records, _rows(part.columns), tuple(ready), read)


def _rows(columns: Sequence[object]) -> tuple[Cells, ...]:
    return tuple(zip(*(column.to_pylist() for column in columns), strict=True))  # type: ignore[attr-defined]  # pyarrow has no types
