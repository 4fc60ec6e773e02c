"""One source, whole: read, mapped, accounted for, its fact written and its rejects listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sqlglot import exp

from milepost.engine import reading, sql
from milepost.engine.mapping import answers, detect, listing, records, tally, values
from milepost.engine.mapping import tables as store
from milepost.engine.mapping.account import Account
from milepost.engine.mapping.job import Connection, Job, Mapped
from milepost.engine.mapping.places import Places
from milepost.engine.mapping.records import Computed, Lookup
from milepost.engine.mapping.targets import (
    Tables,
    Target,
    answer_column,
    condition,
    raw_answers,
    targets_of,
    tree_of,
)
from milepost.engine.mapping.values import Style
from milepost.engine.sql import Tree
from milepost.files import replacing
from milepost.plan.facts import SHARED
from milepost.plan.questions import BY_NAME


def build(con: Connection, job: Job, *, target: Path, rejects: Path) -> Account:
    """Write the source's fact to `target` and its rejects to `rejects`; the account of both.

    Raises MappingError where the plan names what the files do not have, DataError where the
    files cannot be read.
    """
    files = reading.find_files(job.source.from_, base=job.base)
    tables = _tables(job, files)
    shapes = [
        targets_of(job.source, job.fact, tables, place=job.place, row=row) for row in _rows(job)
    ]
    raws = raw_answers(job.source, tables, place=job.place)
    staged = reading.stage(
        con, files, read=job.source.read, name="staged", folder=job.scratch,
        wanted=_wanted(job, tables, shapes, raws),
        progress=lambda n: job.progress("reading", n),
        base=job.base,
    )  # fmt: skip
    lookups = _lookups(con, job, tables, shapes, raws)
    mapped = [
        _map(con, job, tables, lookups, (*shape, *raws), number)
        for number, shape in enumerate(shapes)
    ]
    job.progress("writing", staged.records)
    rows = _fact(con, job, mapped, target)
    places = Places(files, staged, job.source.read)
    account = tally.account(con, job, places, mapped, lookups, rows=rows)
    listing.write(con, job, places, mapped, target=rejects)
    return account


def _rows(job: Job) -> list[int | None]:
    return list(range(len(job.source.rows))) or [None]


def _tables(job: Job, files: Sequence[Path]) -> Tables:
    source = job.source
    columns = {job.alias: [c.name for c in reading.columns_of(files, read=source.read)]}
    origin = {job.alias: source.from_}
    for join in source.join:
        found = reading.find_files(join.from_, base=job.base)
        columns[join.as_] = [c.name for c in reading.columns_of(found, read=join.read)]
        origin[join.as_] = join.from_
    return Tables(columns, origin)


def _trees(job: Job, tables: Tables) -> list[Tree]:
    """What the source computes besides its columns: where, group, expectations, keys of joins."""
    source, found = job.source, []
    if source.where:
        found.append(condition(source.where, tables, place=(*job.place, "where")))
    if source.group:
        found.append(tree_of(source.group, tables, place=(*job.place, "group")))
    for index, expect in enumerate(source.expect):
        found.append(condition(expect.that, tables, place=(*job.place, "expect", index)))
    for index, join in enumerate(source.join):
        place = (*job.place, "join", index, "keys")
        found.extend(tree_of(left, tables, place=place) for left in join.keys)
        found.extend(tables.find(right, join.as_, place=place) for right in join.keys.values())
    return found


def _wanted(
    job: Job, tables: Tables, shapes: Sequence[Sequence[Target]], raws: Sequence[Target]
) -> frozenset[str]:
    return frozenset(
        column.name for column in _columns(job, tables, shapes, raws) if column.table == tables.main
    )


def _columns(
    job: Job, tables: Tables, shapes: Sequence[Sequence[Target]], raws: Sequence[Target]
) -> Iterator[exp.Column]:
    for shape in (*shapes, raws):
        for target in shape:
            yield from target.uses
    for tree in _trees(job, tables):
        yield from tree.find_all(exp.Column)


def _lookups(
    con: Connection,
    job: Job,
    tables: Tables,
    shapes: Sequence[Sequence[Target]],
    raws: Sequence[Target],
) -> list[Lookup]:
    used = list(_columns(job, tables, shapes, raws))
    return [
        _lookup(con, job, tables, index, {c.name for c in used if c.table == join.as_})
        for index, join in enumerate(job.source.join)
    ]


def _lookup(con: Connection, job: Job, tables: Tables, index: int, used: set[str]) -> Lookup:
    """A look-up table with one row a key, written to disk so that its size does not matter."""
    join, place = job.source.join[index], (*job.place, "join", index, "keys")
    files = reading.find_files(join.from_, base=job.base)
    staged = reading.stage(
        con, files, read=join.read, name=f"staged_{join.as_}", folder=job.scratch,
        wanted=frozenset(used),
    )  # fmt: skip
    keys = [tables.find(key, join.as_, place=place).name for key in join.keys.values()]
    grouped = sql.select(
        *(sql.named(sql.sql("CAST(:k AS VARCHAR)", k=sql.column(k)), k) for k in keys),
        sql.sql("count(*) AS _matches"),
        *(
            sql.named(sql.sql("arg_min(:c, _record)", c=sql.column(name)), name)
            for name in sorted(used - set(keys))
        ),
    ).from_(sql.table(staged.relation))
    grouped = grouped.group_by(*(sql.sql("CAST(:k AS VARCHAR)", k=sql.column(k)) for k in keys))
    relation = f"lookup_{join.as_}"
    store.materialise(con, grouped, relation, job.scratch)
    pairs = tuple(
        (tree_of(left, tables, place=place), tables.find(right, join.as_, place=place).name)
        for left, right in join.keys.items()
    )
    return Lookup(join.as_, relation, join.from_, pairs)


def _map(
    con: Connection,
    job: Job,
    tables: Tables,
    lookups: Sequence[Lookup],
    targets: Sequence[Target],
    number: int,
) -> Mapped:
    rows = _rows_view(con, job, tables, lookups, targets, number)
    types = store.types(con, rows)
    own = tuple(t for t in targets if not t.name.startswith("_"))
    styles = {t.name: _style(con, job, rows, t, types[t.name]) for t in own}
    kept = [t.name for t in targets if t.name.startswith("_")]
    kept += [f"_expect_{index}" for index in range(len(job.source.expect))]
    query = records.records_query(
        rows=rows, targets=own, kept=kept, types=types, styles=styles, key=job.fact.key,
        time=job.fact.time, timezone=job.company.timezone, source=job.source.name,
        optional=bool(job.source.rows),
    )  # fmt: skip
    view = f"records_{number}"
    job.progress("mapping", 0)
    store.materialise(con, query, f"{view}_raw", job.scratch)
    _mark_repeats(con, job, view)
    return Mapped(view, own, {name: types[name] for name in kept})


def _rows_view(
    con: Connection,
    job: Job,
    tables: Tables,
    lookups: Sequence[Lookup],
    targets: Sequence[Target],
    number: int,
) -> str:
    computed, grouped = _computed(job, tables, targets)
    where = job.source.where
    query = records.lines_query(
        relation="staged", alias=job.alias, lookups=lookups, computed=computed,
        where=condition(where, tables, place=(*job.place, "where")) if where else None,
    )  # fmt: skip
    lines = f"lines_{number}"
    if job.source.group is None:
        store.view(con, lines, query)
        return lines
    store.materialise(con, query, lines, job.scratch)
    rows = records.grouped_query(lines=lines, key="_key", targets=grouped)
    store.materialise(con, rows, f"rows_{number}", job.scratch)
    return f"rows_{number}"


def _computed(
    job: Job, tables: Tables, targets: Sequence[Target]
) -> tuple[list[Computed], list[tuple[str, Tree]]]:
    """What each line computes, and with `group` how its rows are made of that."""
    expects = [
        (f"_expect_{index}", condition(e.that, tables, place=(*job.place, "expect", index)))
        for index, e in enumerate(job.source.expect)
    ]
    # An expectation that cannot be computed is unmet, not a reason to reject the record.
    tolerant = [
        Computed(name, sql.sql("list_extract(:x, 1) IS NOT FALSE AND :x IS NOT NULL",
                               x=sql.attempt(tree)), name, True)
        for name, tree in expects
    ]  # fmt: skip
    if job.source.group is None:
        return [Computed(t.name, t.tree, t.name, t.plain) for t in targets] + tolerant, []
    leaves: dict[str, Computed] = {}

    def leaf(column: str) -> Callable[[Tree], str]:
        def name(tree: Tree) -> str:
            key = sql.render(tree)
            plain = isinstance(tree, exp.Column)
            return leaves.setdefault(
                key, Computed(f"_leaf_{len(leaves)}", tree, column, plain)
            ).name

        return name

    key_tree = tree_of(job.source.group, tables, place=(*job.place, "group"))
    made = [(t.name, records.lifted(t.tree, name=leaf(t.name))) for t in targets]
    made += [(name, sql.sql("bool_and(:x)", x=sql.column(name))) for name, _ in expects]
    key = Computed("_key", key_tree, "group", isinstance(key_tree, exp.Column))
    return [key, *leaves.values(), *tolerant], made


def _style(con: Connection, job: Job, rows: str, target: Target, type_: str) -> Style:
    zone = job.timezone
    if type_ == "DATE":
        return Style(timezone=zone, date_only=True)
    if not values.is_text(type_) or target.type in ("text", "boolean"):
        return Style(timezone=zone)
    where = detect.Where(job.source.name, _shown(target))
    raw = values.as_text(sql.column(target.name), type_)
    if target.labels:
        raw = values.relabelled(raw, target.labels)
    if target.type in ("number", "seconds"):
        found = detect.number_style(con, rows, raw, decimal=job.source.read.decimal, where=where)
        return Style(number=found, timezone=zone)
    if target.dates:
        clock = any(mark in target.dates for mark in ("%H", "%I", "%s", "%X", "%c"))
        return Style(time=target.dates, timezone=zone, date_only=not clock)
    return detect.time_style(con, rows, raw, timezone=zone, where=where)


def _shown(target: Target) -> str:
    columns = [column.name for column in target.uses]
    return columns[0] if target.plain and columns else target.name


def _mark_repeats(con: Connection, job: Job, view: str) -> None:
    """The view of records in which the second and later rows of one key are bad."""
    raw, key = f"{view}_raw", job.fact.key
    separate = any(asked.where for asked in job.source.questions)
    if key is None or separate:
        store.view(con, view, exp.select("*").from_(sql.table(raw)))
        return
    good = sql.sql("_bad IS NULL AND NOT _excluded")
    hashes = (
        exp.select(sql.named(sql.sql("hash(:k)", k=sql.column(key)), "h"))
        .from_(sql.table(raw))
        .where(good)
    )
    several = exp.select("h").from_(hashes.subquery("hashes")).group_by("h").having("count(*) > 1")
    later = (
        sql.select(
            "_record",
            sql.named(
                sql.sql("row_number() OVER (PARTITION BY :k ORDER BY _record)", k=sql.column(key)),
                "nth",
            ),
        )
        .from_(sql.table(raw))
        .where(good, sql.sql("hash(:k)", k=sql.column(key)).isin(query=several))
    )
    repeats = exp.select("_record").from_(later.subquery("later")).where("nth > 1")
    name = f"{view}_repeats"
    store.materialise(con, repeats, name, job.scratch)
    bad = records.struct_bad(key, sql.column(key), f"a second record with this {key}")
    marked = sql.case(
        [(sql.column("_record").isin(query=exp.select("_record").from_(sql.table(name))), bad)],
        sql.column("_bad"),
    )
    star = exp.Star(replace=[sql.named(marked, "_bad")])
    store.view(con, view, exp.select(star).from_(sql.table(raw)))


def _fact(con: Connection, job: Job, mapped: Sequence[Mapped], target: Path) -> int:
    attributes = list(job.source.attributes)
    query: exp.Query
    if job.source.questions:
        _answers_view(con, job, mapped[0], attributes)
        names = [*_answer_columns(), *attributes]
        query = (
            sql.select(*(sql.column(name) for name in names), *_origin(job))
            .from_(sql.table("answers"))
            .where(sql.sql("_state = 'used'"))
        )
    else:
        parts = [_records_as_fact(job, part, attributes) for part in mapped]
        query = store.union(parts)
    with replacing(target) as partial:
        return store.copy(con, query, partial)


def _answer_columns() -> tuple[str, ...]:
    return (
        *answers.CARRIED, "question", "question_type", "score", "answer", "scale", "good",
        "comment", "touchpoint", "kind", "audience",
    )  # fmt: skip


def _answers_view(con: Connection, job: Job, mapped: Mapped, attributes: Sequence[str]) -> None:
    good = (
        exp.select("*")
        .from_(sql.table(mapped.view))
        .where(sql.sql("_bad IS NULL AND NOT _excluded"))
    )
    store.view(con, "good", good)
    columns = [t.name for t in mapped.targets] + ["day", "bucket", "unit", "response_id"]
    parts = [
        answers.answers_query(
            asked, index, records="good", columns=columns, attributes=attributes,
            answer_type=mapped.answer_types[answer_column(index)],
            number_style=_answer_style(con, job, mapped, index),
        )
        for index, asked in enumerate(job.source.questions)
    ]  # fmt: skip
    store.view(con, "answers", store.union(parts))
    if any(asked.where for asked in job.source.questions):
        _reject_second_answers(con, job)


def _reject_second_answers(con: Connection, job: Job) -> None:
    """Where records hold one question each, a second answer to one question is a repeat."""
    counted = sql.select(
        "*",
        sql.sql(
            "row_number() OVER (PARTITION BY response_id, question, _state ORDER BY _record) AS nth"
        ),
    ).from_(sql.table("answers"))
    store.materialise(con, counted, "counted_answers", job.scratch)
    second = sql.sql("_state = 'used' AND nth > 1")
    star = exp.Star(replace=[
            sql.named(sql.case([(second, sql.text(answers.REJECTED))], sql.column("_state")), "_state"),
            sql.named(
                sql.case([(second, sql.text("a second answer with this response_id"))],
                         sql.column("_code")), "_code"),
        ])  # fmt: skip
    store.view(con, "answers", exp.select(star).from_(sql.table("counted_answers")))


def _answer_style(con: Connection, job: Job, mapped: Mapped, index: int) -> str:
    asked = job.source.questions[index]
    name = answer_column(index)
    if BY_NAME[asked.type].value != "score" or not values.is_text(mapped.answer_types[name]):
        return "plain"
    raw = values.as_text(sql.column(name), "VARCHAR")
    codes = [code.strip() for code in asked.missing if code.strip()]
    told = sql.case([(sql.one_of(raw, codes), exp.null())], raw)
    where = detect.Where(job.source.name, asked.score or name)
    return detect.number_style(con, "good", told, decimal=job.source.read.decimal, where=where)


def _records_as_fact(job: Job, mapped: Mapped, attributes: Sequence[str]) -> exp.Select:
    have = {target.name for target in mapped.targets}
    own = {**job.fact.columns, **SHARED}
    extra = [t.name for t in mapped.targets if t.name not in own and t.name not in attributes]
    parts = [_fact_column(job, name, kind, have) for name, kind in own.items()]
    return (
        sql.select(
            *parts,
            *(sql.column(name) for name in (*extra, *attributes, "day", "bucket", "unit")),
            *_origin(job),
        )
        .from_(sql.table(mapped.view))
        .where(sql.sql("_bad IS NULL AND NOT _excluded AND NOT _blank"))
    )


def _fact_column(job: Job, name: str, kind: str, have: set[str]) -> Tree:
    if name not in have and name != job.fact.key:
        return sql.named(sql.null(_DUCKDB_TYPES[kind]), name)
    if kind == "date":
        return sql.named(values.local_day(sql.column(name), job.company.timezone), name)
    return sql.column(name)


_DUCKDB_TYPES = {
    "text": "VARCHAR", "number": "DOUBLE", "boolean": "BOOLEAN", "time": "TIMESTAMPTZ",
    "date": "DATE", "seconds": "DOUBLE",
}  # fmt: skip


def _origin(job: Job) -> tuple[Tree, ...]:
    return (sql.named(sql.text(job.source.name), "_source"), sql.column("_record"))
