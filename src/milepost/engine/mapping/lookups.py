"""Look-ups: other files' columns beside a source's records, at most one match each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from milepost.engine import reading, sql
from milepost.engine.mapping import tables, values
from milepost.engine.mapping.job import Connection, Job
from milepost.engine.mapping.recipe import Keys, Recipe
from milepost.engine.sql import Tree


@dataclass(frozen=True, slots=True)
class Lookup:
    """A look-up ready to be joined: one row a key, `_matches` rows behind it."""

    alias: str
    relation: str
    from_: str
    on: Tree
    notes: tuple[str, ...]


def lookups_of(con: Connection, job: Job, recipe: Recipe) -> list[Lookup]:
    """The source's look-ups, each joined on what stands before it; "staged" must be there."""
    found: list[Lookup] = []
    for index, keys in enumerate(recipe.joins):
        found.append(_lookup(con, job, recipe, index, keys, found))
    return found


def joined(job: Job, lookups: Sequence[Lookup], *trees: Tree) -> exp.Select:
    """A selection from the source's records with its look-ups beside them."""
    query = exp.select(*trees).from_(_aliased("staged", job.alias))
    for look in lookups:
        query = query.join(_aliased(look.relation, look.alias), on=look.on, join_type="left")
    return query


def _lookup(
    con: Connection, job: Job, recipe: Recipe, index: int, keys: Keys, before: Sequence[Lookup]
) -> Lookup:
    """A look-up table with one row a key, written to disk so that its size does not matter."""
    join = job.source.join[index]
    used = recipe.used(join.as_)
    files = reading.find_files(join.from_, base=job.base)
    staged = reading.stage(
        con, files, read=join.read, name=f"staged_{join.as_}", folder=job.scratch, wanted=used,
        base=job.base,
    )  # fmt: skip
    right_types = tables.types(con, staged.relation)
    own = [name for _, name in keys.pairs]
    as_keys = [_key(sql.column(name), right_types[name]) for name in own]
    grouped = sql.select(
        *(sql.named(key, f"_key_{place}") for place, key in enumerate(as_keys)),
        sql.sql("count(*) AS _matches"),
        *(
            sql.named(sql.sql("arg_min(:c, _record)", c=sql.column(name)), name)
            for name in sorted(used)
        ),
    ).from_(sql.table(staged.relation))
    relation = f"lookup_{join.as_}"
    tables.materialise(con, grouped.group_by(*as_keys), relation, job.scratch)
    left_types = [
        tables.check(con, joined(job, before, sql.named(left, "key")), place=keys.place)
        for left, _ in keys.pairs
    ]
    on = sql.all_of(
        sql.sql(":left = :right", left=_key(left, type_), right=sql.column(f"_key_{place}", join.as_))
        for place, ((left, _), type_) in enumerate(zip(keys.pairs, left_types, strict=True))
    )  # fmt: skip
    refused = [
        f"{join.from_}: {n:,} record{'' if n == 1 else 's'} refused, {reason}"
        for reason, n in staged.refused_count.items()
    ]
    return Lookup(join.as_, relation, join.from_, on, (*staged.notes, *refused))


def _key(tree: Tree, type_: str) -> Tree:
    """Keys are compared as text: one file's 7 is another's '7'."""
    return values.as_text(tree, type_)


def _aliased(relation: str, alias: str) -> Tree:
    return exp.alias_(sql.table(relation), alias, table=True, quoted=True)
