"""Signals: which metrics the scorecard shows where, as the plan says or as the answers allow."""

from __future__ import annotations

from dataclasses import dataclass, replace

from milepost.engine.project import Project
from milepost.engine.reader import Reader
from milepost.metrics.catalogue import CATALOGUE, name_of
from milepost.plan.model import KINDS, Kind, Touchpoint


@dataclass(frozen=True, slots=True)
class SignalAt:
    """One line of the scorecard: a metric at a touchpoint; `of_company` shows the company's.

    `stated` lines are in the plan and shown even without answers; the others stand for what is
    asked, and only where it was ever answered.
    """

    touchpoint: str | None
    kind: Kind
    metric: str
    headline: bool
    stated: bool
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
    asked, headline = _asked(project, None), project.plan.headline
    first = headline.metric if headline else _default(asked)
    stated = {*([first] if headline else []), *project.plan.targets}
    ordered = dict.fromkeys([*([first] if first else []), *asked, *project.plan.targets])
    return [
        SignalAt(None, project.metrics[name].kind, name or "", name == first, name in stated)
        for name in ordered
        if not project.metrics[name].at_touchpoints
    ]


def _default(asked: list[str]) -> str | None:
    return "nps" if "nps" in asked else next(iter(asked), None)


def _at(project: Project, point: Touchpoint) -> list[SignalAt]:
    found = [
        SignalAt(
            point.name, kind, name_of(signal, project.metrics), False, True, signal.of == "company"
        )
        for kind in KINDS
        for signal in getattr(point, kind)
    ]
    if not point.perception:
        found += _unstated(project, point, {signal.metric for signal in found})
    if point.headline and point.headline not in {signal.metric for signal in found}:
        kind = project.metrics[point.headline].kind
        found.append(SignalAt(point.name, kind, point.headline, True, True))
    head = point.headline or next((s.metric for s in found if s.kind == "perception"), None)
    marked = [replace(signal, headline=signal.metric == head) for signal in found]
    first = next((signal.kind for signal in marked if signal.headline), None)
    return sorted(marked, key=lambda signal: _rank(signal, first))


def _rank(signal: SignalAt, first: Kind | None) -> tuple[bool, int, bool]:
    """The headline's kind leads, and the headline within it, so that each kind stands together."""
    return signal.kind != first, KINDS.index(signal.kind), not signal.headline


def _unstated(project: Project, point: Touchpoint, named: set[str]) -> list[SignalAt]:
    return [
        SignalAt(point.name, project.metrics[name].kind, name, False, False)
        for name in _asked(project, point.name)
        if name not in named and project.metrics[name].kind not in point.not_wanted
    ]


def _asked(project: Project, touchpoint: str | None) -> list[str]:
    """The leading metric of each type of question that is asked at a level, or may be."""
    types = {
        kind
        for kind, askings in project.askings.items()
        if any(asking.at(touchpoint) for asking in askings)
    }
    leading: dict[str, str] = {}
    for metric in CATALOGUE:
        told = metric.split is None and project.has_value(metric, touchpoint)
        if metric.question_type in types and told:
            leading.setdefault(metric.question_type or "", metric.name)
    return list(leading.values())
