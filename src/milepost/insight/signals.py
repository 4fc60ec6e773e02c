"""Signals: which metrics the scorecard shows where, as the plan says or as the answers allow."""

from __future__ import annotations

from dataclasses import dataclass

from milepost.engine.answer import Reader
from milepost.engine.project import Project
from milepost.metrics.catalogue import CATALOGUE
from milepost.metrics.definition import Kind
from milepost.plan.model import Touchpoint

KINDS: tuple[Kind, ...] = ("interaction", "perception", "outcome")


@dataclass(frozen=True, slots=True)
class SignalAt:
    """One line of the scorecard: a metric at a touchpoint; `of_company` shows the company's."""

    touchpoint: str | None
    kind: Kind
    metric: str
    headline: bool
    of_company: bool = False

    @property
    def level(self) -> str | None:
        """Where the number is taken: at the touchpoint, or of the company as a whole."""
        return None if self.of_company else self.touchpoint


def signals(reader: Reader) -> tuple[SignalAt, ...]:
    """All signals of the scorecard: the company's, then each touchpoint's in journey order."""
    found = list(_company(reader.project))
    for point in reader.project.plan.touchpoints:
        found += _at(reader.project, point)
    return tuple(found)


def gaps(point: Touchpoint, present: set[Kind]) -> list[Kind]:
    """The kinds of signal that a touchpoint lacks and that are not declared unwanted."""
    return [kind for kind in KINDS if kind not in present and kind not in point.not_wanted]


def _company(project: Project) -> list[SignalAt]:
    asked = _asked(project, None)
    first = project.plan.headline.metric if project.plan.headline else _default(asked)
    ordered = ([first] if first else []) + [name for name in asked if name != first]
    return [
        SignalAt(None, project.metrics[name].kind, name, headline=name == first) for name in ordered
    ]


def _default(asked: list[str]) -> str | None:
    return "nps" if "nps" in asked else next(iter(asked), None)


def _at(project: Project, point: Touchpoint) -> list[SignalAt]:
    stated = [(kind, signal) for kind in KINDS for signal in getattr(point, kind)]
    found = [(kind, signal.metric, signal.of == "company") for kind, signal in stated]
    if not point.perception:
        named = {metric for _, metric, _ in found}
        found += [
            (project.metrics[name].kind, name, False)
            for name in _asked(project, point.name)
            if name not in named and project.metrics[name].kind not in point.not_wanted
        ]
    head = point.headline or next((m for k, m, _ in found if k == "perception"), None)
    if head and head not in {metric for _, metric, _ in found}:
        found.insert(0, (project.metrics[head].kind, head, False))
    ordered = sorted(found, key=lambda item: (item[1] != head, KINDS.index(item[0])))
    return [
        SignalAt(point.name, kind, metric, headline=metric == head, of_company=company)
        for kind, metric, company in ordered
    ]


def _asked(project: Project, touchpoint: str | None) -> list[str]:
    """The leading metric of each type of question that is asked at a level."""
    types = {
        asked.type
        for source in project.plan.sources
        for asked in source.questions
        if asked.touchpoint == touchpoint
        and (touchpoint is not None or "touchpoint" not in source.columns)
    }
    if touchpoint is not None:
        types |= {
            asked.type
            for source in project.plan.sources
            if "touchpoint" in source.columns
            for asked in source.questions
            if asked.touchpoint is None
        }
    leading: dict[str, str] = {}
    for metric in CATALOGUE:
        if metric.question_type in types and metric.split is None:
            leading.setdefault(metric.question_type or "", metric.name)
    return list(leading.values())
