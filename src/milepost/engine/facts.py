"""Facts, kept fresh: each source is built anew only when it, its mapping or Milepost changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import duckdb

from milepost import clock
from milepost.engine import sql
from milepost.engine.building import build_source
from milepost.engine.database import connected
from milepost.engine.kept import Kept
from milepost.engine.mapping.account import Account
from milepost.engine.mapping.binding import MappingError
from milepost.engine.prints import Print, print_of
from milepost.engine.project import Project, renewed, without
from milepost.engine.reading.plain import wrong
from milepost.engine.store import Built, Current, Failed
from milepost.errors import DataError, PlanError
from milepost.files import locked

# source, step, records so far
Progress = Callable[[str, str, int], None]
# A file that fails may be read to its end each time: it is not tried at every look.
_AGAIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Facts:
    """The built sources of a project, as one consistent state, and the project as it was then.

    `kept` are the sources that are not up to date; those of which nothing is built are not in the
    project's plan.
    """

    project: Project
    built: dict[str, Built]
    kept: dict[str, Kept] = field(default_factory=dict)

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


def refresh(
    project: Project, *, progress: Progress = silent, keep: bool = False,
    again: datetime | None = None,
) -> Facts:  # fmt: skip
    """The project's facts, up to date with its sources.

    Raises PlanError where a mapping does not fit its file, DataError where a file cannot be read.
    With `keep` a source that fails is measured as it was last built under the same mapping, or
    left out if it never was, with all others of its fact, and `Facts.kept` tells it. Errors are
    then a mapping that was changed and does not fit, and that nothing at all can be read. What
    failed is tried again when its files change, after minutes, or if that was before `again`.
    """
    _refuse_folder(project)
    project = renewed(project)
    prints = {source.name: print_of(project, source) for source in project.plan.sources}
    if not keep:
        _refuse_missing(prints)
    asked = _Asked(project, prints, keep, _earliest(again))
    current = project.store.current()
    if asked.settled(current):
        return asked.facts(current)

    def waiting() -> None:
        progress("store", "waiting for another", 0)

    with project.store.writable(), locked(project.store.folder, waiting=waiting):
        current = project.store.current()
        if not asked.settled(current):
            current = _rebuild(asked, current, progress)
        return asked.facts(current)


def _refuse_missing(prints: Mapping[str, Print]) -> None:
    for each in prints.values():
        if each.why:
            raise each.why


def _earliest(again: datetime | None) -> datetime:
    """What was tried before this is tried again."""
    usual = clock.now() - _AGAIN
    return max(usual, again) if again else usual


@dataclass(frozen=True, slots=True)
class _Asked:
    """What facts are wanted of: the sources as they stand, and what may stay as it was."""

    project: Project
    prints: Mapping[str, Print]
    keep: bool
    earliest: datetime

    def settled(self, current: Current) -> bool:
        """Whether there is nothing to build."""
        known = {*current.sources, *current.failed}
        return known == {*self.prints} and all(
            self.given_up(name, current) if name in current.failed else self.usable(name, current)
            for name in self.prints
        )

    def usable(self, name: str, current: Current) -> bool:
        """Whether a source's fact is that of its files and mapping."""
        built = current.sources.get(name)
        return bool(
            built
            and built.fingerprint == self.prints[name].whole
            and self.project.store.whole(built)
        )

    def given_up(self, name: str, current: Current) -> bool:
        """Whether a source fails as it did before, so that it need not be tried."""
        failed, found = current.failed.get(name), self.prints[name]
        if failed is None or not self.keep:
            return False
        if found.why:
            return failed.of == "" and failed.why == _told_of(self.project, found.why)
        return failed.of == found.whole and failed.tried >= self.earliest

    def lasting(self, name: str, current: Current) -> Built | None:
        """What was built of a source under the same mapping, whatever its data is now."""
        built = current.sources.get(name)
        same = built and built.mapping == self.prints[name].mapping
        return built if built and same and self.project.store.whole(built) else None

    def facts(self, current: Current) -> Facts:
        """The facts of a state. Raises DataError where nothing of it can be told."""
        names = [name for name in self.prints if name in current.failed]
        failed = {name: self.lasting(name, current) for name in names}
        fresh = {n: built for n, built in current.sources.items() if n not in failed}
        built = fresh | {name: each for name, each in failed.items() if each}
        kept = {name: self._kept(name, current, each) for name, each in failed.items()}
        absent = failed.keys() - built.keys()
        for name, why in self._beside(built, [kept[name] for name in names if name in absent]):
            del built[name]
            kept[name] = why
            absent |= {name}
        if absent and not built:
            raise DataError(next(kept[name].why for name in names if name in absent))
        project = without(self.project, absent) if absent else self.project
        return Facts(project, built, kept)

    def _beside(self, built: Mapping[str, Built], absent: Sequence[Kept]) -> list[tuple[str, Kept]]:
        """The sources left out beside those of which there is nothing, for they are of the same fact.

        A fact is told with all of its rows or with none: a part of them would look like a change.
        """
        facts = {source.name: source.fact for source in self.project.plan.sources}
        lost = {facts[each.source]: each for each in absent}
        return [
            (name, Kept(name, f"'{lost[fact].source}' is of the same fact and cannot be read: {lost[fact].why}",
                        lost[fact].since, None))
            for name in built
            if (fact := facts[name]) in lost
        ]  # fmt: skip

    def _kept(self, name: str, current: Current, built: Built | None) -> Kept:
        failed = current.failed[name]
        at = self.project.store.built_at(built) if built else None
        return Kept(name, failed.why, failed.since.astimezone(UTC), at)


def _told_of(project: Project, error: Exception) -> str:
    """Why a source fails, without the folder of the plan: where it lies is no reader's business."""
    return str(error).replace(f"{project.base}{os.sep}", "")


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


def _rebuild(asked: _Asked, current: Current, progress: Progress) -> Current:
    """Build what is stale, then publish everything at once; all wrong mappings are told together."""
    project, done, failed, wrong = asked.project, dict[str, Built](), dict[str, Failed](), []
    for index, source in enumerate(project.plan.sources):
        name = source.name
        if asked.usable(name, current):
            done[name] = current.sources[name]
            continue
        if asked.given_up(name, current):
            failed[name] = current.failed[name]
            continue
        try:
            done[name] = build_source(project, index, asked.prints[name], partial(progress, name))
        except MappingError as error:
            finding = project.finding(error.place, str(error))
            if asked.keep and asked.lasting(name, current):
                failed[name] = _failed(asked, name, current, PlanError([finding]))
            else:
                wrong.append(finding)
        except DataError as error:
            if not asked.keep:
                raise
            failed[name] = _failed(asked, name, current, error)
    if wrong:
        raise PlanError(wrong)
    # The last good state stays in the store whatever its mapping: a plan's change may be taken back.
    last = {name: current.sources[name] for name in failed if name in current.sources}
    now = Current(done | last, failed)
    project.store.publish(now, over=current)
    project.store.sweep(now.sources)
    return now


def _failed(asked: _Asked, name: str, current: Current, error: Exception) -> Failed:
    """A failure of now; one that goes on has begun when it did."""
    before, moment = current.failed.get(name), clock.now()
    since = before.since if before else moment
    return Failed(_told_of(asked.project, error), since, moment, asked.prints[name].whole)
