"""Repeats: the second record with a key, and the second answer to a question, are rejected."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.mapping import answers, tables
from milepost.engine.mapping.answers import GOOD
from milepost.engine.mapping.job import Connection, Job
from milepost.engine.mapping.lines import struct_bad


def reject_repeats(con: Connection, job: Job, raws: Sequence[str], views: Sequence[str]) -> None:
    """The views of records in which the second and later rows of one key are bad.

    Where questions have conditions, a record holds one answer, and answers are told apart instead.
    """
    keys = job.unique
    if not keys or any(asked.where for asked in job.source.questions):
        for raw, view in zip(raws, views, strict=True):
            tables.view(con, view, exp.select("*").from_(sql.table(raw)))
        return
    tables.materialise(con, _repeats(raws, keys), "repeats", job.scratch)
    whose = " and ".join(keys)
    bad = struct_bad(keys[0], sql.column(keys[0]), f"a second record with this {whose}")
    for part, (raw, view) in enumerate(zip(raws, views, strict=True)):
        mine = (
            exp.select("_record").from_("repeats").where(sql.sql("_part = :p", p=sql.number(part)))
        )
        marked = sql.case([(sql.column("_record").isin(query=mine), bad)], sql.column("_bad"))
        star = exp.Star(replace=[sql.named(marked, "_bad")])
        tables.view(con, view, exp.select(star).from_(sql.table(raw)))


def reject_second_answers(con: Connection, job: Job) -> None:
    """A second answer to one question with one response_id is a repeat."""
    nth = sql.sql("row_number() OVER (PARTITION BY response_id, question, _state ORDER BY _record)")
    counted = sql.select("*", sql.named(nth, "_nth")).from_(sql.table("answers"))
    tables.materialise(con, counted, "counted_answers", job.scratch)
    second = sql.sql("_state = 'used' AND _nth > 1")
    reason = sql.text("a second answer with this response_id")
    star = exp.Star(replace=[
        sql.named(sql.case([(second, sql.text(answers.REJECTED))], sql.column("_state")), "_state"),
        sql.named(sql.case([(second, reason)], sql.column("_code")), "_code"),
    ])  # fmt: skip
    tables.view(con, "answers", exp.select(star).from_(sql.table("counted_answers")))


def _repeats(raws: Sequence[str], keys: Sequence[str]) -> exp.Select:
    """The part and record of every row but a key's first; only keys that come twice are sorted."""
    only = len(keys) == 1
    key = sql.column(keys[0]) if only else sql.call("row", *map(sql.column, keys))
    keyed = sql.union([
        sql.select(
            "_record", sql.named(sql.number(part), "_part"), sql.named(key, "_key")
        ).from_(sql.table(raw)).where(sql.sql(GOOD))
        for part, raw in enumerate(raws)
    ])  # fmt: skip
    hashes = sql.select(sql.sql("hash(_key) AS h")).from_(keyed.copy().subquery("keyed"))
    several = exp.select("h").from_(hashes.subquery("hashes")).group_by("h").having("count(*) > 1")
    nth = sql.sql("row_number() OVER (PARTITION BY _key ORDER BY _record, _part)")
    later = sql.select("_record", "_part", sql.named(nth, "nth")).from_(keyed.subquery("keyed"))
    later = later.where(sql.sql("hash(_key)").isin(query=several))
    return sql.select("_record", "_part").from_(later.subquery("later")).where("nth > 1")
