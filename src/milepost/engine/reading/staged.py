"""What reading gives: the staged table, its columns, and the records that could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field

RECORD, FILE, SHEET = "_record", "_file", "_sheet"
PSEUDO = (RECORD, FILE, SHEET)
TEXT_KEPT = 200


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the source; type is "text", or DuckDB's name for it where the file has types."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that could not be read at all: where it is, why, and how it begins.

    `line` is the physical line in `file`, counted from 1; `record` counts over the whole source.
    """

    file: str
    line: int
    record: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Staged:
    """The records of a source in DuckDB, and the account of how they were read.

    `relation` is the name of a view: the columns in the order of the file, then `_record` (from 1,
    over all files in order, refused records counted), `_file` and `_sheet`. `records` counts the
    refused ones too; `refused` keeps the first thousand of them, `refused_count` counts all by
    reason. `before` says for each file how many records lie in the files ahead of it.
    """

    relation: str
    columns: tuple[Column, ...]
    records: int
    refused: tuple[Refused, ...] = ()
    refused_count: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    before: dict[str, int] = field(default_factory=dict)
