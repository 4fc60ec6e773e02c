"""What is wrong with a plan once the metrics are known: names, scales, headlines and targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from milepost.engine.passing import own_metrics, passed_by
from milepost.engine.variants import variants
from milepost.errors import Finding, hint
from milepost.metrics.catalogue import BUILT_IN, catalogue_of, name_of
from milepost.metrics.definition import Metric
from milepost.plan.askings import Asking, askings, by_type, scales_at
from milepost.plan.load import Draft
from milepost.plan.mistakes import Mistake
from milepost.plan.model import KINDS, Plan, Touchpoint
from milepost.plan.reading import Place


@dataclass(frozen=True, slots=True)
class Known:
    """What a plan's names stand for: its metrics, and its questions by type."""

    draft: Draft
    plan: Plan
    metrics: Mapping[str, Metric]
    askings: Mapping[str, tuple[Asking, ...]]

    @property
    def open(self) -> bool:
        """Whether any question may be asked anywhere: only the server's answers tell."""
        return "responses" in self.plan.collected

    def asked(self, metric: Metric, touchpoint: str | None) -> list[Asking]:
        """The questions that bring a metric's answers at a touchpoint, or of the company."""
        return [a for a in self.askings.get(metric.question_type or "", ()) if a.at(touchpoint)]


def check(draft: Draft, plan: Plan) -> list[Finding]:
    """Every mistake of a plan that only the catalogue or the engine can see."""
    known = Known(draft, plan, catalogue_of(plan), by_type(askings(plan)))
    mistakes = (
        *_unknown_metrics(plan), *_mixed_scales(known), *variants(draft, plan, known.askings),
        *_company(known), *_touchpoints(known), *_timed(known), *_of_company(known), *passed_by(plan), *own_metrics(draft, plan),
    )  # fmt: skip
    return [draft.finding(place, text) for place, text in mistakes]


def _unknown_metrics(plan: Plan) -> Iterator[Mistake]:
    # A variant of an unknown metric is known by its name; what is wrong with it is said there.
    known = {*BUILT_IN, *(own.name for own in plan.metrics), *catalogue_of(plan)}
    for place, name in _named_metrics(plan):
        if name not in known:
            yield place, f"metric '{name}' is unknown{hint(name, known)}"
        elif name in BUILT_IN and BUILT_IN[name].split:
            text = f"'{name}' is a share of each {BUILT_IN[name].split}, not one number"
            yield place, f"{text}; 'milepost measure {name}' shows them all; name another metric"


def _named_metrics(plan: Plan) -> Iterator[tuple[Place, str]]:
    if plan.headline:
        yield ("headline",), plan.headline.metric
    yield from ((("targets", name), name) for name in plan.targets)
    for index, initiative in enumerate(plan.initiatives):
        if initiative.aims_at:
            yield ("initiatives", index, "aims_at"), initiative.aims_at.metric
    for index, journey in enumerate(plan.journeys):
        if journey.goal:
            yield ("journeys", index, "goal"), journey.goal.metric
    for place, point in _points(plan):
        yield from _metrics_at(place, point)


def _metrics_at(place: Place, point: Touchpoint) -> Iterator[tuple[Place, str]]:
    if point.headline:
        yield (*place, "headline"), point.headline
    for kind in KINDS:
        for index, signal in enumerate(getattr(point, kind)):
            yield (*place, kind, index), signal.metric
    yield from (((*place, "targets", name), name) for name in point.targets)
    yield from (((*place, "good", name), name) for name in point.good)


def _timed(known: Known) -> Iterator[Mistake]:
    """A time within which nothing is looked for."""
    for place, point in _points(known.plan):
        for kind in KINDS:
            for index, signal in enumerate(getattr(point, kind)):
                metric = known.metrics.get(signal.metric)
                if signal.within and metric and "days" not in metric.parameters:
                    text = f"'{metric.name}' has no time within which anything is looked for"
                    yield (*place, kind, index, "within"), f"{text}; leave out 'within'"


def _of_company(known: Known) -> Iterator[Mistake]:
    """A signal of the company that has no number of the company."""
    for place, point in _points(known.plan):
        for kind in KINDS:
            for index, signal in enumerate(getattr(point, kind)):
                metric = known.metrics.get(signal.metric)
                if signal.of == "company" and metric and metric.at_touchpoints:
                    text = (
                        f"'{metric.name}' is of those who passed a touchpoint, never of the company"
                    )
                    yield (*place, kind, index, "of"), f"{text}; leave out 'of'"


