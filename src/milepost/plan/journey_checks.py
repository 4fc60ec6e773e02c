"""What can be wrong with a journey: its goal, and at its touchpoints the signals and who passed."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.errors import QuestionError, hint
from milepost.plan.calendar import parse_duration
from milepost.plan.expressions import columns_of, parse
from milepost.plan.mistakes import Mistake, clashes, condition_mistakes
from milepost.plan.model import KINDS, Journey, Passed, Signal, Touchpoint
from milepost.plan.reading import Place
from milepost.plan.scope import Scope


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
    for kind in KINDS:
        stated, at = getattr(point, kind), (*place, kind)
        names = (
            ((*at, i), " within ".join(filter(None, (signal.metric, signal.within))))
            for i, signal in enumerate(stated)
        )
        yield from clashes(names, f"{kind} signal")
        yield from _windows(stated, at)
        if stated and kind in point.not_wanted:
            yield (
                (*place, "not_wanted", kind),
                f"not_wanted: {kind} signals are stated at '{point.name}' all the same; keep one",
            )
    if point.passed_by:
        yield from _passed(point.passed_by, (*place, "passed_by"), scope)


def _windows(signals: tuple[Signal, ...], place: Place) -> Iterator[Mistake]:
    for i, signal in enumerate(signals):
        if signal.within is not None:
            try:
                parse_duration(signal.within)
            except QuestionError as error:
                yield (*place, i, "within"), f"within: {error}"


def _passed(passed: Passed, place: Place, scope: Scope) -> Iterator[Mistake]:
    at = (*place, "where")
    if passed.fact not in scope.facts:
        near = hint(passed.fact, scope.facts)
        yield (*place, "fact"), f"fact '{passed.fact}' is unknown{near}"
    mistakes = tuple(condition_mistakes(passed.where, at))
    yield from mistakes
    if passed.where and not mistakes and passed.fact in scope.shapes:
        yield from _unknown_columns(passed.where, passed.fact, at, scope)


def _unknown_columns(where: str, fact: str, place: Place, scope: Scope) -> Iterator[Mistake]:
    for _, name in columns_of(parse(where)):
        if not scope.may_have(fact, name):
            near = hint(name, scope.columns(fact))
            yield place, f"where: '{name}' is no column of fact {fact}{near}"
