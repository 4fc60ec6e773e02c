"""How a delimited file is laid out: its delimiter, its header, where its first record begins."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from milepost.engine.reading import names
from milepost.engine.reading.plain import wrong
from milepost.plan.model import Read
from milepost.plan.text_files import WHITESPACE, delimiter_of

HEAD = 4 << 20  # a header must end within this many bytes
LONGEST_RECORD = 64 << 20  # two of the largest blocks: no record beyond it can be read
SAMPLE = 1 << 18
SAMPLE_ROWS = 200
# A decimal comma stands in every row of a file without a header line, so the comma comes last.
CANDIDATES = ("\t", ";", "|", ",")

QUOTED = rb'(?<![^ \t\r\n])"(?:[^"]|"")*"'
QUOTED_OR_GAP = re.compile(rb"(" + QUOTED + rb")|^[ \t]+|[ \t]+(?=\r?$)|([ \t]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Layout:
    """`skip` rows precede the first record, blank lines counted; `squeezed`: blanks delimit."""

    delimiter: str
    squeezed: bool
    names: tuple[str, ...]
    skip: int
    notes: tuple[str, ...]


def find_layout(start: bytes, *, file: Path, read: Read) -> Layout:
    """The layout from the first 4 MiB of a file in UTF-8; raises DataError where there is none."""
    text = start[:HEAD].decode("utf-8", "ignore")
    delimiter = delimiter_of(read.delimiter) if read.delimiter else _sniff(text, read=read)
    squeezed = delimiter == WHITESPACE
    if squeezed:
        text, delimiter = _squeezed_text(text), "\t"
    row, before = _first_row(text, delimiter, file=file)
    raw = read.names or (row if read.header == "first" else ("",) * len(row))
    if len(raw) != len(row):
        raise wrong(
            f"{file}: read.names lists {len(raw)} names, but the first row has {len(row)} fields;"
            " name every column, or correct the delimiter"
        )
    found, notes = names.unique(raw, file=file)
    header = read.header == "first"
    odd = names.doubtful(found) if header and not read.names else None
    guessed = ("columns are parted by blanks",) if squeezed and not read.delimiter else ()
    skip = before + 1 if header else 0
    return Layout(delimiter, squeezed, found, skip, (*guessed, *([odd] if odd else []), *notes))


def squeeze(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Runs of blanks as one tab, but not inside quotes nor at a line's ends."""
    rest = b""
    for part in parts:
        whole, rest = _whole_lines(rest + part)
        yield _squeezed(whole)
    yield _squeezed(rest)


def is_blank(row: list[str], *, width: int) -> bool:
    """Whether a line is no record: nothing on it, or only blanks where several fields belong."""
    return not row or (len(row) == 1 and width > 1 and not row[0].strip())


def _sniff(text: str, *, read: Read) -> str:
    """The delimiter that gives most rows the width of the first one, and more than one column."""
    sample = text[:SAMPLE]
    best, best_rank = ",", (0.0, 0)
    for delimiter in CANDIDATES:
        rows = _sample_rows(sample, delimiter, cut=len(text) > SAMPLE)
        width = len(rows[0]) if rows else 0
        if width < 2:
            continue
        alike = sum(len(row) == width for row in rows) / len(rows)
        rank = (alike, width if read.header == "first" else 0)
        if rank > best_rank:
            best, best_rank = delimiter, rank
    return WHITESPACE if best_rank[0] < 0.5 and _is_blank_parted(sample, read=read) else best


def _sample_rows(sample: str, delimiter: str, *, cut: bool) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if row and (len(row) > 1 or row[0].strip()):
                rows.append(row)
            if len(rows) > SAMPLE_ROWS:
                break
    except csv.Error:
        pass  # a cell beyond the csv module's bound: what came before it must do
    return rows[:-1] if len(rows) > 1 and (cut or len(rows) > SAMPLE_ROWS) else rows


def _is_blank_parted(sample: str, *, read: Read) -> bool:
    """Rows of equal width, at least two columns, whose fields often hold digits: no prose."""
    rows = _sample_rows(_squeezed_text(sample), "\t", cut=len(sample) == SAMPLE)
    records = rows[1:] if read.header == "first" else rows
    cells = [cell for row in records for cell in row]
    if not cells or {len(row) for row in rows} != {len(rows[0])} or len(rows[0]) < 2:
        return False
    return 2 * sum(any(map(str.isdigit, cell)) for cell in cells) >= len(cells)


def _first_row(text: str, delimiter: str, *, file: Path) -> tuple[list[str], int]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for before, row in enumerate(islice(reader, 10_000)):
            if row and (len(row) > 1 or row[0].strip()):
                return row, before
    except csv.Error:
        raise wrong(
            f"{file}: the first row has a cell of more than {csv.field_size_limit():,} characters;"
            " expected a line of column names; is a quote left open, or the delimiter wrong?"
        ) from None
    raise wrong(f"{file}: holds only blank lines; expected a line of column names")


def _whole_lines(data: bytes) -> tuple[bytes, bytes]:
    """Cut after the last line that does not end inside quotes."""
    end, quotes = len(data), data.count(b'"')
    while end >= 0:
        before = data.rfind(b'"', 0, end)
        cut = data.rfind(b"\n", before + 1, end) if quotes % 2 == 0 else -1
        if cut >= 0:
            return data[: cut + 1], data[cut + 1 :]
        end, quotes = before, quotes - 1
    # Nothing that long can be read as one record, so that it need not be held to be refused.
    return (data, b"") if len(data) > LONGEST_RECORD else (b"", data)


def _squeezed(data: bytes) -> bytes:
    if b'"' in data:
        return QUOTED_OR_GAP.sub(lambda match: match[1] or (b"\t" if match[2] else b""), data)
    # Splitting and joining is five times as fast as the expression that quotes need.
    return b"".join(b"\t".join(line.split()) + b"\n" for line in data.splitlines())


def _squeezed_text(text: str) -> str:
    return _squeezed(text.encode()).decode()
