"""CSV and its kin: text in rows and columns, read in blocks and never held whole."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from milepost.engine.reading.bytes import chunks, head, stream
from milepost.engine.reading.encoding import Encoding, remarks, survey, transcode
from milepost.engine.reading.layout import (
    HEAD,
    LONGEST_RECORD,
    Layout,
    find_layout,
    is_blank,
    squeeze,
)
from milepost.engine.reading.pieces import Numbers, Piece, Refusal, kept, piece
from milepost.engine.reading.plain import wrong
from milepost.engine.reading.staged import TEXT_KEPT
from milepost.plan.model import Read

# Arrow reads many blocks ahead, so they are small; a record that does not fit into one makes the
# rest of the file be read in large ones, and what does not fit there is refused with its file.
BLOCK, LARGE_BLOCK = 4 << 20, 32 << 20
# A row behind the last one with a field too many. It is refused, by which we know that the file
# ended outside of quotes; the NUL in it cannot come from a file, where NULs were refused before.
SEAL = "\0"


def names(file: Path, *, read: Read) -> tuple[str, ...]:
    """The columns' names, from the beginning of the file alone."""
    start = head(file, size=HEAD)
    encoding = survey([start], file=file, stated=read.encoding, complete=False)
    return find_layout(b"".join(transcode([start], encoding=encoding)), file=file, read=read).names


def pieces(file: Path, *, read: Read, wanted: frozenset[str] | None) -> Iterator[Piece]:
    """The file's records, block by block; lines with nothing on them are no records.

    Only wanted cells are looked at, so a monstrous cell in another column refuses nothing.
    Raises DataError for what is no text, a record beyond 32 MiB, a quote that never closes.
    """
    encoding = survey(chunks(file), file=file, stated=read.encoding)
    form = find_layout(_text(file, encoding).read(HEAD), file=file, read=read)
    notes = (*remarks(encoding, stated=bool(read.encoding)), *form.notes)
    yield Piece(_empty(kept(form.names, wanted)), np.empty(0, np.int64), 0, notes=notes)
    yield from _parts(file, encoding, form, kept(form.names, wanted))


def lines(file: Path, records: Sequence[int], *, read: Read) -> dict[int, int]:
    """The physical line on which each of these records of the file begins."""
    start = head(file, size=HEAD)
    # The whole file decides about its encoding, but line ends and quotes are the same in all.
    encoding = survey([start], file=file, stated=read.encoding, complete=False)
    form = find_layout(b"".join(transcode([start], encoding=encoding)), file=file, read=read)
    sought, last, found, record = set(records), max(records, default=0), {}, 0
    for line, row in _rows(_text(file, encoding, squeezed=form.squeezed), form):
        if is_blank(row, width=len(form.names)):
            continue
        record += 1
        if record in sought:
            found[record] = line
        if record >= last:
            break
    return found


class _Refusals:
    """What the parser refused so far, in the order of the rows."""

    def __init__(self, skip: int) -> None:
        self.waiting: deque[tuple[int, str | None, str]] = deque()
        self.sealed = False
        self._interrupted = False
        self._skip = skip

    def __call__(self, row: Any) -> str:
        try:
            self._take(row)
        except KeyboardInterrupt:  # the parser would swallow it
            self._interrupted = True
        return "skip"

    def go_on(self) -> None:
        """Raise KeyboardInterrupt where one came while the parser was at work."""
        if self._interrupted:
            raise KeyboardInterrupt

    def _take(self, row: Any) -> None:
        if row.text.endswith(SEAL):
            self.sealed = True
        else:
            blank = row.actual_columns == 1 and not row.text.strip()
            fields = "1 field" if row.actual_columns == 1 else f"{row.actual_columns} fields"
            reason = f"{fields}, expected {row.expected_columns}"
            place = row.number - self._skip
            self.waiting.append((place, None if blank else reason, row.text[:TEXT_KEPT]))


def _parts(file: Path, encoding: Encoding, form: Layout, columns: list[str]) -> Iterator[Piece]:
    done = 0
    for block in (BLOCK, LARGE_BLOCK):
        try:
            for part in _blocks(file, encoding, form, columns, block):
                if part.read > done:
                    yield _behind(part, done) if done else part
                    done = part.read
            return
        except pa.ArrowInvalid as error:
            if "straddling" not in str(error):
                why = str(error).splitlines()[0]
                raise wrong(f"{file}: cannot be read ({why}); did it change?") from None
    _refuse_file(file, encoding, form)


def _blocks(
    file: Path, encoding: Encoding, form: Layout, columns: list[str], block: int
) -> Iterator[Piece]:
    refusals = _Refusals(form.skip)
    count = _Count(refusals)
    source = _text(file, encoding, squeezed=form.squeezed, end=_seal(form))
    for table in _reader(source, form, columns or list(form.names[:1]), refusals, block):
        refusals.go_on()
        records, refused = count.next(table.num_rows)
        yield piece(table.select(columns), records, read=count.read, refused=refused)
    refusals.go_on()
    if not refusals.sealed:
        _refuse_file(file, encoding, form)
    records, refused = count.next(0)
    yield Piece(_empty(columns), records, count.read, tuple(refused))


