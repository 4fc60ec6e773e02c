"""What can be wrong with a journey: its goal, and at its touchpoints the signals and targets."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.errors import QuestionError, hint
from milepost.plan.calendar import parse_duration
from milepost.plan.mistakes import Mistake, clashes, condition_mistakes
from milepost.plan.model import Journey, Signal, Touchpoint
from milepost.plan.reading import Place
from milepost.plan.scope import Scope

KINDS = ("interaction", "perception", "outcome")


def check_journey(journey: Journey, place: Place, scope: Scope) -> Iterator[Mistake]:
    """Every mistake of one journey."""
    goal = journey.goal
    if goal and goal.touchpoint and goal.touchpoint not in scope.touchpoints:
        near = hint(goal.touchpoint, scope.touchpoints)
        yield (
            (*place, "goal", "touchpoint"),
            f"touchpoint '{goal.touchpoint}' is in no journey{near}",
        )
    for i, point in enumerate(journey.touchpoints):
        yield from _touchpoint(point, (*place, "touchpoints", i), scope)


def _touchpoint(point: Touchpoint, place: Place, scope: Scope) -> Iterator[Mistake]:
    signals = {kind: getattr(point, kind) for kind in KINDS}
    for kind, stated in signals.items():
        at = (*place, kind)
        names = (((*at, i), signal.metric) for i, signal in enumerate(stated))
        yield from clashes(names, f"{kind} signal")
        yield from _windows(stated, at)
        if stated and kind in point.not_wanted:
            yield (
                (*place, "not_wanted", kind),
                f"not_wanted: {kind} signals are stated at '{point.name}' all the same; keep one",
            )
    if scope.whole(place):
        yield from _strangers(point, signals, place)
    if point.passed_by:
        at = (*place, "passed_by")
        if point.passed_by.fact not in scope.facts:
            near = hint(point.passed_by.fact, scope.facts)
            yield (*at, "fact"), f"fact '{point.passed_by.fact}' is unknown{near}"
        yield from condition_mistakes(point.passed_by.where, (*at, "where"))


def _windows(signals: tuple[Signal, ...], place: Place) -> Iterator[Mistake]:
    for i, signal in enumerate(signals):
        if signal.within is not None:
            try:
                parse_duration(signal.within)
            except QuestionError as error:
                yield (*place, i, "within"), f"within: {error}"


def _strangers(
    point: Touchpoint, signals: dict[str, tuple[Signal, ...]], place: Place
) -> Iterator[Mistake]:
    """A headline or a target that is no signal of the touchpoint would never be shown."""
    names = {signal.metric for stated in signals.values() for signal in stated}
    if point.headline and point.headline not in names:
        near = hint(point.headline, names)
        yield (
            (*place, "headline"),
            f"headline '{point.headline}' is no signal of '{point.name}'{near}",
        )
    for metric in point.targets:
        if metric not in names:
            near = hint(metric, names)
            yield (
                (*place, "targets", metric),
                f"target '{metric}' is no signal of '{point.name}'{near}",
            )
