"""Sources of any format as one staged relation: the only way from files to rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from milepost.engine import sql
from milepost.engine.reading import delimited, jsonlines, parquet, sheets
from milepost.engine.reading.finding import readable
from milepost.engine.reading.pieces import Piece, Refusal, kept
from milepost.engine.reading.plain import brief, called, plain, wrong
from milepost.engine.reading.staged import FILE, RECORD, SHEET, TEXT_KEPT, Column, Refused, Staged
from milepost.plan.model import Read

REFUSED_KEPT = 1_000
FORMATS: dict[str, ModuleType] = {
    ".parquet": parquet,
    ".pq": parquet,
    ".xlsx": sheets,
    ".xlsm": sheets,
    ".jsonl": jsonlines,
    ".ndjson": jsonlines,
    ".json": jsonlines,
}


def columns_of(files: Sequence[Path], *, read: Read) -> tuple[Column, ...]:
    """The columns of a source, in the order of its first file.

    Only headers are read, but for JSON lines, whose columns are the keys of the whole file.
    Raises DataError when files under one glob have different columns or formats.
    """
    form = _format(files)
    if form is parquet:
        found = [parquet.columns(file) for file in files]
    else:
        found = [_texts(form.names(file, read=read)) for file in files]
    if form is jsonlines:
        return _union(files, found)
    for file, columns in zip(files[1:], found[1:], strict=True):
        _refuse_difference(files[0], found[0], file, columns)
    return found[0]


def stage(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[Path],
    *,
    read: Read,
    name: str,
    folder: Path,
    wanted: frozenset[str] | None = None,
    progress: Callable[[int], None] | None = None,
    base: Path | None = None,
) -> Staged:
    """Bring files into DuckDB as the view `name`, with `_record`, `_file` and `_sheet`.

    Text formats are written through to a Parquet file in `folder`, block by block; Parquet is not
    copied. Cells are trimmed and blank ones null, except in Parquet, which stays as it is. `_file`
    is a path relative to `base` where it lies there. `progress` gets the records so far.
    Raises DataError, one line, for files that cannot be read.
    """
    labels = [called(file, base) for file in files]
    if _format(files) is parquet:
        columns_of(files, read=read)
        return _stage_parquet(con, files, name=name, labels=labels, wanted=wanted)
    columns = columns_of(files, read=read)
    chosen = kept([column.name for column in columns], wanted)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}.parquet"
    account = _write(target, files, labels=labels, read=read, columns=chosen, progress=progress)
    query = sql.select("*").from_(parquet.scan(target))
    with parquet.one_line(target):
        con.execute(sql.render(sql.view(name, query)))
    return account.staged(name, _texts(chosen))


def line_of(file: Path, records: Sequence[int], *, read: Read) -> dict[int, int]:
    """The physical line on which each of these records of one file begins.

    For XLSX it is the row of the sheet, for Parquet the row. The file is scanned up to the last
    of the records.
    """
    form = _format([file])
    if form is parquet:
        return {record: record for record in records}
    found: dict[int, int] = form.lines(file, records, read=read)
    return found


def sample(files: Sequence[Path], *, read: Read, rows: int = 1000) -> list[dict[str, Any]]:
    """The first rows of the first file: trimmed text, or typed values from Parquet."""
    form, file = _format(files), files[0]
    if form is parquet:
        return parquet.first_rows(file, count=rows)
    flow = (row for part in form.pieces(file, read=read, wanted=None) for row in _as_rows(part))
    return list(islice(flow, rows))


class _Account:
    """What was read of all files so far."""

    def __init__(self) -> None:
        self.before: dict[str, int] = {}
        self.read = 0
        self._refused: list[Refused] = []
        self._reasons: Counter[str] = Counter()
        self._notes: list[str] = []

    def begin(self, label: str) -> None:
        self.before[label] = self.read

    def add(self, part: Piece, *, label: str) -> list[Refusal]:
        """Count a piece; gives those of its refusals that there is room to keep."""
        start = self.before[label]
        self.read = start + part.read
        self._notes += [plain(f"{label}: {note}") for note in part.notes]
        self._reasons.update(refusal.reason for refusal in part.refused)
        return list(part.refused)

    def keep(self, refusals: Sequence[Refusal], lines: dict[int, int], *, label: str) -> None:
        for one in refusals:
            line = one.line or lines.get(one.record, 0)
            record = self.before[label] + one.record
            self._refused.append(Refused(label, line, record, one.reason, one.text[:TEXT_KEPT]))

    @property
    def room(self) -> int:
        return REFUSED_KEPT - len(self._refused)

    def staged(self, name: str, columns: tuple[Column, ...]) -> Staged:
        return Staged(
            relation=name,
            columns=columns,
            records=self.read,
            refused=tuple(self._refused),
            refused_count=dict(self._reasons),
            notes=tuple(self._notes),
            before=self.before,
        )


def _write(
    target: Path,
    files: Sequence[Path],
    *,
    labels: Sequence[str],
    read: Read,
    columns: Sequence[str],
    progress: Callable[[int], None] | None,
) -> _Account:
    form, account, schema = _format(files), _Account(), _schema(columns)
    with readable(target), pq.ParquetWriter(target, schema) as writer:
        for file, label in zip(files, labels, strict=True):
            account.begin(label)
            refused: list[Refusal] = []
            for part in form.pieces(file, read=read, wanted=frozenset(columns)):
                refused += account.add(part, label=label)[: account.room - len(refused)]
                if len(part.records):
                    writer.write_batch(_complete(part, schema, label, account.before[label]))
                if progress:
                    progress(account.read)
            unknown = [refusal.record for refusal in refused if refusal.line is None]
            lines = form.lines(file, unknown, read=read) if unknown else {}
            account.keep(refused, lines, label=label)
    return account


def _complete(part: Piece, schema: Any, label: str, before: int) -> Any:
    """A piece in the schema's order, with the pseudo-columns."""
    size = len(part.records)
    have = dict(zip(part.table.schema.names, part.table.columns, strict=True))
    have[RECORD] = pa.array(part.records + before, pa.int64())
    have[FILE] = pa.repeat(pa.scalar(label, pa.string()), size)
    have[SHEET] = pa.repeat(pa.scalar(part.sheet, pa.string()), size)
    empty = pa.nulls(size, pa.string())
    return pa.RecordBatch.from_arrays([have.get(one, empty) for one in schema.names], schema=schema)


