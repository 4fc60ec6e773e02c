"""What a workbook's archive says of a sheet before it is opened: its size, its uncalculated formulas."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from milepost.engine.reading.plain import wrong

# A sheet is held in memory as the rectangle of all its cells: while it is opened some 70 bytes for a
# number and 100 for a short text. Twenty columns of the longest sheet there is are allowed.
MOST_CELLS = 21_000_000
MOST_BYTES = 1 << 30
CHUNK = 1 << 20

_SHEETS = "xl/worksheets/"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+\d+:([A-Z]+)(\d+)"')
# A formula without its result: nobody calculated it, such as in a file that a program wrote. An
# empty text (t="str") is a result.
_FORMULA = re.compile(
    rb'<c r="([A-Z]+)(\d+)"(?![^>]*t="(?:str|s|e)")[^>]*>\s*<f[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>|(?=</c>))'
)
_LONGEST_FORMULA = 1 << 14
# Whatever is wrong with an archive, whoever opens it says so.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, ElementTree.ParseError, EOFError, KeyError, OSError,
    NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip


def refuse_bomb(file: Path) -> None:
    """Raise DataError for a workbook that memory would not hold while it is opened, before any sheet is.

    What the archive says of its sizes is believed: whoever unpacks it stops there.
    """
    try:
        with zipfile.ZipFile(file) as book:
            parts = (one for one in book.infolist() if one.filename.endswith((".xml", ".rels")))
            size = sum(one.file_size for one in parts if not one.filename.startswith(_SHEETS))
    except _DAMAGED:
        return
    if size > MOST_BYTES:
        raise wrong(
            f"{file}: the texts of the workbook hold {size >> 20:,} MB when unpacked; at most"
            f" {MOST_BYTES >> 20:,} MB can be read; save it as CSV or Parquet"
        )


def refuse_monster(file: Path, sheet: str) -> None:
    """Raise DataError for a sheet that memory would not hold; it is opened whole."""
    try:
        with zipfile.ZipFile(file) as book:
            part = _part(book, sheet)
            sizes = (book.getinfo(name).file_size for name in _held(book, part))
            start = _start(book, part)
    except _DAMAGED:
        return
    if (size := sum(sizes)) > MOST_BYTES:
        raise wrong(
            f"{file}: sheet '{sheet}' holds {size >> 20:,} MB when unpacked; at most"
            f" {MOST_BYTES >> 20:,} MB can be read; save it as CSV or Parquet"
        )
    found = _DIMENSION.search(start)
    if found and (columns := place_of(found[1])) * (rows := int(found[2])) > MOST_CELLS:
        raise wrong(
            f"{file}: sheet '{sheet}' spans {rows:,} rows and {columns:,} columns; at most"
            f" {MOST_CELLS:,} cells can be read; delete what stands far outside of the table,"
            " or save it as CSV"
        )


def uncalculated(file: Path, sheet: str) -> Iterator[tuple[int, str]]:
    """The cells with a formula and no result: each one's column, counted from 1, and its name."""
    try:
        with zipfile.ZipFile(file) as book, book.open(_part(book, sheet)) as handle:
            rest = b""
            while part := handle.read(CHUNK):
                rest += part
                end = 0
                for match in _FORMULA.finditer(rest):
                    yield place_of(match[1]), (match[1] + match[2]).decode()
                    end = match.end()
                rest = rest[max(end, len(rest) - _LONGEST_FORMULA) :]
    except _DAMAGED:
        return


def place_of(letters: bytes) -> int:
    """A column's place by its letters.

    >>> place_of(b"A"), place_of(b"AA")
    (1, 27)
    """
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place


def _part(book: zipfile.ZipFile, sheet: str) -> str:
    """The archive's member that holds a sheet; raises KeyError where there is none."""
    root = ElementTree.fromstring(_small(book, "xl/workbook.xml"))
    ids = {one.get("name"): one.get(_RELATION) for one in root.iter() if one.tag.endswith("}sheet")}
    links = ElementTree.fromstring(_small(book, "xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    target = targets[ids[sheet]]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _small(book: zipfile.ZipFile, name: str) -> bytes:
    with book.open(name) as handle:
        return handle.read(CHUNK)


def _start(book: zipfile.ZipFile, part: str) -> bytes:
    with book.open(part) as handle:
        return handle.read(1 << 14)


def _held(book: zipfile.ZipFile, part: str) -> list[str]:
    strings = "xl/sharedStrings.xml"
    return [part, strings] if strings in book.namelist() else [part]
