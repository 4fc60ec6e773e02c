"""What an XLSX file would cost to open, found out without opening it."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from milepost.engine.reading.plain import wrong
from milepost.engine.reading.workbook import place_of

# A sheet is held whole, as the rectangle of all its cells at about 100 bytes each.
MOST_UNPACKED = 512 << 20
MOST_CELLS = 6_000_000
_CHUNK = 1 << 20
_LOCAL_HEADER = 30
_CELL = re.compile(rb'<c\s[^>]*?r="([A-Z]{1,3})(\d{1,7})"')
_LONGEST_CELL = 200


def refuse_bomb(file: Path) -> None:
    """Raise DataError for a workbook whose content would not fit into memory.

    The content is unpacked and counted: what the archive says of its own size may be a lie.
    """
    try:
        with zipfile.ZipFile(file) as book, file.open("rb") as handle:
            left = MOST_UNPACKED
            for entry in book.infolist():
                left -= _count(handle, entry, left, file)
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError):
        raise wrong(
            f"{file.name}: cannot be read as a workbook; save it anew as .xlsx, or as CSV"
        ) from None


def _count(handle: BinaryIO, entry: zipfile.ZipInfo, left: int, file: Path) -> int:
    """The bytes that one member holds. Raises DataError beyond `left`, or for a sheet too wide and long."""
    sheet = _Sheet() if entry.filename.lower().startswith("xl/worksheets/") else None
    total = 0
    for part in _unpacked(handle, entry):
        total += len(part)
        if total > left:
            raise wrong(
                f"{file.name}: holds more than {MOST_UNPACKED >> 20} MB when unpacked;"
                " save it as CSV, which is read bit by bit"
            )
        if sheet:
            sheet.look(part)
    if sheet and sheet.cells > MOST_CELLS:
        raise wrong(
            f"{file.name}: a sheet spans {sheet.rows:,} rows and {sheet.columns:,} columns; at most"
            f" {MOST_CELLS:,} cells are read; delete what stands far outside of the table,"
            " or save it as CSV, which is read bit by bit"
        )
    return total


class _Sheet:
    """How far the cells of a sheet reach, as its text passes by."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns = 0
        self._rest = b""

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    def look(self, part: bytes) -> None:
        text = self._rest + part
        for letters, row in _CELL.findall(text):
            self.rows = max(self.rows, int(row))
            self.columns = max(self.columns, place_of(letters))
        self._rest = text[-_LONGEST_CELL:]


def _unpacked(handle: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member's bytes as they truly are; `zipfile` would stop where the archive says."""
    handle.seek(entry.header_offset)
    name, extra = struct.unpack("<HH", handle.read(_LOCAL_HEADER)[26:30])
    handle.seek(name + extra, 1)
    left = entry.compress_size
    if entry.compress_type == zipfile.ZIP_STORED:
        while part := handle.read(min(_CHUNK, left)):
            left -= len(part)
            yield part
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise NotImplementedError(entry.compress_type)
    flow = zlib.decompressobj(-zlib.MAX_WBITS)
    while packed := flow.unconsumed_tail or handle.read(min(_CHUNK, left)):
        left -= 0 if flow.unconsumed_tail else len(packed)
        yield flow.decompress(packed, _CHUNK)
        if flow.eof:
            return
