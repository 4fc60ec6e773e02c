"""Records on their way: batches of text cells with their numbers, and those refused on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from milepost.engine.reading.staged import TEXT_KEPT

LONGEST = 1_000_000  # characters in a cell
TOO_LONG = f"a cell of more than {LONGEST:,} characters"
# A Parquet row group, and what Python holds at once where it must touch the cells itself.
ROWS = 50_000

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record of one file that could not be read; the line is None where it is yet to be found."""

    record: int
    reason: str
    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Some records of a file: trimmed cells, each row's number in the file, `read` so far in all."""

    table: pa.RecordBatch
    records: Numbers
    read: int
    refused: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    sheet: str | None = None


def piece(
    table: pa.RecordBatch,
    records: Numbers,
    *,
    read: int,
    refused: Sequence[Refusal] = (),
    notes: tuple[str, ...] = (),
    sheet: str | None = None,
) -> Piece:
    """Trim the cells, make blank ones null, and refuse the records with a monstrous cell."""
    long = _too_long(table)
    if long is not None:
        monsters = [
            Refusal(int(number), TOO_LONG, _beginning(table, int(row)))
            for row, number in zip(np.flatnonzero(long), records[long], strict=True)
        ]
        refused = sorted([*refused, *monsters], key=lambda refusal: refusal.record)
        table, records = table.filter(pa.array(~long)), records[~long]
    columns = [_trimmed(column) for column in table.columns]
    clean = pa.RecordBatch.from_arrays(columns, names=table.schema.names)
    return Piece(clean, records, read, tuple(refused), notes, sheet)


def batch(rows: Sequence[Sequence[str | None]], names: Sequence[str]) -> pa.RecordBatch:
    """Rows of Python text as a batch of columns."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return pa.RecordBatch.from_arrays([_texts(column) for column in columns], names=list(names))


def kept(names: Sequence[str], wanted: frozenset[str] | None) -> list[str]:
    """The wanted ones among the columns there are, in the file's order."""
    return [name for name in names if wanted is None or name in wanted]


def sound(text: str) -> str:
    """Text without half a surrogate pair, which JSON can spell and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode()


def _texts(values: Sequence[str | None]) -> Any:
    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        return pa.array([value and sound(value) for value in values], pa.string())


def _trimmed(column: Any) -> Any:
    trimmed = pc.utf8_trim_whitespace(column)
    sizes = pc.binary_length(trimmed)
    if pc.min(sizes).as_py() != 0:
        return trimmed
    return pc.if_else(pc.equal(sizes, 0), pa.scalar(None, pa.string()), trimmed)


def _too_long(table: pa.RecordBatch) -> npt.NDArray[np.bool_] | None:
    found = None
    for column in table.columns:
        # Bytes are counted first: they are known without looking at a letter.
        if (pc.max(pc.binary_length(column)).as_py() or 0) <= LONGEST:
            continue
        long = pc.fill_null(pc.greater(pc.utf8_length(column), LONGEST), False)
        mask = long.to_numpy(zero_copy_only=False)
        found = mask if found is None else found | mask
    return found if found is not None and found.any() else None


def _beginning(table: pa.RecordBatch, row: int) -> str:
    cells = (column[row].as_py() or "" for column in table.columns)
    return ", ".join(cell[:TEXT_KEPT] for cell in cells)[:TEXT_KEPT]
