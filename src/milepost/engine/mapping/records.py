"""From a staged source to records: look-ups, `where`, `group`, and the fact's columns, typed.

Three views on top of each other, none of them held in memory: `lines` (the source's records with
what the plan computes from each), `rows` (one a record, or one a group), `records` (values read,
with the reason where one could not be). A record's `_bad` names the column, the value and the
reason; `_excluded` marks those that `where` left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from milepost.engine import sql
from milepost.engine.mapping import values
from milepost.engine.mapping.targets import Target
from milepost.engine.mapping.values import Style
from milepost.engine.sql import Tree

PLACES = ("_record", "_file", "_sheet")
BUCKETS = 128


@dataclass(frozen=True, slots=True)
class Lookup:
    """A look-up table ready to be joined: one row a key, `_matches` rows behind it."""

    alias: str
    relation: str
    from_: str
    keys: tuple[tuple[Tree, str], ...]


@dataclass(frozen=True, slots=True)
class Computed:
    """Something that a line's expressions compute: its value under `name`, watched for failure."""

    name: str
    tree: Tree
    column: str
    plain: bool


def lines_query(
    *,
    relation: str,
    alias: str,
    lookups: Sequence[Lookup],
    where: Tree | None,
    computed: Sequence[Computed],
) -> exp.Select:
    """Every record of the source with its computed values, `_excluded` and `_bad`."""
    tried = [item for item in computed if not item.plain]
    inner = sql.select(
        *(sql.named(sql.column(place, alias), place) for place in PLACES),
        *(sql.named(item.tree, item.name) for item in computed if item.plain),
        *(sql.named(sql.attempt(item.tree), item.name) for item in tried),
        *(sql.named(_shown(item.tree), f"_shown{item.name}") for item in tried),
        *(sql.named(sql.column("_matches", look.alias), f"_n_{look.alias}") for look in lookups),
        sql.named(sql.attempt(where) if where is not None else sql.sql("[TRUE]"), "_where"),
    ).from_(exp.alias_(sql.table(relation), alias, table=True, quoted=True))
    inner = joined(inner, lookups)
    return sql.select(
        *(sql.column(place) for place in PLACES),
        *(sql.column(item.name) for item in computed if item.plain),
        *(sql.named(_first(sql.column(item.name)), item.name) for item in tried),
        sql.named(sql.sql("NOT coalesce(list_extract(:w, 1), FALSE)", w=_WHERE), "_excluded"),
        sql.named(_line_bad(lookups, tried), "_bad"),
    ).from_(inner.subquery("computed"))


def grouped_query(*, lines: str, key: str, targets: Sequence[tuple[str, Tree]]) -> exp.Select:
    """One row a group of the lines that are neither excluded nor bad; `_lines` is their number."""
    return (
        sql.select(
            sql.sql("min(_record) AS _record"),
            sql.sql("arg_min(_file, _record) AS _file"),
            sql.sql("arg_min(_sheet, _record) AS _sheet"),
            *(sql.named(tree, name) for name, tree in targets),
            sql.sql("FALSE AS _excluded"),
            sql.sql("CAST(NULL AS STRUCT(col VARCHAR, val VARCHAR, reason VARCHAR)) AS _bad"),
            sql.sql("count(*) AS _lines"),
        )
        .from_(sql.table(lines))
        .where(sql.sql("NOT _excluded AND _bad IS NULL"))
        .group_by(sql.column(key))
    )


def lifted(tree: Tree, *, name: Callable[[Tree], str]) -> Tree:
    """An aggregate expression over lines' computed columns: each argument becomes a column."""
    if tree.find(exp.AggFunc) is None:
        return sql.sql("arg_min(:x, _record)", x=sql.column(name(tree)))
    result = tree.copy()
    for aggregate in list(result.find_all(exp.AggFunc)):
        for child in list(_arguments(aggregate)):
            child.replace(sql.column(name(child.copy())))
    return result


