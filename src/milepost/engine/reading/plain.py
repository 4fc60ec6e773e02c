"""What a file or its name holds, put so that it can stand in one line of a message."""

from __future__ import annotations

import os
from pathlib import Path

from milepost.errors import DataError

_BRIEF = 60


def plain(text: str) -> str:
    r"""Text on one line: what does not print, and bytes that are no letters, stand escaped.

    >>> plain("a\nb\x1b[1m\udcff")
    'a\\nb\\x1b[1m\\xff'
    """
    return "".join(letter if letter.isprintable() else _escaped(letter) for letter in text)


def brief(name: str) -> str:
    """A column's name in a message: on one line, and not the whole file where a header is odd."""
    return plain(name if len(name) <= _BRIEF else f"{name[:_BRIEF]}…")


def wrong(text: str) -> DataError:
    """The error that says this about a source, on one line whatever its names and values hold."""
    return DataError(plain(text))


def called(file: Path, base: Path | None) -> str:
    """A file's name as facts and accounts keep it: relative to `base`, bytes that are no UTF-8 escaped."""
    found = file.relative_to(base) if base and file.is_relative_to(base) else file
    return os.fsencode(found).decode("utf-8", "backslashreplace")


def _escaped(letter: str) -> str:
    if "\udc80" <= letter <= "\udcff":  # a byte of a file's name that is no UTF-8
        return f"\\x{ord(letter) - 0xDC00:02x}"
    return letter.encode("unicode_escape").decode()
