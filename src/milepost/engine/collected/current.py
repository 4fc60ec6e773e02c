"""What is collected now: which file holds each month of a fact, and what stands in it.

    store/server/<fact>/CURRENT.json            the files and what they hold, replaced last
    store/server/<fact>/2026-11-<hash>.parquet  a month's rows, named by their content

Whoever reads CURRENT.json once has one state: its files stay for a while after others took their place.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from milepost.engine.reading.plain import wrong

RECORD = "CURRENT.json"


@dataclass(frozen=True, slots=True, order=True)
class Put:
    """A question as it was put: its type, scale (`0-10`) and good end, and at which touchpoint."""

    question: str
    type: str
    scale: str | None
    good: str | None
    touchpoint: str | None


@dataclass(frozen=True, slots=True)
class Month:
    """The file of one month; `columns` are its attributes, and the fact's own that have a value."""

    month: str
    file: str
    rows: int
    columns: tuple[str, ...]
    asked: tuple[Put, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """What CURRENT.json holds; `names` are those that attributes are known by, where they differ."""

    files: tuple[Month, ...] = ()
    rows: int = 0
    written_at: str = ""
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Collected:
    """One state of a fact, as our own server collected it.

    `named` are columns that the plan speaks of and nobody has filled yet.
    """

    fact: str
    folder: Path
    record: Record
    named: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of all months, the earliest first."""
        return tuple(self.folder / month.file for month in self.record.files)

    @property
    def columns(self) -> frozenset[str]:
        """The attributes, and the fact's own columns that have a value in any row."""
        return frozenset(name for month in self.record.files for name in month.columns)

    @property
    def asked(self) -> tuple[Put, ...]:
        """The questions that were answered, in a stable order."""
        return tuple(sorted({put for month in self.record.files for put in month.asked}, key=repr))

    @property
    def fingerprint(self) -> str:
        """Equal as long as the rows are."""
        names = "\n".join(month.file for month in self.record.files)
        return hashlib.sha256(names.encode()).hexdigest()


_RECORD = TypeAdapter(Record)


def folder_of(store: Path, fact: str) -> Path:
    """Where a fact is collected, below the folder of the store."""
    return store / "server" / fact


def current(store: Path, fact: str) -> Collected:
    """What is collected of a fact; nothing where the server has not written yet. Raises DataError."""
    folder = folder_of(store, fact)
    try:
        record = _RECORD.validate_json((folder / RECORD).read_bytes())
    except FileNotFoundError:
        record = Record()
    except (OSError, ValueError):
        raise wrong(
            f"{folder / RECORD}: cannot be read as what the server wrote; remove the folder"
            f" {folder}, and the server writes it anew"
        ) from None
    return Collected(fact, folder, record)


def as_json(record: Record) -> str:
    """The text of CURRENT.json."""
    return _RECORD.dump_json(record, indent=1).decode()
