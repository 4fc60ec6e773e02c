"""A project: a plan with its names resolved, its facts' shapes, its metrics and its store."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from milepost.engine import checks
from milepost.engine.collected.current import Collected
from milepost.engine.collected.stating import askings_of, collected_of, stated
from milepost.engine.store import Store
from milepost.errors import Finding, PlanError
from milepost.metrics.boxes import label
from milepost.metrics.catalogue import catalogue_of
from milepost.metrics.definition import Metric
from milepost.metrics.estimators import Mean
from milepost.plan.askings import Asking, askings, by_type, scales_at
from milepost.plan.calendar import Calendar
from milepost.plan.facts import FactShape
from milepost.plan.load import Draft, read_plan
from milepost.plan.model import Good, Plan, Source, Touchpoint
from milepost.plan.questions import Scale
from milepost.plan.reading import Place
from milepost.plan.scope import shapes

# What a metric may need of the company itself.
OF_COMPANY = ("company.brand", "company.business_hours")


@dataclass(frozen=True, slots=True)
class Project:
    """An opened plan. `base` is the plan's folder, against which sources' paths are read.

    `askings` are the questions by type, the plan's and those that were answered on the server;
    `versions` those of its metrics by name. `collected` is what the server brought, by fact: the
    plan's sources from it are stated in full.
    """

    draft: Draft
    plan: Plan
    base: Path
    store: Store
    facts: dict[str, FactShape]
    metrics: dict[str, Metric]
    calendar: Calendar
    askings: Mapping[str, tuple[Asking, ...]]
    versions: Mapping[str, str]
    collected: Mapping[str, Collected]

    def finding(self, place: Place, text: str) -> Finding:
        """A mistake at a place of the plan, with its file and line."""
        return self.draft.finding(place, text)

    def touchpoint(self, name: str) -> Touchpoint | None:
        """A touchpoint of the plan by its name."""
        return next((point for point in self.plan.touchpoints if point.name == name), None)

    def good(self, metric: Metric, touchpoint: str | None) -> Good:
        """Which way is good: as the touchpoint says, else as the questions or the metric do."""
        point = self.touchpoint(touchpoint) if touchpoint else None
        if point and metric.name in point.good:
            return point.good[metric.name]
        # Shares and net shares count the good end, whichever it is.
        if not isinstance(metric.estimator, Mean) or metric.question_type is None:
            return metric.good
        asked = self.askings.get(metric.question_type, ())
        # Numbers over all touchpoints are of no place at which anything is asked.
        here = [asking for asking in asked if asking.at(touchpoint)] or asked
        ends = {asking.good for asking in here}
        return ends.pop() if len(ends) == 1 else metric.good

    def asked(self, question_type: str) -> set[tuple[Scale | None, str]]:
        """The scales, with their good ends, on which the plan asks a type of question."""
        return {(asking.scale, asking.good) for asking in self.askings.get(question_type, ())}

    def mixed(self, question_type: str, touchpoint: str | None) -> tuple[str, ...]:
        """The scales, where a type of question is asked on several at one place; else none.

        The plan's own questions never are. Answers on several scales have boxes, each those of its
        own, but no mean.
        """
        asked = self.askings.get(question_type, ())
        here = {(a.scale, a.good) for a in asked if a.at(touchpoint)}
        low = {"low": " (low is good)", "high": ""}
        told = sorted(f"{label(scale)}{low[good]}" for scale, good in here if scale)
        return tuple(told) if len(told) > 1 else ()

    def has_value(self, metric: Metric, touchpoint: str | None) -> bool:
        """Whether there can be such a number at a place: of several scales there is no mean."""
        mean = isinstance(metric.estimator, Mean)
        return not (mean and metric.question_type and self.mixed(metric.question_type, touchpoint))

    def reach(self, metric: Metric, touchpoint: str | None) -> tuple[float, float]:
        """The least and the most a metric's value can be there, before its unit's factor."""
        asked = self.askings.get(metric.question_type or "", ())
        return metric.reach(scales_at(asked, touchpoint))

    def bringing(self, metric: Metric) -> list[Source]:
        """The sources of a metric's fact that map the columns without which it is not known."""
        if self.unstated(metric):
            return []
        needed = set(metric.needs) - set(OF_COMPANY)
        return [source for source in self._behind(metric) if source.mapped >= needed]

    def unstated(self, metric: Metric) -> str | None:
        """What the plan does not say of its company and the metric cannot do without."""
        wanted = {*metric.needs, *(["company.business_hours"] if metric.in_hours else [])}
        names = [full.partition(".")[2] for full in OF_COMPANY if full in wanted]
        return next((name for name in names if not getattr(self.plan.company, name)), None)

    def only(self, metric: Metric) -> tuple[str, ...] | None:
        """The names of the sources that bring a metric; None where all of its fact do."""
        bringing = self.bringing(metric)
        every = len(bringing) == len(self._behind(metric))
        return None if every else tuple(source.name for source in bringing)

    def weighing(self, metric: Metric) -> list[Source]:
        """The sources whose weights a metric's answers may have; none where nothing was answered."""
        if metric.fact != "responses":
            return []
        kind = metric.question_type
        return [
            source
            for source in self.bringing(metric)
            if kind is None or not source.questions or kind in {q.type for q in source.questions}
        ]

    def _behind(self, metric: Metric) -> list[Source]:
        fact = metric.fact
        return [source for source in self.plan.sources if source.fact == fact]

    def version(self, metric: Metric) -> str:
        """The metric's version with how this plan reads its answers: scale, good end, codes, labels."""
        return self.versions[metric.name]


def open_project(path: Path) -> Project:
    """Open a plan; all its mistakes are told at once. Raises PlanError."""
    draft = read_plan(path)
    findings = list(draft.findings)
    if draft.plan is not None:
        findings += checks.check(draft, draft.plan)
    if draft.plan is None or findings:
        raise PlanError(findings)
    return project_of(draft, draft.plan, base=path.parent)


def project_of(draft: Draft, plan: Plan, *, base: Path) -> Project:
    """A project of a plan without mistakes. Raises DataError where what was collected is damaged."""
    store = Store(base / "store")
    collected = collected_of(plan, store.folder)
    metrics = catalogue_of(plan)
    asked = by_type((*askings(plan), *askings_of(plan, collected)))
    return Project(
        draft=draft,
        plan=stated(plan, collected),
        base=base,
        store=store,
        facts=shapes(plan.facts),
        metrics=metrics,
        calendar=Calendar(plan.company.week_starts, plan.company.year_starts),
        askings=asked,
        versions={name: _version(metric, asked) for name, metric in metrics.items()},
        collected=collected,
    )


def renewed(project: Project) -> Project:
    """The project with what was collected by now, and with all sources of its plan."""
    plan = project.draft.plan
    if plan is None or not (project.collected or len(plan.sources) > len(project.plan.sources)):
        return project
    return project_of(project.draft, plan, base=project.base)


def without(project: Project, names: Collection[str]) -> Project:
    """The project as if its plan did not have some sources; what they ask is still known."""
    sources = tuple(each for each in project.plan.sources if each.name not in names)
    return replace(project, plan=project.plan.model_copy(update={"sources": sources}))


def _version(metric: Metric, asked: Mapping[str, tuple[Asking, ...]]) -> str:
    readings = {asking.reading for asking in asked.get(metric.question_type or "", ())}
    return metric.version_on(sorted(readings, key=repr))
