"""Tables for others' programs: CSV and XLSX, written row by row, with no cell that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import IO

from xlsxwriter import Workbook  # type: ignore[import-untyped]  # it ships no types
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]  # nor here

from milepost.errors import MilepostError
from milepost.server.importing.rejects import guarded

Cell = str | int | float | None
Rows = Iterable[Sequence[Cell]]

# A workbook is whole before its first byte goes, half a minute for so many rows; CSV streams.
MOST_ROWS = 100_000
_LONGEST_CELL = 32_767
# Without it some spreadsheets take UTF-8 for something else.
_MARK = "\ufeff"
_OPTIONS = {
    "constant_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


class ExportError(MilepostError, ValueError):
    """The table does not fit the format."""


def as_csv(header: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """A CSV file in UTF-8, line by line."""
    yield _MARK.encode()
    for row in chain((header,), rows):
        line = io.StringIO(newline="")
        csv.writer(line).writerow([_safe(cell) for cell in row])
        yield line.getvalue().encode("utf-8", "replace")


def as_xlsx(header: Sequence[str], rows: Rows, *, sheet: str) -> IO[bytes]:
    """An XLSX workbook of one sheet in a file that is gone once it is closed.

    Raises ExportError for more than MOST_ROWS.
    """
    # Whoever sends it closes it.
    found: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        with Workbook(found, _OPTIONS) as book:
            _fill(book.add_worksheet(sheet), header, rows)
    except BaseException:
        found.close()
        raise
    found.seek(0)
    return found


def _fill(page: Worksheet, header: Sequence[str], rows: Rows) -> None:
    page.freeze_panes(1, 0)
    for number, row in enumerate(chain((header,), rows)):
        if number > MOST_ROWS:
            raise ExportError(
                f"an XLSX file takes at most {MOST_ROWS:,} rows; narrow the filter, or take CSV"
            )
        for column, cell in enumerate(row):
            value = _safe(cell)
            if isinstance(value, str):
                page.write_string(number, column, value[:_LONGEST_CELL])
            elif value is not None:
                page.write_number(number, column, value)


def _safe(cell: Cell) -> Cell:
    return guarded(cell) if isinstance(cell, str) else cell
