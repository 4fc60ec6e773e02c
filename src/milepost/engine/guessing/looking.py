"""A data file looked at: the profiles of its columns in its first records."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from milepost.engine import reading
from milepost.engine.guessing.guessed import Sample
from milepost.engine.guessing.profile import profile
from milepost.engine.reading.plain import wrong
from milepost.plan.model import Read

# Rows times columns: what one second of looking allows.
_MOST_CELLS = 2_000_000
_FEWEST, _MOST = 200, 50_000


def look(pattern: str, *, base: Path) -> Sample:
    """The sample of a file, or of the first file of a glob. Raises DataError, one line."""
    files = reading.find_files(pattern, base=base)
    read = Read()
    columns = reading.columns_of(files, read=read)
    most = min(_MOST, max(_FEWEST, _MOST_CELLS // max(len(columns), 1)))
    rows = reading.sample(files, read=read, rows=most)
    if not rows:
        raise wrong(f"{files[0]}: holds no records; expected at least one below the header")
    profiles = tuple(
        profile(column.name, column.type, [row.get(column.name) for row in rows])
        for column in columns
    )
    changed = datetime.fromtimestamp(files[0].stat().st_mtime, tz=UTC).date()
    whole = len(files) == 1 and len(rows) < most
    return Sample(_stem(files[0]), profiles, len(rows), whole, changed, rows)


def _stem(file: Path) -> str:
    return file.name.partition(".")[0] or file.name