def records_query(
    *,
    rows: str,
    targets: Sequence[Target],
    kept: Sequence[str],
    types: dict[str, str],
    styles: dict[str, Style],
    key: str | None,
    time: str,
    timezone: str,
    source: str,
    optional: bool = False,
) -> exp.Select:
    """The fact's columns with day, bucket and unit; `optional`: a blank required value is blank.

    `kept` are columns passed on unread (questions' answers, expectations).
    """
    prepared = sql.select(
        "*", *(sql.named(_prepared(t, types[t.name]), f"_text_{t.name}") for t in targets)
    ).from_(sql.table(rows))
    read = sql.select(
        *(sql.column(place) for place in PLACES),
        "_excluded",
        sql.named(sql.column("_bad"), "_bad0"),
        *(sql.column(name) for name in kept),
        *(sql.column(f"_text_{t.name}") for t in targets),
        *(sql.named(_value(t, types, styles), t.name) for t in targets),
    ).from_(prepared.subquery("prepared"))
    blank = _blank(targets) if optional else exp.false()
    bad = _bad(targets, types, styles, optional=optional)
    names = {t.name for t in targets}
    final = sql.select(
        *(sql.column(place) for place in PLACES),
        "_excluded",
        sql.named(blank, "_blank"),
        sql.named(sql.sql("coalesce(_bad0, :bad)", bad=bad), "_bad"),
        *(sql.column(name) for name in kept),
        *(sql.column(t.name) for t in targets if t.name != key),
        *([sql.named(_key(key, key in names), key)] if key else []),
        sql.named(_day(time, styles, timezone), "day"),
        *_unit(source, "customer_id" in names),
    ).from_(read.subquery("read"))
    return final


_WHERE = sql.column("_where")


def struct_bad(column: str, shown: Tree, reason: str) -> Tree:
    """The remark that rejects a record."""
    return sql.sql(
        "{'col': :c, 'val': CAST(:v AS VARCHAR), 'reason': :r}",
        c=sql.text(column),
        v=shown,
        r=sql.text(reason),
    )


def _line_bad(lookups: Sequence[Lookup], tried: Sequence[Computed]) -> Tree:
    many = [
        (
            sql.sql(":n > 1", n=sql.column(f"_n_{look.alias}")),
            struct_bad(
                look.alias,
                sql.column(f"_n_{look.alias}"),
                f"more than one match in {look.from_}",
            ),
        )
        for look in lookups
    ]
    where = (
        sql.sql("_where IS NULL"),
        struct_bad("where", exp.null(), "the condition cannot be computed"),
    )
    excluded = (sql.sql("NOT coalesce(list_extract(_where, 1), FALSE)"), exp.null())
    failed = [
        (
            sql.sql(":x IS NULL", x=sql.column(item.name)),
            struct_bad(item.column, sql.column(f"_shown{item.name}"), "cannot be computed"),
        )
        for item in tried
    ]
    return sql.case([where, excluded, *many, *failed])


def _first(tree: Tree) -> Tree:
    return sql.sql("list_extract(:x, 1)", x=tree)


def _shown(tree: Tree) -> Tree:
    """The inputs of an expression as text, for the list of rejects."""
    columns = list(dict.fromkeys(tree.find_all(exp.Column)))[:3]
    if not columns:
        return exp.null()
    parts = [
        sql.sql(":n || coalesce(CAST(:c AS VARCHAR), '')", n=sql.text(f"{column.name}="), c=column)
        for column in columns
    ]
    return sql.call("concat_ws", sql.text(" "), *parts)


def joined(query: exp.Select, lookups: Sequence[Lookup]) -> exp.Select:
    """The query with its look-ups joined, each on what stands before it."""
    for look in lookups:
        aliased = exp.alias_(sql.table(look.relation), look.alias, table=True, quoted=True)
        query = query.join(aliased, on=_on(look), join_type="left")
    return query


def _on(look: Lookup) -> Tree:
    """Keys are compared as text: one file's 7 is another's '7'."""
    return sql.all_of(
        sql.sql("CAST(:left AS VARCHAR) = :right", left=left, right=sql.column(right, look.alias))
        for left, right in look.keys
    )


