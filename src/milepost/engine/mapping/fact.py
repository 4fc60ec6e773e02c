"""The fact of a source: its good records, or the answers to its questions, in the fact's shape."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.mapping import answers, detect, repeats, tables, values
from milepost.engine.mapping.job import Connection, Job, Mapped
from milepost.engine.mapping.targets import answer_column
from milepost.engine.sql import Tree
from milepost.files import replacing
from milepost.plan.askings import codes_of, labels_of
from milepost.plan.facts import SHARED
from milepost.plan.model import Asked
from milepost.plan.questions import BY_NAME

_DUCKDB_TYPES = {
    "text": "VARCHAR", "number": "DOUBLE", "boolean": "BOOLEAN", "time": "TIMESTAMPTZ",
    "date": "DATE", "seconds": "DOUBLE",
}  # fmt: skip


def write(con: Connection, job: Job, mapped: Sequence[Mapped], target: Path) -> int:
    """Write the fact's rows to `target`; how many there are.

    The answers that are not used stay as the view "unused", for the account and the rejects.
    """
    attributes = list(job.source.attributes)
    if not job.source.questions:
        parts = [_records_as_fact(job, part, attributes) for part in mapped]
        return _copy(con, sql.union(parts, by_name=True), target)
    _answers_view(con, job, mapped[0], attributes)
    unused = sql.select("_file", "_record", "question", "_state", "_code", "_given")
    unused = unused.from_(sql.table("answers")).where(sql.sql("_state <> 'used'"))
    tables.materialise(con, unused, "unused", job.scratch)
    names = (*answers.COLUMNS, *attributes)
    used = sql.select(*(sql.column(name) for name in names), *_origin(job))
    return _copy(con, used.from_(sql.table("answers")).where(sql.sql("_state = 'used'")), target)


def _copy(con: Connection, query: exp.Query, target: Path) -> int:
    with replacing(target) as partial:
        return tables.copy(con, query, partial)


def _answers_view(con: Connection, job: Job, mapped: Mapped, attributes: Sequence[str]) -> None:
    columns = [t.name for t in mapped.targets] + ["day", "bucket", "unit", "response_id"]
    columns += mapped.kept_types
    parts = []
    for index, asked in enumerate(job.source.questions):
        if index % _TOGETHER == 0:
            records = _narrowed(con, job, mapped, index, columns, attributes)
        parts.append(answers.answers_query(
            asked, index, records=records, columns=columns, attributes=attributes,
            answer_type=mapped.kept_types[answer_column(index)],
            number_style=_number_style(con, job, mapped, asked, index, records),
        ))  # fmt: skip
    tables.view(con, "answers", sql.union(parts))
    if any(asked.where for asked in job.source.questions):
        repeats.reject_second_answers(con, job)


# DuckDB binds all columns of a view for each question that reads it: of a survey with hundreds of
# questions so many are given records of their own.
_TOGETHER = 20


def _narrowed(
    con: Connection,
    job: Job,
    mapped: Mapped,
    first: int,
    columns: list[str],
    attributes: Sequence[str],
) -> str:
    """The records with the columns of some questions; all of them where there are few."""
    size = len(job.source.questions)
    if size <= _TOGETHER:
        return mapped.view
    some = range(first, min(first + _TOGETHER, size))
    needed = [name for n in some for name in answers.needed(n, columns, attributes)]
    query = exp.select(*(sql.column(name) for name in dict.fromkeys(needed)))
    query = query.from_(sql.table(mapped.view)).where(sql.sql(answers.GOOD))
    name = f"answered_{first}"
    tables.materialise(con, query, name, job.scratch)
    return name


def _number_style(
    con: Connection, job: Job, mapped: Mapped, asked: Asked, index: int, records: str
) -> str:
    """How the scores of a question are written, its labels and its codes for no answer aside."""
    name = answer_column(index)
    if BY_NAME[asked.type].value != "score" or not values.is_text(mapped.kept_types[name]):
        return "plain"
    raw = values.as_text(sql.column(name), "VARCHAR")
    known = sql.one_of(sql.sql("lower(:x)", x=raw), labels_of(asked))
    coded = sql.one_of(raw, codes_of(asked))
    bad = sql.sql(f"NOT ({answers.GOOD})")
    told = sql.case([(bad, exp.null()), (known, exp.null()), (coded, exp.null())], raw)
    where = detect.Where(job.source.name, asked.score or name)
    return detect.number_style(con, records, told, decimal=job.source.read.decimal, where=where)


def _records_as_fact(job: Job, mapped: Mapped, attributes: Sequence[str]) -> exp.Select:
    have = {target.name for target in mapped.targets} | {job.fact.key}
    own = {**job.fact.columns, **SHARED}
    extra = [t.name for t in mapped.targets if t.name not in own and t.name not in attributes]
    parts: list[Tree] = [
        sql.column(name) if name in have else sql.named(sql.null(_DUCKDB_TYPES[kind]), name)
        for name, kind in own.items()
    ]
    return (
        sql.select(
            *parts,
            *(sql.column(name) for name in (*extra, *attributes, "day", "bucket", "unit")),
            *_origin(job),
        )
        .from_(sql.table(mapped.view))
        .where(sql.sql(answers.GOOD))
    )


def _origin(job: Job) -> tuple[Tree, ...]:
    return (sql.named(sql.text(job.source.name), "_source"), sql.column("_record"))
