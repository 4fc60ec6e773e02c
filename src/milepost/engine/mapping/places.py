"""Where records are: from a record's number in its source to the line of its file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from milepost.engine import reading
from milepost.engine.reading import Staged
from milepost.plan.model import Read

# Finding lines means reading the file again; of more rejects than this the rest has only records.
MOST_LINES = 100_000


@dataclass(frozen=True, slots=True)
class Places:
    """The files of a staged source, in order."""

    files: Sequence[Path]
    staged: Staged
    read: Read

    def lines(self, records: Iterable[int]) -> dict[int, int]:
        """The line on which each of the first records begins (a sheet's row, a table's row)."""
        wanted = sorted(set(records))[:MOST_LINES]
        starts = list(self.staged.before.values())
        ends = [*starts[1:], self.staged.records]
        found: dict[int, int] = {}
        for file, start, end in zip(self.files, starts, ends, strict=True):
            within = [record - start for record in wanted if start < record <= end]
            if within:
                lines = reading.line_of(file, within, read=self.read)
                found |= {record + start: line for record, line in lines.items()}
        return found
