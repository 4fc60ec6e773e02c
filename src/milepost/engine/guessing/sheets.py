"""Which sheet of a workbook holds the answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from milepost.engine.guessing.guessed import Sample
from milepost.engine.guessing.profile import text_of
from milepost.engine.guessing.questions import question_of
from milepost.engine.reading.workbook import refuse_bomb

_FORMATS = (".xlsx", ".xlsm")
_SMALL = 0.1  # of the records of the largest sheet


def sheets_of(file: Path) -> tuple[str, ...]:
    """The names of a workbook's sheets; none of what is no workbook, or cannot be opened.

    Raises DataError for one that memory would not hold.
    """
    if file.suffix.lower() not in _FORMATS:
        return ()
    refuse_bomb(file)
    try:
        return tuple(CalamineWorkbook.from_path(file).sheet_names)
    except (CalamineError, OSError):
        return ()


def best(sheets: Mapping[str, Sample]) -> str:
    """The first sheet, or the one with the most data where the first is small or asks nothing."""
    records = {name: _records(sample) for name, sample in sheets.items()}
    asks = {name for name, sample in sheets.items() if any(map(question_of, sample.columns))}
    able = [name for name in sheets if name in asks] or list(sheets)
    most = max(able, key=lambda name: records[name])
    first = next(iter(sheets))
    return first if first in asks and records[first] >= _SMALL * records[most] else most


def _records(sample: Sample) -> int:
    """Records that look like data: at least two columns, and half of them filled."""
    names = [column.name for column in sample.columns]
    if len(names) < 2:
        return 0
    return sum(
        1 for row in sample.rows if 2 * sum(1 for n in names if text_of(row.get(n))) >= len(names)
    )