def _points(plan: Plan) -> Iterator[tuple[Place, Touchpoint]]:
    for index, journey in enumerate(plan.journeys):
        for number, point in enumerate(journey.touchpoints):
            yield ("journeys", index, "touchpoints", number), point


def _mixed_scales(known: Known) -> Iterator[Mistake]:
    """One type of question on two scales at one place would be added up into nothing."""
    for asked in known.askings.values():
        first: dict[tuple[str | None, bool], Asking] = {}
        for asking in asked:
            other = next((a for a in first.values() if _collide(asking, a)), None)
            # Of two scales one of which is wrong in itself nothing is known yet.
            if other and all(known.draft.sound(a.place) for a in (asking, other)):
                yield asking.place, _mixed(asking, other)
            first.setdefault((asking.touchpoint, asking.anywhere), asking)


def _collide(one: Asking, other: Asking) -> bool:
    return one.meets(other) and (one.scale, one.good) != (other.scale, other.good)


def _mixed(asking: Asking, other: Asking) -> str:
    what = "on another scale than" if asking.scale != other.scale else "with another good end than"
    at = f"for touchpoint '{asking.touchpoint}'" if asking.touchpoint else "for the company"
    mend = "give it another type or touchpoint"
    if asking.anywhere or other.anywhere:
        at, mend = "where a 'touchpoint' column may put both", "give it another type"
    return (
        f"question '{asking.question}' asks '{asking.type}' {what} '{other.name}' does {at};"
        f" they cannot be added up: {mend}"
    )


def _company(known: Known) -> Iterator[Mistake]:
    yield from _targets(known, known.plan.targets, None, ())
    headline = known.plan.headline
    metric = known.metrics.get(headline.metric) if headline else None
    if metric is None or not known.draft.sound(("sources",)):
        return
    asked = known.askings.get(metric.question_type or "", ())
    if asked and not known.asked(metric, None) and not known.open:
        points = ", ".join(sorted({a.touchpoint for a in asked if a.touchpoint}))
        text = f"headline '{metric.name}' is asked at touchpoints alone ({points})"
        yield ("headline",), f"{text}, never of the company; name another metric"


def _touchpoints(known: Known) -> Iterator[Mistake]:
    for place, point in _points(known.plan):
        yield from _targets(known, point.targets, point.name, place)
        if not known.draft.sound(place) or not known.draft.sound(("sources",)):
            continue
        if point.headline:
            yield from _stranger(known, "headline", point.headline, point, (*place, "headline"))
        for name in point.targets:
            yield from _stranger(known, "target", name, point, (*place, "targets", name))


def _stranger(
    known: Known, what: str, name: str, point: Touchpoint, place: Place
) -> Iterator[Mistake]:
    """A headline or a target that is no signal of the touchpoint would never be shown."""
    signals = [signal for kind in KINDS for signal in getattr(point, kind)]
    stated = {s.metric for s in signals} | {name_of(s, known.metrics) for s in signals}
    metric = known.metrics.get(name)
    if metric is None or name in stated:
        return
    # Where no perception is stated, what is asked there is shown.
    if point.perception:
        yield place, f"{what} '{name}' is no signal of '{point.name}'{hint(name, stated)}"
    elif not known.asked(metric, point.name) and not (known.open and metric.question_type):
        text = f"{what} '{name}' is neither stated nor asked at '{point.name}'"
        yield place, f"{text}; state it under '{metric.kind}'"


def _targets(
    known: Known, targets: Mapping[str, float], touchpoint: str | None, place: Place
) -> Iterator[Mistake]:
    for name, target in targets.items():
        metric = known.metrics.get(name)
        if metric is None:
            continue
        asked = () if known.open else known.askings.get(metric.question_type or "", ())
        low, high = (end * metric.factor for end in metric.reach(scales_at(asked, touchpoint)))
        if not low <= target <= high:
            text = f"target {target:g} for '{name}' is out of its reach"
            yield (*place, "targets", name), f"{text}, which is from {low:g} to {high:g}"
