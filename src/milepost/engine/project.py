"""A project: a plan with its names resolved, its facts' shapes, its metrics and its store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from milepost.engine.store import Store
from milepost.errors import Finding, PlanError, hint
from milepost.metrics.catalogue import catalogue_of
from milepost.metrics.definition import Good, Metric
from milepost.metrics.derived import BY_NAME as DERIVED
from milepost.plan.calendar import Calendar
from milepost.plan.facts import BY_NAME, FactShape
from milepost.plan.load import Draft, read_plan
from milepost.plan.model import Plan, Touchpoint
from milepost.plan.questions import BY_NAME as QUESTION_TYPES

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Project:
    """An opened plan. `base` is the plan's folder, against which sources' paths are read."""

    draft: Draft
    plan: Plan
    base: Path
    store: Store
    facts: dict[str, FactShape]
    metrics: dict[str, Metric]
    calendar: Calendar

    def finding(self, place: Place, text: str) -> Finding:
        """A mistake at a place of the plan, with its file and line."""
        return Finding(str(self.draft.path), self.draft.line(place), text)

    def touchpoint(self, name: str) -> Touchpoint | None:
        """A touchpoint of the plan by its name."""
        return next((point for point in self.plan.touchpoints if point.name == name), None)

    def good(self, metric: Metric, touchpoint: str | None) -> Good:
        """Which way is good: as the touchpoint says, else as the questions or the metric do."""
        point = self.touchpoint(touchpoint) if touchpoint else None
        if point and metric.name in point.good:
            return point.good[metric.name]
        if metric.estimator.name == "mean" and metric.question_type:
            return self._asked_good(metric.question_type) or metric.good
        return metric.good

    def asked(self, question_type: str) -> set[tuple[tuple[int, int] | None, str]]:
        """The scales, with their good ends, on which the plan asks a type of question."""
        kind = QUESTION_TYPES[question_type]
        return {
            (asked.scale or kind.scale, asked.good or kind.good or "high")
            for source in self.plan.sources
            for asked in source.questions
            if asked.type == question_type
        }

    def _asked_good(self, question_type: str) -> Good | None:
        ends = {good for _, good in self.asked(question_type)}
        return "low" if ends == {"low"} else None


def open_project(path: Path) -> Project:
    """Open a plan; all its mistakes are told at once. Raises PlanError."""
    draft = read_plan(path)
    findings = list(draft.findings)
    if draft.plan is not None:
        findings += _unknown_metrics(draft, draft.plan) + _mixed_scales(draft, draft.plan)
    if draft.plan is None or findings:
        raise PlanError(findings)
    return project_of(draft, draft.plan, base=path.parent)


def project_of(draft: Draft, plan: Plan, *, base: Path) -> Project:
    """A project of a plan without mistakes."""
    own = {
        fact.name: FactShape(
            fact.name, fact.key, fact.time, dict(fact.columns), (fact.key, fact.time)
        )
        for fact in plan.facts
    }
    return Project(
        draft=draft,
        plan=plan,
        base=base,
        store=Store(base / "store"),
        facts={**BY_NAME, **own},
        metrics=catalogue_of(plan.metrics),
        calendar=Calendar(plan.company.week_starts, plan.company.year_starts),
    )


def fact_behind(metric: Metric) -> str:
    """The stored fact that a metric stands on, directly or through a derived one."""
    derived = DERIVED.get(metric.fact)
    return derived.over if derived else metric.fact


def _unknown_metrics(draft: Draft, plan: Plan) -> list[Finding]:
    known = catalogue_of(plan.metrics)
    named = list(_named_metrics(plan))
    return [
        Finding(
            str(draft.path), draft.line(place), f"metric '{name}' is unknown{hint(name, known)}"
        )
        for place, name in named
        if name not in known
    ]


def _mixed_scales(draft: Draft, plan: Plan) -> list[Finding]:
    """One type of question on two scales at one place would be added up into nothing."""
    first: dict[tuple[str, str | None], tuple[str, object]] = {}
    found = []
    for index, source in enumerate(plan.sources):
        for number, asked in enumerate(source.questions):
            scale = asked.scale or QUESTION_TYPES[asked.type].scale
            place = (asked.type, asked.touchpoint)
            known = first.setdefault(place, (f"{source.name}.{asked.name}", (scale, asked.good)))
            if known[1] != (scale, asked.good):
                at = f"touchpoint '{asked.touchpoint}'" if asked.touchpoint else "the company"
                found.append(draft.finding(
                    ("sources", index, "questions", number),
                    f"question '{asked.name}' asks '{asked.type}' on another scale than"
                    f" '{known[0]}' does for {at}; they cannot be added up: give it another"
                    " type or touchpoint",
                ))  # fmt: skip
    return found


def _named_metrics(plan: Plan) -> list[tuple[Place, str]]:
    found: list[tuple[Place, str]] = []
    for index, own in enumerate(plan.metrics):
        found.append((("metrics", index, "variant_of"), own.variant_of))
    if plan.headline:
        found.append((("headline",), plan.headline.metric))
    found += [(("targets", name), name) for name in plan.targets]
    for index, initiative in enumerate(plan.initiatives):
        if initiative.aims_at:
            found.append((("initiatives", index, "aims_at"), initiative.aims_at.metric))
    for index, journey in enumerate(plan.journeys):
        place: Place = ("journeys", index)
        if journey.goal:
            found.append(((*place, "goal"), journey.goal.metric))
        for number, point in enumerate(journey.touchpoints):
            found += _metrics_at((*place, "touchpoints", number), point)
    return found


def _metrics_at(place: Place, point: Touchpoint) -> list[tuple[Place, str]]:
    found: list[tuple[Place, str]] = []
    if point.headline:
        found.append(((*place, "headline"), point.headline))
    for kind in ("interaction", "perception", "outcome"):
        for index, signal in enumerate(getattr(point, kind)):
            found.append(((*place, kind, index), signal.metric))
    found += [((*place, "targets", name), name) for name in point.targets]
    found += [((*place, "good", name), name) for name in point.good]
    return found
