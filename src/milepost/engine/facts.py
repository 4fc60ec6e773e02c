"""Facts, kept fresh: each source is built anew only when it, its mapping or Milepost changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from milepost.engine import reading, sql
from milepost.engine.database import MEMORY, connected, said
from milepost.engine.mapping.account import Account
from milepost.engine.mapping.binding import MappingError
from milepost.engine.mapping.build import build
from milepost.engine.mapping.job import Job
from milepost.engine.project import Project, renewed
from milepost.engine.reading.plain import wrong
from milepost.engine.store import Built
from milepost.errors import PlanError
from milepost.files import locked
from milepost.plan.facts import collected
from milepost.plan.model import Source
from milepost.version import __version__

# source, step, records so far
Progress = Callable[[str, str, int], None]


@dataclass(frozen=True, slots=True)
class Facts:
    """The built sources of a project, as one consistent state, and the project as it was then."""

    project: Project
    built: dict[str, Built]

    @property
    def brought(self) -> frozenset[str]:
        """The names of the facts that the sources are of."""
        return frozenset(built.account.fact for built in self.built.values())

    def awaited(self, fact: str) -> bool:
        """Whether a fact comes from our own server alone, which has not collected any of it yet."""
        accounts = [built.account for built in self.built.values() if built.account.fact == fact]
        return bool(accounts) and all(account.awaited for account in accounts)


def empty_sources(facts: Facts) -> list[str]:
    """The sources that brought no row, each with what became of its records.

    An item reads `'survey' (2 records: 1 excluded, 1 rejected)`, or `'survey' (no records)`.
    """
    accounts = [built.account for _, built in sorted(facts.built.items())]
    return [f"'{a.source}' ({_fate(a)})" for a in accounts if a.rows == 0]


def _fate(account: Account) -> str:
    if account.awaited:
        return "nothing collected yet"
    if not account.records:
        return "no records"
    blank = sum(n for question in account.questions for n in question.not_answered.values())
    parts = {
        "excluded": account.excluded,
        "rejected": account.rejected_records + account.rejected_answers,
        "not answered": blank,
    }
    fates = ", ".join(f"{count:,} {what}" for what, count in parts.items() if count)
    return f"{account.records:,} record{'' if account.records == 1 else 's'}: {fates}"


def silent(source: str, step: str, records: int) -> None:
    """Show nothing."""


def refresh(project: Project, *, progress: Progress = silent) -> Facts:
    """The project's facts, up to date with its sources.

    Raises PlanError where a mapping does not fit its file, DataError where a file cannot be read.
    """
    _refuse_folder(project)
    project = renewed(project)
    prints = {source.name: fingerprint(project, source) for source in project.plan.sources}
    current = project.store.current()
    if _fresh(project, current, prints):
        return Facts(project, current)

    def waiting() -> None:
        progress("store", "waiting for another", 0)

    with project.store.writable(), locked(project.store.folder, waiting=waiting):
        current = project.store.current()
        if _fresh(project, current, prints):
            return Facts(project, current)
        return Facts(project, _rebuild(project, current, prints, progress))


def damaged(project: Project, facts: Facts) -> list[str]:
    """The sources whose facts cannot be read to the end; their files go, so that they are rebuilt."""
    with project.store.writable(), locked(project.store.folder):
        files = {name: project.store.facts / built.file for name, built in facts.built.items()}
        found = [name for name, file in sorted(files.items()) if not _readable(file)]
        for name in found:
            files[name].unlink(missing_ok=True)
    return found


def _readable(file: Path) -> bool:
    rows = sql.select("*").from_(sql.parquet(file)).subquery("fact")
    whole = sql.select(sql.sql("max(hash(fact))")).from_(rows)
    with connected() as con:
        try:
            con.execute(sql.render(whole))
        except duckdb.OutOfMemoryException:
            return True
        except duckdb.Error:
            return False
    return True


def _refuse_folder(project: Project) -> None:
    try:
        str(project.store.folder).encode()
    except UnicodeEncodeError:
        raise wrong(
            f"{project.store.folder}: DuckDB cannot write to a folder whose name is not UTF-8;"
            " rename it, or move the plan"
        ) from None


def fingerprint(project: Project, source: Source) -> str:
    """What decides a source's fact: its files, its mapping, the company's clock, the version."""
    files = [] if source.collected else [*reading.find_files(source.from_, base=project.base)]
    for join in source.join:
        files += reading.find_files(join.from_, base=project.base)
    company, touchpoints = project.plan.company, [t.name for t in project.plan.touchpoints]
    decisive = [
        __version__, source.model_dump(mode="json"), company.timezone, touchpoints,
        reading.fingerprint(files), _own_fact(project, source),
        *([project.collected[source.fact].fingerprint] if source.collected else []),
    ]  # fmt: skip
    text = json.dumps(decisive, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _own_fact(project: Project, source: Source) -> object:
    shape = project.facts.get(source.fact)
    return [shape.key, shape.time, shape.columns] if shape else None


def _fresh(project: Project, current: dict[str, Built], prints: dict[str, str]) -> bool:
    return set(current) == set(prints) and all(
        _usable(project, current[name], prints[name]) for name in prints
    )


def _usable(project: Project, built: Built | None, wanted: str) -> bool:
    return built is not None and built.fingerprint == wanted and project.store.whole(built)


def _rebuild(
    project: Project, current: dict[str, Built], prints: dict[str, str], progress: Progress
) -> dict[str, Built]:
    """Build what is stale, then publish everything at once; all wrong mappings are told together."""
    done: dict[str, Built] = {}
    wrong = []
    for index, source in enumerate(project.plan.sources):
        known = current.get(source.name)
        if known and _usable(project, known, prints[source.name]):
            done[source.name] = known
            continue
        try:
            done[source.name] = _built(project, source, index, prints[source.name], progress)
        except MappingError as error:
            wrong.append(project.finding(error.place, str(error)))
    if wrong:
        raise PlanError(wrong)
    project.store.publish(done, over=current)
    project.store.sweep(done)
    return done


def _built(project: Project, source: Source, index: int, wanted: str, progress: Progress) -> Built:
    name = f"{source.name}-{wanted}.parquet"
    with _told(source), project.store.scratch() as scratch, connected(scratch, tries=True) as con:
        shape, own = project.facts[source.fact], source.collected
        job = Job(
            source=source, place=("sources", index), fact=collected(shape) if own else shape,
            company=project.plan.company, base=project.base, scratch=scratch,
            touchpoints=tuple(t.name for t in project.plan.touchpoints),
            progress=lambda step, n: progress(source.name, step, n),
            collected=project.collected[source.fact] if own else None,
        )  # fmt: skip
        account = build(
            con, job, target=project.store.facts / name,
            rejects=project.store.rejects_of(source.name),
        )  # fmt: skip
    if fingerprint(project, source) != wanted:
        raise wrong(
            f"source '{source.name}': {source.from_} or a look-up changed while it was read;"
            " try again when nothing writes to it"
        )
    return Built(name, wanted, (project.store.facts / name).stat().st_size, account)


# What DuckDB raises for a damaged file or a full disk; all else is a defect.
_OUTSIDE = (duckdb.OperationalError, duckdb.DataError, duckdb.InvalidInputException)


@contextmanager
def _told(source: Source) -> Iterator[None]:
    """Say in one line what outside of Milepost keeps a source from being built."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise wrong(
            f"source '{source.name}': {source.from_} cannot be built within {MEMORY} of memory"
            f" ({said(error)}); shorten the texts that its expressions make, or make room on the"
            " disk for what does not fit"
        ) from None
    except duckdb.Error as error:
        # A damaged Parquet page comes as the bare root of DuckDB's errors.
        if not isinstance(error, _OUTSIDE) and type(error) is not duckdb.Error:
            raise
        raise wrong(
            f"source '{source.name}': {source.from_} cannot be built"
            f" ({said(error)}); is a file damaged, or the disk full?"
        ) from None
