"""The file of what an import did not take, for whoever mends the original; safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path

from milepost.server.importing.rows import Problem

HEADER = ("record", "column", "value", "reason")
_SHOWN = 200
# A spreadsheet takes a cell that begins so for a formula; some take the wide signs of East Asia too.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def guarded(text: str) -> str:
    """A cell that no spreadsheet runs.

    >>> guarded("=1+1"), guarded("+4532123456"), guarded("plain")
    ("'=1+1", "'+4532123456", 'plain')
    """
    return f"'{text}" if text.startswith(_FORMULAS) else text


def append(file: Path, problems: Iterable[Problem], *, at: int) -> int:
    """Write behind the first `at` bytes, whatever stood there; the file's new length, on disk.

    A batch that was cut short left lines of which the database knows nothing: they are overwritten.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    if not at:
        writer.writerow(HEADER)
    for one in problems:
        cells = (one.column, one.value[:_SHOWN], one.reason)
        writer.writerow((one.record, *map(guarded, cells)))
    number = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(number, "wb") as handle:
        handle.truncate(at)
        handle.seek(at)
        handle.write(text.getvalue().encode("utf-8", "replace"))
        handle.flush()
        os.fsync(handle.fileno())
        return handle.tell()
