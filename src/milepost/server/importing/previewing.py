"""The first records of a file as they would be kept, with what is wrong about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from milepost.server.importing import files
from milepost.server.importing.fields import FIELDS, Kind, Value
from milepost.server.importing.mapping import Mapping, guess
from milepost.server.importing.rows import Row, reader

SHOWN = 8
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Previewed:
    """One record: what would be kept, by title, and its problems as sentences; `refused`: nothing is."""

    record: int
    kept: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    refused: bool


def guessed(file: Path, kind: Kind, *, region: str | None, time_zone: str) -> Mapping:
    """The mapping of a file as its headings and first records tell it. Raises DataError."""
    rows = [tuple(cell or "" for cell in cells) for _, cells in files.sample(file)]
    return guess(kind, files.columns(file), rows, region=region, time_zone=time_zone)


def examples(file: Path) -> dict[str, str]:
    """For each column a value that stands in it, or nothing. Raises DataError."""
    rows = [cells for _, cells in files.sample(file)]
    names = files.columns(file)
    columns: Sequence[Sequence[str | None]] = list(zip(*rows, strict=True)) or [()] * len(names)
    return {
        name: next((cell[:_LONGEST] for cell in cells if cell), "")
        for name, cells in zip(names, columns, strict=True)
    }


def preview(file: Path, mapping: Mapping) -> list[Previewed]:
    """The first records as they would be kept. Raises DataError."""
    read = reader(mapping, files.columns(file))
    titles = {field.name: field.title for field in FIELDS[mapping.kind]}
    sample = files.sample(file, most=SHOWN)
    return [_previewed(read(record, cells), titles, mapping) for record, cells in sample]


def _previewed(row: Row, titles: dict[str, str], mapping: Mapping) -> Previewed:
    zone = ZoneInfo(mapping.ways.time_zone)
    kept = [(titles[name], _shown(value, zone)) for name, value in row.values.items()]
    kept += [(name, value[:_LONGEST]) for name, value in row.attributes.items()]
    problems = [*row.left_out, *([row.refused] if row.refused else [])]
    said = tuple(f"{one.column}: {one.reason}" if one.column else one.reason for one in problems)
    return Previewed(row.record, tuple(kept), said, row.refused is not None)


def _shown(value: Value, zone: ZoneInfo) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    return value[:_LONGEST]
