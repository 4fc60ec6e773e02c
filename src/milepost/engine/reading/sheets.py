"""XLSX workbooks: one sheet as rows of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from milepost.engine.reading import names as columns
from milepost.engine.reading.finding import readable
from milepost.engine.reading.pieces import ROWS, Piece, batch, kept, piece
from milepost.engine.reading.plain import wrong
from milepost.engine.reading.workbook import refuse_bomb, refuse_monster, uncalculated
from milepost.errors import hint
from milepost.plan.model import Read

Row = tuple[int, list[Any]]  # the sheet's row number, and its cells
WHOLE = 1e15  # above it a float no longer tells whole numbers apart


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    names: tuple[str, ...]
    rows: Iterator[Row]
    notes: tuple[str, ...]


def names(file: Path, *, read: Read) -> tuple[str, ...]:
    """The names in the first row that is not blank."""
    return _opened(file, read).names


def pieces(file: Path, *, read: Read, wanted: frozenset[str] | None) -> Iterator[Piece]:
    """The sheet's rows as text; blank rows are no records.

    Dates are ISO text, times and durations h:mm:ss, whole numbers have no point. Raises DataError
    for what is no workbook, or a sheet that is not there.
    """
    sheet = _opened(file, read)
    chosen = kept(sheet.names, wanted)
    places = [sheet.names.index(name) for name in chosen]
    _refuse_uncalculated(file, sheet, places)
    notes, done = sheet.notes, 0
    while rows := list(islice(sheet.rows, ROWS)):
        cells = [[_text(row[place]) for place in places] for _, row in rows]
        records = np.arange(done + 1, done + len(rows) + 1, dtype=np.int64)
        done += len(rows)
        yield piece(batch(cells, chosen), records, read=done, notes=notes, sheet=sheet.name)
        notes = ()
    yield piece(batch([], chosen), np.empty(0, np.int64), read=done, notes=notes, sheet=sheet.name)


def lines(file: Path, records: Sequence[int], *, read: Read) -> dict[int, int]:
    """The sheet's row for each of these records."""
    sought = set(records)
    rows = enumerate(_opened(file, read).rows, start=1)
    return {record: number for record, (number, _) in rows if record in sought}


def _opened(file: Path, read: Read) -> _Sheet:
    sheet, notes = _sheet(file, read.sheet)
    rows = _full_rows(sheet.iter_rows())
    first = next(rows, None)
    if first is None:
        raise wrong(
            f"{file}: sheet '{sheet.name}' is empty; expected a row of column names;"
            " state another in read.sheet"
        )
    cells = [_text(cell) or "" for cell in first[1]]
    header = read.header == "first"
    raw = read.names or (cells if header else [""] * len(cells))
    if len(raw) != len(cells):
        raise wrong(
            f"{file}: read.names lists {len(raw)} names, but sheet '{sheet.name}' has"
            f" {len(cells)} columns; name every column"
        )
    found, renamed = columns.unique(raw, file=file)
    odd = columns.doubtful(found) if header and not read.names else None
    kept_rows = rows if header else _again(first, rows)
    return _Sheet(sheet.name, found, kept_rows, (*notes, *([odd] if odd else []), *renamed))


def _refuse_uncalculated(file: Path, sheet: _Sheet, places: Sequence[int]) -> None:
    """Raise DataError for a formula without its result, which would look like a blank cell."""
    cells = uncalculated(file, sheet.name)
    name = next((name for column, name in cells if column - 1 in places), None)
    if name:
        raise wrong(
            f"{file}: cell {name} of sheet '{sheet.name}' holds a formula whose result is not in the"
            " file; open and save it in a spreadsheet program, or store the values"
        )


def _sheet(file: Path, name: str | None) -> tuple[CalamineSheet, tuple[str, ...]]:
    with readable(file):
        file.open("rb").close()
    refuse_bomb(file)
    try:
        book = CalamineWorkbook.from_path(file)
        known = book.sheet_names
        if name is not None and name not in known:
            raise wrong(f"{file}: has no sheet '{name}'{hint(name, known)}")
        chosen = name or known[0]
        refuse_monster(file, chosen)
        sheet = book.get_sheet_by_name(chosen)
    except (CalamineError, OSError, IndexError):
        raise wrong(
            f"{file}: cannot be read as a workbook; expected an XLSX file without a password;"
            " save it anew as .xlsx, or as CSV"
        ) from None
    if name is None and len(known) > 1:
        others = ", ".join(f"'{other}'" for other in known[1:])
        return sheet, (f"sheet '{chosen}' is read; there are also {others} (read.sheet)",)
    return sheet, ()


def _full_rows(rows: Iterable[list[Any]]) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        if any(cell != "" and str(cell).strip() for cell in row):
            yield number, row


def _again(first: Row, rows: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rows


def _text(cell: Any) -> str | None:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < WHOLE else repr(cell)
    if isinstance(cell, timedelta):
        return _clock(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _clock(span: timedelta) -> str:
    minutes, seconds = divmod(round(abs(span).total_seconds()), 60)
    sign = "-" if span < timedelta(0) else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
