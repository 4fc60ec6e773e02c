"""The history of what was measured: each number of a closed period with its sums and definition.

    store/history.parquet   one row for each number as it was first told, and whenever it changed

Unlike the facts it cannot be made anew: what was reported under an earlier definition, or of data
that has changed since, is known from here alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from milepost.engine.store import Store
from milepost.errors import DataError
from milepost.files import locked, replacing

_SCHEMA = pa.schema([
    ("measured_at", pa.timestamp("us", tz="UTC")), ("metric", pa.string()),
    ("definition", pa.string()), ("touchpoint", pa.string()), ("since", pa.date32()),
    ("until", pa.date32()), ("unit", pa.string()), ("value", pa.float64()), ("low", pa.float64()),
    ("high", pa.float64()), ("n", pa.float64()), ("sums", pa.string()),
])  # fmt: skip
# Sums of weights are added in the order in which parts come back; beyond so many digits nothing changed.
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Record:
    """One number as it was told: value and interval in its unit, `sums` as JSON."""

    measured_at: datetime
    metric: str
    definition: str
    touchpoint: str | None
    since: date
    until: date
    unit: str
    value: float
    low: float | None
    high: float | None
    n: float
    sums: str

    @property
    def seat(self) -> tuple[str, str | None, date, date]:
        """What the number is of: metric, touchpoint and period."""
        return self.metric, self.touchpoint, self.since, self.until

    @property
    def told(self) -> tuple[str, str]:
        """What it says: its definition and its value, to as many digits as are sure."""
        return self.definition, f"{self.value:.{_DIGITS}g}"


def history(store: Store) -> list[Record]:
    """All that was ever told, oldest first. Raises DataError where the file cannot be read."""
    file = _file(store)
    if not file.is_file():
        return []
    try:
        # Not pq.read_table(), which imports pandas where it is there.
        with pq.ParquetFile(file) as opened:
            rows = opened.read(columns=_SCHEMA.names).cast(_SCHEMA).to_pylist()
    except (OSError, ValueError, pa.ArrowException) as error:
        raise _damaged(file, error) from None
    return [Record(**{**row, "measured_at": row["measured_at"].astimezone(UTC)}) for row in rows]


def keep(store: Store, records: Sequence[Record]) -> list[Record]:
    """Add what is new: numbers never told before, and those that now say something else.

    What was told before. Raises DataError where the file cannot be read or written.
    """
    told = history(store) if records else []
    if not _new(told, records):
        return told
    try:
        with locked(store.folder):
            before = history(store)
            _write(_file(store), [*before, *_new(before, records)])
            return before
    except OSError as error:
        why = error.strerror or str(error)
        raise DataError(
            f"{_file(store)}: what was measured is not kept ({why}); make the store writable"
        ) from None


def _new(before: Iterable[Record], records: Iterable[Record]) -> list[Record]:
    latest = {record.seat: record.told for record in before}
    return [record for record in records if latest.get(record.seat) != record.told]


def _write(file: Path, records: Sequence[Record]) -> None:
    table = pa.Table.from_pylist([asdict(record) for record in records], schema=_SCHEMA)
    with replacing(file) as partial:
        pq.write_table(table, partial)


def _file(store: Store) -> Path:
    return store.folder / "history.parquet"


def _damaged(file: Path, error: Exception) -> DataError:
    why = str(error).splitlines()[0]
    return DataError(
        f"{file}: cannot be read ({why}); move it away to begin a new history, or restore it"
    )
