"""One source, whole: read, mapped, accounted for, its fact written and its rejects listed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlglot import exp

from milepost.engine import reading, sql
from milepost.engine.collected.staging import stage
from milepost.engine.mapping import (
    detect,
    fact,
    groups,
    lines,
    listing,
    ready,
    records,
    tables,
    tally,
)
from milepost.engine.mapping.account import Account
from milepost.engine.mapping.binding import MappingError
from milepost.engine.mapping.job import Connection, Job, Mapped
from milepost.engine.mapping.lookups import Lookup, joined, lookups_of
from milepost.engine.mapping.places import Places
from milepost.engine.mapping.recipe import Recipe, recipe_of
from milepost.engine.mapping.records import Column
from milepost.engine.mapping.repeats import reject_repeats
from milepost.engine.mapping.targets import Target
from milepost.engine.reading import Staged
from milepost.engine.sql import Tree


def build(con: Connection, job: Job, *, target: Path, rejects: Path) -> Account:
    """Write the source's fact to `target` and its rejects to `rejects`; the account of both.

    The connection keeps tries. Raises MappingError where the plan does not fit the files, DataError where the files cannot be
    read.
    """
    files = _files(job)
    recipe = recipe_of(job, files)
    staged = _staged(con, job, files, recipe)
    lookups = lookups_of(con, job, recipe)
    _check(con, job, recipe, lookups)
    job.progress("mapping", staged.records)
    mapped = [
        _mapped(con, job, recipe, lookups, (*shape, *recipe.answers), number)
        for number, shape in enumerate(recipe.shapes)
    ]
    reject_repeats(con, job, [part.raw for part in mapped], [part.view for part in mapped])
    job.progress("writing", staged.records)
    rows = fact.write(con, job, mapped, target)
    places = Places(files, staged, job.source.read)
    account = tally.account(con, job, places, mapped, lookups, target=target, rows=rows)
    listing.write(con, job, places, mapped, target=rejects)
    return account


def _files(job: Job) -> tuple[Path, ...]:
    if job.collected:
        return job.collected.files
    return reading.find_files(job.source.from_, base=job.base)


def _staged(con: Connection, job: Job, files: Sequence[Path], recipe: Recipe) -> Staged:
    """The source's records as they stand in its files."""
    wanted = recipe.used(job.alias)
    if job.collected:
        return stage(con, job.collected, name="staged", wanted=wanted, base=job.base)
    return reading.stage(
        con, files, read=job.source.read, name="staged", folder=job.scratch, wanted=wanted,
        progress=lambda n: job.progress("reading", n),
        base=job.base,
    )  # fmt: skip


def _check(con: Connection, job: Job, recipe: Recipe, lookups: Sequence[Lookup]) -> None:
    """Every expression against the types of the columns it uses; a misfit is the plan's mistake."""
    source, place = job.source, job.place

    def typed(tree: Tree, at: tuple[str | int, ...]) -> str:
        return tables.check(con, joined(job, lookups, sql.named(tree, "value")), place=at)

    for target in (t for shape in (*recipe.shapes, recipe.answers) for t in shape if not t.plain):
        found = typed(groups.settled(target.tree) if source.group else target.tree, target.place)
        if target.asked is not None and target.type == "boolean":
            _refuse_no_condition(found, target.place)
    if recipe.group is not None:
        typed(recipe.group, (*place, "group"))
    if recipe.where is not None:
        _refuse_no_condition(typed(recipe.where, (*place, "where")), (*place, "where"))
    for index, tree in enumerate(recipe.expects):
        at = (*place, "expect", index, "that")
        _refuse_no_condition(typed(tree, at), at)
    _check_dates(con, job)


def _refuse_no_condition(type_: str, place: tuple[str | int, ...]) -> None:
    if type_ not in ("BOOLEAN", '"NULL"', "NULL"):
        raise MappingError(
            place, f"{place[-1]}: gives {type_}, expected a condition such as amount > 0"
        )


def _check_dates(con: Connection, job: Job) -> None:
    """Every stated date format, tried on nothing."""
    stated = job.source.read.dates
    formats = {"": stated} if isinstance(stated, str) else stated or {}
    for column, form in formats.items():
        at = (*job.place, "read", "dates", *([column] if column else []))
        tried = sql.sql("try_strptime('', :f)", f=sql.text(form))
        tables.check(con, exp.select(tried), place=at)


def _mapped(
    con: Connection,
    job: Job,
    recipe: Recipe,
    lookups: Sequence[Lookup],
    targets: Sequence[Target],
    number: int,
) -> Mapped:
    """The records of one shape, typed, on disk."""
    rows = _rows(con, job, recipe, lookups, targets, number)
    types = tables.types(con, rows)
    own = tuple(target for target in targets if target.asked is None)
    kept = [name for name in types if name.startswith(_KEPT)]
    prepared, raw = f"prepared_{number}", f"records_{number}_raw"
    tables.view(con, prepared, records.prepared_query(rows, own, types))
    columns = [_column(con, job, prepared, target, types[target.name]) for target in own]
    query = records.records_query(
        prepared=prepared, columns=columns, kept=kept, fact=job.fact,
        timezone=job.company.timezone, source=job.source.name, optional=bool(job.source.rows),
        misfits=ready.misfits() if job.ready_answers else (),
    )  # fmt: skip
    tables.materialise(con, query, raw, job.scratch)
    return Mapped(f"records_{number}", raw, rows, own, {name: types[name] for name in kept})


# What records pass on unread: questions' answers, expectations, the matches of look-ups.
_KEPT = ("_answer_", "_comment_", "_where_", "_failed_", "_expect_", "_n_")


def _rows(
    con: Connection,
    job: Job,
    recipe: Recipe,
    lookups: Sequence[Lookup],
    targets: Sequence[Target],
    number: int,
) -> str:
    """The view of one row a record, or a group."""
    view = f"lines_{number}"
    if recipe.group is None:
        computed = lines.computed_of(targets)
        tables.view(con, view, lines.lines_query(job, recipe, lookups, computed))
        return view
    grouping = groups.grouping_of(recipe.group, targets)
    query = lines.lines_query(job, recipe, lookups, list(grouping.leaves.values()))
    tables.materialise(con, query, view, job.scratch)
    grouped = groups.grouped_query(grouping, lines=view, expects=len(recipe.expects))
    tables.materialise(con, grouped, f"rows_{number}", job.scratch)
    return f"rows_{number}"


def _column(con: Connection, job: Job, prepared: str, target: Target, type_: str) -> Column:
    read_from = records.type_read(target, type_)
    style = detect.style_of(
        con, prepared, target, type_=read_from, source=job.source, timezone=job.timezone
    )
    return Column(target, read_from, style)
