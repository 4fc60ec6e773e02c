"""A data file looked at: the profiles of its columns in the first records of its best sheet."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from milepost import clock
from milepost.engine import reading
from milepost.engine.guessing.guessed import Sample
from milepost.engine.guessing.profile import profile
from milepost.engine.guessing.sheets import best, sheets_of
from milepost.engine.reading.plain import wrong
from milepost.errors import DataError
from milepost.plan.model import Read

# Rows times columns: what one second of looking allows.
_MOST_CELLS = 2_000_000
_FEWEST, _MOST = 200, 50_000


def look(pattern: str, *, base: Path, timezone: str = "UTC") -> Sample:
    """The sample of a file, or of the first file of a glob; its day is one of the time zone.

    Of a workbook with several sheets it is the sheet that looks most like answers. Raises
    DataError, one line.
    """
    files = reading.find_files(pattern, base=base)
    names = sheets_of(files[0])
    if len(names) < 2:
        return _sample(files, Read(), timezone=timezone)
    found: dict[str, Sample] = {}
    for name in names:
        with suppress(DataError):
            found[name] = _sample(files, Read(sheet=name), timezone=timezone)
    if not found:  # every sheet is refused: say why the first is
        return _sample(files, Read(), timezone=timezone)
    chosen = best(found)
    others = tuple(name for name in names if name != chosen)
    return replace(found[chosen], sheet=chosen, other_sheets=others)


def _sample(files: Sequence[Path], read: Read, *, timezone: str) -> Sample:
    columns = reading.columns_of(files, read=read)
    most = min(_MOST, max(_FEWEST, _MOST_CELLS // max(len(columns), 1)))
    rows = reading.sample(files, read=read, rows=most)
    if not rows:
        raise wrong(f"{files[0]}: holds no records; expected at least one below the header")
    profiles = tuple(
        profile(column.name, column.type, [row.get(column.name) for row in rows])
        for column in columns
    )
    changed = datetime.fromtimestamp(files[0].stat().st_mtime, tz=ZoneInfo(timezone)).date()
    day = min(changed, clock.today(timezone) - timedelta(days=1))
    whole = len(files) == 1 and len(rows) < most
    return Sample(_stem(files[0]), profiles, len(rows), whole, day, rows)


def _stem(file: Path) -> str:
    return file.name.partition(".")[0] or file.name
