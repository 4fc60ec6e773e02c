"""The sums of each cell: a query's rows laid out over the buckets of customers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from milepost.engine.query import (
    BIN,
    BUCKET,
    ENDED,
    KNOWN,
    PROTECTED,
    ROWS,
    UNITS,
    WAITING,
    WEIGHTED,
    WEIGHTS,
    Sheet,
)  # fmt: skip
from milepost.metrics.sums import Array, Histogram

BUCKETS = 128

# The values of a sheet's keys, buckets left out: touchpoint (where levels are kept), the first
# day of the period, segments, the split value.
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """The sums of one key: an array over the buckets for each (over one, without buckets).

    `weighted` is None where no row has a weight. `units` counts distinct customers, `protected` the
    rows that may be shown in groups only, and `known` those of identified customers.
    """

    plain: Mapping[str, Array]
    weighted: Mapping[str, Array] | None
    rows: int
    units: int
    protected: int
    known: int
    histogram: Histogram | None = None


def cells_of(sheet: Sheet, table: pa.Table) -> dict[Key, Cell]:
    """The cells of a query's result, a row a key and bucket."""
    names = [name for name in sheet.keys if name != BUCKET]
    keys = [_coded(table.column(name)) for name in names]
    number, first = _numbered(keys)
    values = [[known[code] for code in codes[first]] for codes, known in keys]
    plain = _laid_out(sheet, table, number, len(first), "")
    weighted = _laid_out(sheet, table, number, len(first), WEIGHTED) if sheet.weighted else None
    rows = _counted(table, ROWS, number, len(first))
    units = _counted(table, UNITS, number, len(first)) if sheet.units else rows
    protected = _counted(table, PROTECTED, number, len(first)) if sheet.guard else [0] * len(first)
    known = _counted(table, KNOWN, number, len(first)) if sheet.guard else rows
    weights = _counted(table, WEIGHTS, number, len(first)) if sheet.weighted else []
    return {
        key: Cell(
            {name: sums[index] for name, sums in plain.items()},
            {name: sums[index] for name, sums in weighted.items()} if weighted and weights[index] else None,
            rows[index], units[index], protected[index], known[index],
        )
        for index, key in enumerate(zip(*values, strict=True))
    }  # fmt: skip


def with_histograms(sheet: Sheet, cells: Mapping[Key, Cell], table: pa.Table) -> dict[Key, Cell]:
    """The cells with the histograms of a query's result, a row a key, bucket and bin."""
    names = [name for name in sheet.keys if name != BUCKET]
    keys = [_coded(table.column(name)) for name in names]
    number, first = _numbered(keys)
    buckets = _values(table.column(BUCKET)) if sheet.buckets else np.zeros(len(number))
    bins, held = _values(table.column(BIN)), buckets.astype(np.int64)
    ended, waiting = _values(table.column(ENDED)), _values(table.column(WAITING))
    order = np.argsort(number, kind="stable")
    ends = np.searchsorted(number[order], np.arange(len(first) + 1))
    found = dict(cells)
    for index, row in enumerate(first):
        key = tuple(known[codes[row]] for codes, known in keys)
        here = order[ends[index] : ends[index + 1]]
        found[key] = replace(
            cells[key], histogram=Histogram(bins[here], held[here], ended[here], waiting[here])
        )
    return found


def shared_out(
    cells: Mapping[Key, Cell], wholes: Mapping[Key, Cell], *, told: Callable[[Key], Set[object]]
) -> dict[Key, Cell]:
    """Each value of a split beside the whole of its place, whose rows are its denominator.

    `told` are the values that a place has a share of, be it none of so many.
    """
    return {
        (*place, value): _of_whole(cells.get((*place, value)), whole)
        for place, whole in wholes.items()
        for value in sorted(told(place), key=str)
    }


def _of_whole(cell: Cell | None, whole: Cell) -> Cell:
    plain = cell.plain if cell else _zeros(whole.plain)
    weighted = None
    if whole.weighted is not None:
        weighted = {**(cell.weighted or plain if cell else plain), "all": whole.weighted["n"]}
    return replace(whole, plain={**plain, "all": whole.plain["n"]}, weighted=weighted)


def _zeros(sums: Mapping[str, Array]) -> dict[str, Array]:
    return {name: np.zeros_like(total) for name, total in sums.items()}


# A key column as a code a row, and the values that the codes stand for.
Coded = tuple[NDArray[np.int64], list[Any]]


def _coded(column: pa.ChunkedArray) -> Coded:
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    return np.from_dlpack(encoded.indices).astype(np.int64), encoded.dictionary.to_pylist()


def _numbered(keys: Sequence[Coded]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each row the number of its cell, and for each cell the first row that has it."""
    number, first = np.zeros(len(keys[0][0]), dtype=np.int64), np.zeros(0, dtype=np.int64)
    for codes, known in keys:
        # Numbered anew after each key, so that many keys never outgrow the integer.
        _, first, number = np.unique(
            number * max(len(known), 1) + codes, return_index=True, return_inverse=True
        )
    return number, first


def _laid_out(
    sheet: Sheet, table: pa.Table, number: NDArray[np.int64], size: int, prefix: str
) -> dict[str, Array]:
    """For each sum a matrix, a row a cell and a column a bucket."""
    buckets = _values(table.column(BUCKET)) if sheet.buckets else np.zeros(len(number))
    place = (number, buckets.astype(np.int64))
    found = {}
    for name in sheet.metric.sums:
        sums = np.zeros((size, BUCKETS if sheet.buckets else 1))
        sums[place] = _values(table.column(prefix + name if prefix else sheet.told(name)))
        found[name] = sums
    return found


def _counted(table: pa.Table, name: str, number: NDArray[np.int64], size: int) -> list[int]:
    counts = np.bincount(number, weights=_values(table.column(name)), minlength=size)
    found: list[int] = counts.astype(np.int64).tolist()
    return found


def _values(column: pa.ChunkedArray) -> NDArray[Any]:
    """A column of numbers; a sum without rows is NULL and counts as zero."""
    known = column.fill_null(0) if column.null_count else column
    # Not to_numpy(), which imports pandas where it is there, for a third of a second.
    found: NDArray[Any] = np.from_dlpack(known.combine_chunks())
    return found
