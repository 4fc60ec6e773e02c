"""What a source's plan asks of its files: every column and condition, bound to what is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from milepost.engine import reading
from milepost.engine.collected.staging import staged_types
from milepost.engine.mapping.binding import MappingError, Place, Tables, condition, tree_of
from milepost.engine.mapping.job import Job
from milepost.engine.mapping.targets import Target, raw_answers, targets_of
from milepost.engine.sql import Tree
from milepost.plan.facts import RESERVED, SHARED


@dataclass(frozen=True, slots=True)
class Keys:
    """How a look-up is joined: each key of the lines with the look-up's own column."""

    pairs: tuple[tuple[Tree, str], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Recipe:
    """A source's mapping, bound.

    `shapes` holds the fact's columns once, or once a line of `rows`; `answers` what the questions
    read; the rest is what the source says besides.
    """

    tables: Tables
    shapes: tuple[tuple[Target, ...], ...]
    answers: tuple[Target, ...]
    where: Tree | None
    group: Tree | None
    expects: tuple[Tree, ...]
    joins: tuple[Keys, ...]

    def used(self, alias: str) -> frozenset[str]:
        """The columns of one table that anything is made from."""
        return frozenset(c.name for c in self._columns() if c.table == alias)

    def _columns(self) -> Iterator[exp.Column]:
        for tree in self._trees():
            yield from tree.find_all(exp.Column)

    def _trees(self) -> Iterator[Tree]:
        yield from (target.tree for shape in (*self.shapes, self.answers) for target in shape)
        yield from (tree for tree in (self.where, self.group) if tree is not None)
        yield from self.expects
        for alias, keys in zip(list(self.tables.columns)[1:], self.joins, strict=True):
            for left, right in keys.pairs:
                yield left
                yield exp.column(right, table=alias)


def recipe_of(job: Job, files: Sequence[Path]) -> Recipe:
    """The source's mapping against the columns of its files.

    Raises MappingError where it names what they do not have, DataError where they cannot be read.
    """
    source, place = job.source, job.place
    tables = _tables(job, files)
    rows: list[int | None] = [*range(len(source.rows))] or [None]
    shapes = tuple(targets_of(source, job.fact, tables, place=place, row=row) for row in rows)
    for shape in shapes:
        _refuse_clashes(shape, (*RESERVED, *SHARED, *job.fact.columns))
    return Recipe(
        tables=tables,
        shapes=shapes,
        answers=raw_answers(source, tables, place=place),
        where=condition(source.where, tables, place=(*place, "where")) if source.where else None,
        group=tree_of(source.group, tables, place=(*place, "group")) if source.group else None,
        expects=tuple(
            condition(expect.that, tables, place=(*place, "expect", index, "that"))
            for index, expect in enumerate(source.expect)
        ),
        joins=tuple(_keys(job, tables, index) for index in range(len(source.join))),
    )


def _tables(job: Job, files: Sequence[Path]) -> Tables:
    source = job.source
    if job.collected:
        return Tables({job.alias: staged_types(job.collected)}, {job.alias: "what was collected"})
    found = {job.alias: reading.columns_of(files, read=source.read)}
    origin = {job.alias: source.from_}
    for join in source.join:
        looked_up = reading.find_files(join.from_, base=job.base)
        found[join.as_] = reading.columns_of(looked_up, read=join.read)
        origin[join.as_] = join.from_
    return Tables(
        {alias: {c.name: c.type for c in columns} for alias, columns in found.items()}, origin
    )


def _keys(job: Job, tables: Tables, index: int) -> Keys:
    join, place = job.source.join[index], (*job.place, "join", index, "keys")
    pairs = tuple(
        (tree_of(left, tables, place=place), tables.find(right, join.as_, place=place).name)
        for left, right in join.keys.items()
    )
    return Keys(pairs, place)


def _refuse_clashes(shape: Sequence[Target], own: Sequence[str]) -> None:
    """SQL does not tell names apart by case, so neither may a source."""
    taken = {name: name for name in own}
    for target in shape:
        known = taken.setdefault(target.name.lower(), target.name)
        if known != target.name:
            raise MappingError(
                target.place,
                f"'{target.name}' and '{known}' differ only in case; give one another name",
            )
