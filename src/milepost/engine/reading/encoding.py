"""Which encoding a file is in, and its content as UTF-8 with every odd byte counted."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import AnyStr

from milepost.engine.reading.bytes import refuse_signature
from milepost.engine.reading.plain import wrong
from milepost.plan.text_files import codec_of

UTF8 = "utf-8"
LINES_KEPT = 10
MARKS = {
    codecs.BOM_UTF8: UTF8,
    codecs.BOM_UTF32_LE: "utf-32-le",  # before UTF-16, whose mark is its beginning
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
# A byte that UTF-8 cannot hold arrives as one of these, and leaves as what Windows meant by it.
STRAY = re.compile("[\udc80-\udcff]")
UNDEFINED = {chr(0xDC00 + byte) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1f]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec's name, how many bytes or characters did not fit it, and on which lines first."""

    name: str
    stray: int = 0
    lines: tuple[int, ...] = ()


@dataclass(slots=True)  # counted on part by part of a file, so not frozen
class _Tally:
    line: int = 1
    stray: int = 0
    wide: int = 0  # bytes beyond one a character: what valid UTF-8 has and single-byte text has not
    undefined: bool = False
    lines: list[int] = field(default_factory=list)

    def count(self, text: str, odd: re.Pattern[str]) -> None:
        found = [match.start() for match in odd.finditer(text)]
        self.stray += len(found)
        for at in found:
            if len(self.lines) >= LINES_KEPT:
                break
            line = self.line + text.count("\n", 0, at)
            if line not in self.lines:
                self.lines.append(line)


def survey(
    parts: Iterable[bytes], *, file: Path, stated: str | None, complete: bool = True
) -> Encoding:
    """Read all parts once and say what they are encoded in.

    `complete` is False when only the beginning is looked at. Raises DataError for what is no text
    and for a NUL.
    """
    flow = iter(parts)
    first = next(flow, b"")
    refuse_signature(first, file=file)
    name = _stated(stated, first) if stated else _guess(first)
    flow = chain([first], flow)
    if name == UTF8:
        return _survey_utf8(flow, file=file, stated=bool(stated), complete=complete)
    return _survey_other(flow, name=name, file=file)


def transcode(parts: Iterable[bytes], *, encoding: Encoding) -> Iterator[bytes]:
    """The same text in UTF-8, without its byte order mark."""
    flow = iter(parts)
    if encoding.name == UTF8:
        first = next(flow, b"").removeprefix(codecs.BOM_UTF8)
        flow = chain([first], flow)
        return flow if not encoding.stray else _repaired(flow)
    return _decoded(flow, encoding.name)


def remarks(encoding: Encoding, *, stated: bool) -> Iterator[str]:
    """What a reader should know about how the bytes were understood."""
    lines = ", ".join(map(str, encoding.lines))
    where = f"first on line{'s' * (len(encoding.lines) > 1)} {lines}"
    bytes_are = f"{encoding.stray:,} byte{' is' if encoding.stray == 1 else 's are'}"
    if encoding.name == UTF8:
        if encoding.stray:
            yield f"{bytes_are} not UTF-8, read as cp1252 ({where})"
    elif stated:
        if encoding.stray:
            yield f"{bytes_are} not {encoding.name}, read as U+FFFD ({where})"
    elif encoding.stray:
        yield f"not UTF-8 ({where}), read as {encoding.name}; state read.encoding if letters look wrong"
    else:
        yield f"read as {encoding.name}"


def _stated(name: str, start: bytes) -> str:
    found = codec_of(name)
    if found == "utf-8-sig":
        return UTF8
    # Of the two orders of UTF-16 the mark decides, not the plan's author.
    return _guess(start) if found == "utf-16" and _guess(start).startswith("utf-16") else found


def _guess(start: bytes) -> str:
    for mark, name in MARKS.items():
        if start.startswith(mark):
            return name
    return _unmarked_utf16(start[: 1 << 16]) or UTF8


def _unmarked_utf16(start: bytes) -> str | None:
    """UTF-16 betrays itself by zero bytes at every other place, and nowhere else."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    many, few = max(even, odd), min(even, odd)
    units = len(start) // 2
    if not units or many / units < 0.01 or few > many / 20:
        return None
    if many / units < 0.5 and _is_plain(start):
        return None
    name = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = start[: units * 2 - 2].decode(name) if units > 1 else start.decode(name)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else name


def _is_plain(start: bytes) -> bool:
    """Whether this could be UTF-8 text that merely has a NUL in it."""
    try:
        codecs.utf_8_decode(start, "strict", False)
    except UnicodeDecodeError:
        return False
    return not CONTROL.search(start)


def _survey_utf8(parts: Iterable[bytes], *, file: Path, stated: bool, complete: bool) -> Encoding:
    tally, rest = _Tally(), b""
    for part in parts:
        _refuse_nul(part, b"\0", b"\n", line=tally.line, file=file)
        if rest or not part.isascii():
            rest = _measure(rest + part, tally, final=False)
        tally.line += part.count(b"\n")
    if rest and complete:
        _measure(rest, tally, final=True)
    if not tally.stray or stated or tally.wide >= tally.stray:
        return Encoding(UTF8, tally.stray, tuple(tally.lines))
    name = "latin-1" if tally.undefined else "cp1252"
    return Encoding(name, tally.stray, tuple(tally.lines))


def _measure(data: bytes, tally: _Tally, *, final: bool) -> bytes:
    """Count what is odd in a chunk; gives back the beginning of a character that it cuts."""
    try:
        text, used = codecs.utf_8_decode(data, "strict", final)
    except UnicodeDecodeError:
        text, used = codecs.utf_8_decode(data, "surrogateescape", final)
        tally.count(text, STRAY)
        tally.undefined = tally.undefined or any(odd in text for odd in UNDEFINED)
    tally.wide += used - len(text)
    return data[used:]


def _survey_other(parts: Iterable[bytes], *, name: str, file: Path) -> Encoding:
    tally, odd = _Tally(), re.compile("\ufffd")
    for text in _texts(parts, name):
        _refuse_nul(text, "\0", "\n", line=tally.line, file=file)
        if "\ufffd" in text:
            tally.count(text, odd)
        tally.line += text.count("\n")
    return Encoding(name, tally.stray, tuple(tally.lines))


def _refuse_nul(text: AnyStr, nul: AnyStr, newline: AnyStr, *, line: int, file: Path) -> None:
    at = text.find(nul)
    if at >= 0:
        raise wrong(
            f"{file}:{line + text.count(newline, 0, at)}: a NUL, so this is no plain text;"
            " remove the NULs, or state read.encoding (utf-16? utf-32?)"
        )


def _texts(parts: Iterable[bytes], name: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(name)("replace")
    for part in parts:
        yield decoder.decode(part)
    yield decoder.decode(b"", final=True)


def _decoded(parts: Iterable[bytes], name: str) -> Iterator[bytes]:
    start = True
    for text in _texts(parts, name):
        if start and text:
            text, start = text.removeprefix("\ufeff"), False
        yield text.encode(UTF8, "replace")


def _repaired(parts: Iterable[bytes]) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(UTF8)("surrogateescape")
    for part in chain(parts, [b""]):
        text = decoder.decode(part, final=not part)
        yield STRAY.sub(_windows, text).encode(UTF8)


def _windows(match: re.Match[str]) -> str:
    byte = bytes([ord(match[0]) - 0xDC00])
    return byte.decode("latin-1" if match[0] in UNDEFINED else "cp1252")