def _schema(columns: Sequence[str]) -> Any:
    pseudo = [(RECORD, pa.int64()), (FILE, pa.string()), (SHEET, pa.string())]
    return pa.schema([*((column, pa.string()) for column in columns), *pseudo])


def _stage_parquet(
    con: duckdb.DuckDBPyConnection,
    files: Sequence[Path],
    *,
    name: str,
    labels: Sequence[str],
    wanted: frozenset[str] | None,
) -> Staged:
    columns = parquet.create_view(con, files, name=name, labels=labels, wanted=wanted)
    before, total = {}, 0
    for file, label in zip(files, labels, strict=True):
        before[label] = total
        total += parquet.rows(file)
    return Staged(name, columns, total, before=before)


def _format(files: Sequence[Path]) -> ModuleType:
    found = [_format_of(file) for file in files]
    for file, form in zip(files, found, strict=True):
        if form is not found[0]:
            raise wrong(
                f"{files[0]} and {file}: two formats under one pattern; expected one;"
                " make two sources of them"
            )
    return found[0]


def _format_of(file: Path) -> ModuleType:
    bare = file.with_suffix("") if file.suffix.lower() == ".gz" else file
    return FORMATS.get(bare.suffix.lower(), delimited)


def _union(files: Sequence[Path], found: Sequence[Sequence[Column]]) -> tuple[Column, ...]:
    """All columns of files whose records may each lack some."""
    union: dict[str, Column] = {}
    for file, columns in zip(files, found, strict=True):
        for column in columns:
            known = union.setdefault(column.name.lower(), column)
            if known != column:
                raise wrong(
                    f"{files[0]} and {file}: '{known.name}' and '{column.name}' differ only in case;"
                    " give the column one name in all files of the pattern"
                )
    return tuple(union.values())


def _refuse_difference(
    first: Path, ours: Sequence[Column], other: Path, theirs: Sequence[Column]
) -> None:
    one, two = ([column.name for column in columns] for columns in (ours, theirs))
    parts = [
        f"only {file} has {_some([name for name in have if name not in lack])}"
        for file, have, lack in ((first, one, two), (other, two, one))
        if set(have) - set(lack)
    ]
    if parts:
        raise wrong(
            f"{first} and {other}: different columns under one pattern ({'; '.join(parts)});"
            " make two sources of them, or give both the same columns"
        )


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{brief(name)}'" for name in names[:5])
    return shown + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _texts(names: Sequence[str]) -> tuple[Column, ...]:
    return tuple(Column(name, "text") for name in names)


def _as_rows(part: Piece) -> Iterator[dict[str, Any]]:
    yield from part.table.to_pylist()
