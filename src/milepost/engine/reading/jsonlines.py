"""JSON lines: one object a line, nested ones flattened to dotted keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from milepost.engine.reading.bytes import chunks, stream
from milepost.engine.reading.encoding import Encoding, remarks, survey, transcode
from milepost.engine.reading.finding import readable
from milepost.engine.reading.names import MOST, unique
from milepost.engine.reading.pieces import ROWS, Piece, Refusal, batch, kept, piece, sound
from milepost.engine.reading.plain import wrong
from milepost.engine.reading.staged import TEXT_KEPT
from milepost.plan.model import Read

LONGEST_LINE = 32 << 20
DECODER = json.JSONDecoder(parse_constant=lambda _: None)  # NaN and Infinity are no JSON
T = TypeVar("T")
Leaves = dict[str, Any]  # by dotted key what is no object itself
Bad = tuple[int, str, str]  # line, reason and beginning of a record that is no object


def names(file: Path, *, read: Read) -> tuple[str, ...]:
    """All keys of all objects, in the order they first occur: the whole file is read for it."""
    encoding = survey(chunks(file), file=file, stated=read.encoding)
    return tuple(_columns(file, encoding, _stamp(file))[0].values())


def pieces(file: Path, *, read: Read, wanted: frozenset[str] | None) -> Iterator[Piece]:
    """The file's objects as rows of text; blank lines are no records.

    Arrays stay JSON text, true and false are words, null and NaN are blank. Raises DataError for
    what is no text, or a file that is one JSON value over many lines.
    """
    encoding = survey(chunks(file), file=file, stated=read.encoding)
    columns, notes = _columns(file, encoding, _stamp(file))
    chosen = set(kept(list(columns.values()), wanted))
    keys = {key: name for key, name in columns.items() if name in chosen}
    remarked = (*remarks(encoding, stated=bool(read.encoding)), *notes)
    rows: list[list[str | None]] = []
    numbers: list[int] = []
    refused: list[Refusal] = []
    record = 0

    def cells(leaves: Leaves) -> list[str | None]:
        return [_text(leaves.get(key)) for key in keys]

    for record, found in enumerate(_records(file, encoding, cells), start=1):
        if isinstance(found, list):
            rows.append(found)
            numbers.append(record)
        else:
            line, reason, text = found
            refused.append(Refusal(record, reason, text, line))
        if record % ROWS == 0:
            yield _piece(rows, list(keys.values()), numbers, record, refused, remarked)
            rows, numbers, refused, remarked = [], [], [], ()
    yield _piece(rows, list(keys.values()), numbers, record, refused, remarked)


def lines(file: Path, records: Sequence[int], *, read: Read) -> dict[int, int]:
    """The physical line of each of these records."""
    sought, last = set(records), max(records, default=0)
    encoding = survey(chunks(file), file=file, stated=read.encoding)
    numbered = enumerate(_lines(file, encoding), start=1)
    ahead = takewhile(lambda entry: entry[0] <= last, numbered)
    return {record: line for record, (line, _) in ahead if record in sought}


def _piece(
    rows: list[list[str | None]],
    columns: list[str],
    numbers: list[int],
    read: int,
    refused: list[Refusal],
    notes: tuple[str, ...],
) -> Piece:
    records = np.array(numbers, np.int64)
    return piece(batch(rows, columns), records, read=read, refused=refused, notes=notes)


def _stamp(file: Path) -> tuple[int, int]:
    with readable(file):
        found = file.stat()
    return found.st_size, found.st_mtime_ns


# The whole file has to be parsed for its keys, and they are asked for before its rows are.
@lru_cache(maxsize=16)
def _columns(
    file: Path, encoding: Encoding, stamp: tuple[int, int]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Each key with its column's name, and remarks about those that had to differ."""
    keys: dict[str, None] = {}
    for found in _records(file, encoding, list):
        if isinstance(found, list):
            keys.update(dict.fromkeys(found))
        if len(keys) > MOST:
            break
    found_names, notes = unique([sound(key) for key in keys], file=file)
    return dict(zip(keys, found_names, strict=True)), notes


def _records(
    file: Path, encoding: Encoding, take: Callable[[Leaves], list[T]]
) -> Iterator[list[T] | Bad]:
    """What is taken of each record; or where and why it is no object."""
    for line, text in _lines(file, encoding):
        found = _parsed(text, take)
        if isinstance(found, list):
            yield found
        elif line == 1 and text.strip() in (b"[", b"{"):
            raise wrong(
                f"{file}:1: one JSON value over many lines; expected one object a line;"
                " write it anew as JSON lines, for instance with jq -c '.[]'"
            )
        else:
            yield line, found, text.decode("utf-8", "replace").strip()[:TEXT_KEPT]


def _lines(file: Path, encoding: Encoding) -> Iterator[tuple[int, bytes]]:
    source = stream(transcode(chunks(file), encoding=encoding))
    line = 0
    while text := source.readline(LONGEST_LINE):
        line += 1
        if len(text) == LONGEST_LINE:
            raise wrong(
                f"{file}:{line}: a line of more than {LONGEST_LINE >> 20} MB;"
                " expected one object a line; break the file into lines"
            )
        if text.strip():
            yield line, text


def _parsed(text: bytes, take: Callable[[Leaves], list[T]]) -> list[T] | str:
    """What is taken of an object, or why there is none."""
    try:
        value = DECODER.decode(text.decode())
        if not isinstance(value, dict):
            return "not a JSON object"
        if b"\\u0000" in text:
            return "a NUL in a value"
        return take(_leaves(value, "", {}))
    except json.JSONDecodeError as error:
        return f"not valid JSON ({error.msg})"
    except RecursionError:
        return "nested too deeply"
    except ValueError:  # Python refuses integers of thousands of digits
        return "not valid JSON (a number that is too long)"


def _leaves(value: dict[str, Any], prefix: str, into: Leaves) -> Leaves:
    for key, inner in value.items():
        if isinstance(inner, dict):
            _leaves(inner, f"{prefix}{key}.", into)
        else:
            into[prefix + key] = inner
    return into


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)