def _arguments(aggregate: exp.AggFunc) -> list[Tree]:
    found: list[Tree] = []
    for child in aggregate.iter_expressions():
        if isinstance(child, exp.Distinct):
            found.extend(child.expressions)
        elif isinstance(child, exp.Order | exp.Star | exp.Literal | exp.Boolean):
            continue
        else:
            found.append(child)
    return found


def _prepared(target: Target, type_: str) -> Tree:
    """A target's raw value with its labels replaced; text is trimmed, blank is NULL."""
    raw: Tree = sql.column(target.name)
    if target.labels:
        return values.relabelled(values.as_text(raw, type_), target.labels)
    return values.as_text(raw, type_) if values.is_text(type_) else raw


def _value(target: Target, types: dict[str, str], styles: dict[str, Style]) -> Tree:
    reading = _reading(target, types, styles)
    if not target.values:
        return reading.value
    branches = [
        (sql.sql(":x = :old", x=reading.value, old=sql.text(old)), sql.text(new))
        for old, new in target.values.items()
    ]
    return sql.case(branches, reading.value)


def _reading(target: Target, types: dict[str, str], styles: dict[str, Style]) -> values.Reading:
    type_ = "VARCHAR" if target.labels else types[target.name]
    raw = sql.column(f"_text_{target.name}")
    return values.read(raw, type_=type_, target=target.type, style=styles[target.name])


def _bad(
    targets: Sequence[Target],
    types: dict[str, str],
    styles: dict[str, Style],
    *,
    optional: bool,
) -> Tree:
    branches: list[tuple[Tree, Tree]] = [(sql.sql("_excluded"), exp.null())]
    for target in targets:
        raw, value = sql.column(f"_text_{target.name}"), sql.column(target.name)
        if target.type != "text":
            reason = _reading(target, types, styles).reason
            unread = sql.sql(":r IS NOT NULL AND :v IS NULL", r=raw, v=value)
            branches.append((unread, struct_bad(target.name, raw, reason)))
        if target.required and not optional:
            missing = sql.sql(":v IS NULL", v=value)
            branches.append((missing, struct_bad(target.name, exp.null(), "blank")))
        if target.name == "weight":
            branches.extend(_weight(value))
    return sql.case(branches)


def _weight(value: Tree) -> list[tuple[Tree, Tree]]:
    negative = sql.sql(":v < 0", v=value)
    return [
        (negative, struct_bad("weight", value, "a weight below zero")),
        (sql.sql(":v IS NULL", v=value), struct_bad("weight", exp.null(), "blank")),
    ]


def _blank(targets: Sequence[Target]) -> Tree:
    blanks = [sql.sql(":r IS NULL", r=sql.column(f"_text_{t.name}")) for t in targets if t.required]
    return sql.any_of(blanks)


def _key(key: str, mapped: bool) -> Tree:
    return sql.column(key) if mapped else sql.sql("CAST(_record AS VARCHAR)")


def _day(time: str, styles: dict[str, Style], timezone: str) -> Tree:
    if styles[time].date_only:
        return values.local_day(sql.column(time), styles[time].timezone)
    return values.local_day(sql.column(time), timezone)


def _unit(source: str, known: bool) -> list[Tree]:
    """bucket and unit: from the customer, or from source and record where there is none."""
    own = sql.sql(":s || '/' || CAST(_record AS VARCHAR)", s=sql.text(source))
    unit = sql.sql("coalesce(:c, :own)", c=sql.column("customer_id"), own=own) if known else own
    bucket = sql.sql(
        f"CAST(CAST('0x' || left(md5(:u), 8) AS UINTEGER) % {BUCKETS} AS UTINYINT)", u=unit
    )
    return [
        sql.named(bucket, "bucket"),
        sql.named(sql.sql("md5_number_upper(:u)", u=unit), "unit"),
    ]
