"""The list of rejects: every record and answer that was refused, with its file, line and reason."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.mapping.job import Connection, Job, Mapped
from milepost.engine.mapping.places import Places
from milepost.files import replacing

HEADER = ("file", "line", "record", "question", "column", "value", "reason")
_LONGEST = 200


def write(
    con: Connection, job: Job, places: Places, mapped: Sequence[Mapped], *, target: Path
) -> None:
    """Write `target` anew, or remove it where nothing was rejected."""
    staged = places.staged
    if not any(staged.refused_count.values()) and not _any(con, job, mapped):
        target.unlink(missing_ok=True)
        return
    with replacing(target) as partial, partial.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(HEADER)
        for refused in staged.refused:
            writer.writerow(_safe((
                refused.file, refused.line, refused.record, None, "line", refused.text,
                refused.reason,
            )))  # fmt: skip
        for query in _queries(job, mapped):
            _write_all(con, query, places, writer.writerow)


def _any(con: Connection, job: Job, mapped: Sequence[Mapped]) -> bool:
    return any(
        con.execute(sql.render(query.limit(1))).fetchall() for query in _queries(job, mapped)
    )


def _queries(job: Job, mapped: Sequence[Mapped]) -> Iterator[exp.Select]:
    views = [part.view for part in mapped] + (["lines_0"] if job.source.group else [])
    for view in views:
        yield sql.select(
            "_file", "_record", sql.named(sql.null("VARCHAR"), "question"),
            sql.sql("_bad.col AS col"), sql.sql("_bad.val AS val"),
            sql.sql("_bad.reason AS reason"),
        ).from_(sql.table(view)).where(sql.sql("_bad IS NOT NULL AND NOT _excluded"))  # fmt: skip
    if job.source.questions:
        yield sql.select(
            "_file", "_record", "question", sql.sql("question AS col"),
            sql.sql("_given AS val"), sql.sql("_code AS reason"),
        ).from_(sql.table("answers")).where(sql.sql("_state = 'rejected'"))  # fmt: skip


def _write_all(
    con: Connection,
    query: exp.Select,
    places: Places,
    put: Callable[[list[object]], object],
) -> None:
    rows = con.execute(sql.render(query)).fetchall()
    lines = places.lines(row[1] for row in rows)
    for file, record, question, column, value, reason in rows:
        put(_safe((file, lines.get(record), record, question, column, value, reason)))


def _safe(cells: Iterable[object]) -> list[object]:
    return [_cell(cell) if isinstance(cell, str) else cell for cell in cells]


def _cell(text: str) -> str:
    """Cut, on one line, and never a formula when a spreadsheet opens it."""
    short = " ".join(text[:_LONGEST].split())
    risky = short[:1] in ("=", "+", "-", "@") and not _is_number(short)
    return f"'{short}" if risky else short


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
