"""How the account of the sources is made: what was built when, what reads it, what has no recent row."""

from __future__ import annotations

from datetime import datetime, timedelta

from milepost import clock
from milepost.engine.facts import Facts
from milepost.engine.project import Project
from milepost.insight.data_account import Accounts, SourceOf
from milepost.metrics.definition import Metric
from milepost.plan.calendar import Span
from milepost.plan.model import Source

# What a disk's clock may be behind ours.
_SLACK = timedelta(seconds=2)


def accounts(facts: Facts, *, since: datetime | None = None) -> Accounts:
    """The accounts of a project's sources; those built after `since` are told by name."""
    project = facts.project
    latest = _latest(project)
    found = tuple(
        _source(facts, source, _line(project, source.name), latest)
        for source in project.plan.sources
    )
    anew = [each.account.source for each in found if _later(each, since)]
    absent = [each for each in facts.kept.values() if each.source not in facts.built]
    return Accounts(found, latest, tuple(anew), tuple(absent))


def _latest(project: Project) -> Span:
    """The latest period that is over."""
    today = clock.today(project.plan.company.timezone)
    return project.calendar.previous(project.calendar.span_of(today, project.plan.every))


def _later(source: SourceOf, since: datetime | None) -> bool:
    return bool(since and source.built_at and source.built_at >= since - _SLACK)


def _line(project: Project, name: str) -> int:
    """The line of the plan on which a source begins."""
    plan = project.draft.plan or project.plan
    names = [source.name for source in plan.sources]
    return project.draft.line(("sources", names.index(name)))


def _source(facts: Facts, source: Source, line: int, latest: Span) -> SourceOf:
    project, built = facts.project, facts.built[source.name]
    account, rejects = built.account, project.store.rejects_of(source.name)
    last = account.last_day
    return SourceOf(
        account=account,
        from_=source.from_,
        line=line,
        collected=source.collected,
        built_at=project.store.built_at(built),
        rejects=rejects.stat().st_size if rejects.exists() else 0,
        feeds=tuple(_feeds(project, source)),
        # ISO dates stand in the order of time.
        stale=last is not None and last < latest.since.isoformat(),
        kept=facts.kept.get(source.name),
    )


def _feeds(project: Project, source: Source) -> list[tuple[str, str]]:
    return [
        (metric.name, metric.title)
        for metric in project.metrics.values()
        if _reads(project, metric, source)
    ]


def _reads(project: Project, metric: Metric, source: Source) -> bool:
    if metric.question_type and not project.asked(metric.question_type):
        return False
    if source in project.bringing(metric):
        return True
    looked_up = {wanted.partition(".")[0] for wanted in metric.reads[1:]}
    return source.fact in looked_up and bool(project.bringing(metric))
