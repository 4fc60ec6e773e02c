"""The bytes of a file in chunks, unpacked where they are gzip, and what they plainly are not."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from milepost.engine.reading.finding import readable
from milepost.engine.reading.plain import wrong

CHUNK = 1 << 20
GZIP = b"\x1f\x8b"
TABLES = "a table as CSV, TSV, JSON lines, XLSX or Parquet"

# What a file begins with when it is no text at all.
SIGNATURES = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF87a": "a GIF picture",
    b"GIF89a": "a GIF picture",
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "a ZIP archive (or an XLSX workbook under another name)",
    b"PAR1\x15": "a Parquet file under another name",
    b"SQLite format 3\x00": "an SQLite database",
    b"\xd0\xcf\x11\xe0": "an old Office document (.xls)",
    b"BZh91AY&SY": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"\x7fELF": "a program",
}


def chunks(file: Path) -> Iterator[bytes]:
    """The file's content in pieces of 1 MiB; raises DataError where it is empty or cut short."""
    with readable(file), file.open("rb") as handle:
        start = handle.read(len(GZIP))
        handle.seek(0)
        if start == GZIP:
            found = _unpacked(file, handle)
        elif start and file.suffix.lower() == ".gz":
            raise wrong(f"{file}: is named .gz but is not gzip; rename it or compress it")
        else:
            found = iter(lambda: handle.read(CHUNK), b"")
        first = next(found, b"")
        if not first:
            raise wrong(f"{file}: is empty; expected {TABLES}")
        yield from chain([first], found)


def head(file: Path, *, size: int) -> bytes:
    """The first `size` bytes of the content, or a little more, or all there is."""
    parts: list[bytes] = []
    for part in chunks(file):
        parts.append(part)
        if sum(map(len, parts)) >= size:
            break
    return b"".join(parts)


def refuse_signature(start: bytes, *, file: Path) -> None:
    """Raise DataError when a file that should be text begins like something else."""
    for signature, what in SIGNATURES.items():
        if start.startswith(signature):
            raise wrong(f"{file}: is {what}; expected {TABLES}")


class _Stream(io.RawIOBase):
    """Chunks as a file that libraries can read from."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = iter(parts)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any buffer, says typeshed; a reader gives these
        while not self._rest:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._rest = memoryview(part)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def stream(parts: Iterable[bytes]) -> io.BufferedReader:
    """A readable file over chunks that are made as they are asked for."""
    return io.BufferedReader(_Stream(parts), CHUNK)


def _unpacked(file: Path, handle: BinaryIO) -> Iterator[bytes]:
    try:
        with gzip.open(handle) as packed:
            yield from iter(lambda: packed.read(CHUNK), b"")
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise wrong(
            f"{file}: the gzip file is damaged or cut short; fetch it again, or unpack what is left"
        ) from None
