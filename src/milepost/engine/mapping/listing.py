"""The list of rejects: every record and answer that was refused, with its file, line and reason."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.mapping import tables
from milepost.engine.mapping.job import Connection, Job, Mapped
from milepost.engine.mapping.places import MOST_LINES, Places
from milepost.engine.sql import Tree
from milepost.files import replacing

HEADER = ("file", "line", "record", "question", "column", "value", "reason")
_LONGEST = 200
_ROWS = 10_000

Put = Callable[[Iterable[object]], object]


def write(
    con: Connection, job: Job, places: Places, mapped: Sequence[Mapped], *, target: Path
) -> None:
    """Write `target` anew, or remove it where nothing was rejected."""
    queries = [*_queries(job, mapped)]
    records = _first_records(con, queries)
    if not any(places.staged.refused_count.values()) and not records:
        target.unlink(missing_ok=True)
        return
    lines = places.lines(records)
    with replacing(target) as partial, partial.open("w", encoding="utf-8", newline="") as handle:
        put = csv.writer(handle).writerow
        put(HEADER)
        _write_refused(places, put)
        for query in queries:
            _write_all(con, query, lines, put)


def _queries(job: Job, mapped: Sequence[Mapped]) -> Iterator[exp.Select]:
    """The rejected records, then answers: file, record, question, column, value, reason."""
    if job.source.group:
        yield _rejected("lines_0", sql.null("VARCHAR"))
    for number, part in enumerate(mapped):
        row = sql.text(f"row {number + 1}") if job.source.rows else sql.null("VARCHAR")
        yield _rejected(part.view, row)
    if job.source.questions:
        columns = sql.case(
            (sql.sql("question = :q", q=sql.text(asked.name)),
             sql.text(asked.score or asked.answer or ""))
            for asked in job.source.questions
        )  # fmt: skip
        yield (
            sql.select(
                "_file", "_record", "question", sql.named(columns, "col"),
                sql.sql("_given AS val"), sql.sql("_code AS reason"),
            )
            .from_(sql.table("unused"))
            .where(sql.sql("_state = 'rejected'"))
        )  # fmt: skip


def _rejected(view: str, question: Tree) -> exp.Select:
    return (
        sql.select(
            "_file", "_record", sql.named(question, "question"), sql.sql("_bad.col AS col"),
            sql.sql("_bad.val AS val"), sql.sql("_bad.reason AS reason"),
        )
        .from_(sql.table(view))
        .where(sql.sql("_bad IS NOT NULL"))
    )  # fmt: skip


def _first_records(con: Connection, queries: Sequence[exp.Select]) -> list[int]:
    """The first rejected records, for whose lines the files are read once more."""
    whole = sql.union([query.select("_record", append=False) for query in queries])
    first = exp.select("_record").distinct().from_(whole.subquery("rejected"))
    return [row[0] for row in tables.fetch(con, first.order_by("_record").limit(MOST_LINES))]


def _write_refused(places: Places, put: Put) -> None:
    for one in places.staged.refused:
        put(_safe((one.file, one.line, one.record, None, "line", one.text, one.reason)))


def _write_all(con: Connection, query: exp.Select, lines: dict[int, int], put: Put) -> None:
    """Stream a query's rows into the list: there may be as many as the source has."""
    rows = con.execute(sql.render(query.order_by("_record")))
    while some := rows.fetchmany(_ROWS):
        for file, record, question, column, value, reason in some:
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