def _behind(part: Piece, done: int) -> Piece:
    """What a piece holds behind the first `done` records."""
    new = part.records > done
    table = part.table.filter(pa.array(new)) if part.table.num_columns else part.table
    refused = tuple(refusal for refusal in part.refused if refusal.record > done)
    return replace(part, table=table, records=part.records[new], refused=refused)


def _seal(form: Layout) -> bytes:
    return f"\n{form.delimiter * len(form.names)}{SEAL}".encode()


class _Count:
    """Numbers the records: every row has its number, refused or not; blank lines have none."""

    def __init__(self, refusals: _Refusals) -> None:
        self._waiting = refusals.waiting
        self._row = 1
        self._blank = 0

    @property
    def read(self) -> int:
        return self._row - 1 - self._blank

    def next(self, good: int) -> tuple[Numbers, list[Refusal]]:
        """The numbers of the next `good` rows, and what was refused before and among them."""
        start, end = self._row, self._row + good
        holes: list[int] = []
        blanks: list[int] = []
        refused: list[Refusal] = []
        while self._waiting and self._waiting[0][0] <= end:
            place, reason, text = self._waiting.popleft()
            end += 1
            holes.append(place - start)
            if reason is None:
                blanks.append(place)
            else:
                refused.append(Refusal(place - self._blank - len(blanks), reason, text))
        rows = np.delete(np.arange(start, end, dtype=np.int64), holes)
        numbers = rows - self._blank - np.searchsorted(np.array(blanks, np.int64), rows)
        self._row, self._blank = end, self._blank + len(blanks)
        return numbers, refused


def _reader(source: Any, form: Layout, columns: list[str], refusals: _Refusals, block: int) -> Any:
    return pacsv.open_csv(
        source,
        # One thread numbers the rows; two would leave the refused ones without a number.
        read_options=pacsv.ReadOptions(
            use_threads=False,
            block_size=block,
            column_names=list(form.names),
            skip_rows_after_names=form.skip,
        ),
        parse_options=pacsv.ParseOptions(
            delimiter=form.delimiter, newlines_in_values=True, invalid_row_handler=refusals
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()),
            include_columns=columns,
            null_values=[""],
            strings_can_be_null=True,
        ),
    )


def _text(
    file: Path, encoding: Encoding, *, squeezed: bool = False, end: bytes = b""
) -> io.BufferedReader:
    parts = transcode(chunks(file), encoding=encoding)
    return stream(chain(squeeze(parts) if squeezed else parts, [end] if end else []))


def _rows(source: io.BufferedReader, form: Layout) -> Iterator[tuple[int, list[str]]]:
    """Each row behind the header with the line it begins on.

    The last is [] if a quote in it does not close, [SEAL] if its line is too long to be held.
    """
    text = io.TextIOWrapper(source, encoding="utf-8", errors="replace", newline="")
    reader = csv.reader(_bounded(text), delimiter=form.delimiter)
    line = 1
    with _long_cells():
        try:
            for place, row in enumerate(reader):
                if place >= form.skip:
                    yield line, row
                line = reader.line_num + 1
        except csv.Error:  # a cell without end: nothing behind it can be told apart
            yield line, []
        except _TooLong:
            yield line, [SEAL]


class _TooLong(Exception):
    """A line that no record can have."""


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LONGEST_RECORD):
        if len(line) == LONGEST_RECORD:
            raise _TooLong
        yield line


@contextmanager
def _long_cells() -> Iterator[None]:
    limit = csv.field_size_limit(LONGEST_RECORD)  # more than Arrow can have read
    try:
        yield
    finally:
        csv.field_size_limit(limit)


def _refuse_file(file: Path, encoding: Encoding, form: Layout) -> NoReturn:
    """Raise DataError for a record without end, with the line on which it begins."""
    line, row = 1, [""]
    source = _text(file, encoding, squeezed=form.squeezed, end=_seal(form))
    for entry in _rows(source, form):
        line, row = entry
    if row[-1:] == [SEAL]:
        place = f"{file}:{line}" if row == [SEAL] else str(file)
        raise wrong(
            f"{place}: holds a record of more than {LARGE_BLOCK >> 20} MB;"
            " is a quote left open before it? close it, or shorten the record"
        )
    raise wrong(
        f"{file}:{line}: a quote opens in the record here and does not close"
        f" within {LARGE_BLOCK >> 20} MB; close it, or double the quotes inside the cell"
    )


def _empty(columns: list[str]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], pa.string()) for _ in columns], names=columns)
