"""What can be wrong with a question of a survey file: its type, where it reads, its scale."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.errors import hint
from milepost.plan import questions
from milepost.plan.mistakes import Mistake, condition_mistakes, value_mistakes
from milepost.plan.model import Asked
from milepost.plan.questions import QuestionType, Scale
from milepost.plan.reading import Place
from milepost.plan.scope import Scope

_FURTHEST = 1000
_LOWER_FIRST = "state the lower end first (if 1 is the best answer, say good: low)"


def check_question(
    asked: Asked, place: Place, scope: Scope, *, aliases: tuple[str, ...]
) -> Iterator[Mistake]:
    """Every mistake of one question."""
    kind = questions.BY_NAME.get(asked.type)
    if not kind:
        near = hint(asked.type, questions.BY_NAME)
        yield (*place, "type"), f"question type '{asked.type}' is unknown{near}"
    else:
        yield from _reads(asked, kind, place, whole=scope.whole(place))
        yield from _scale(asked, kind, place, whole=scope.whole(place))
        yield from _good(asked, kind, place, whole=scope.whole(place))
        yield from _labels(asked, kind, place)
    for key in ("score", "answer", "comment"):
        yield from value_mistakes(getattr(asked, key), (*place, key), aliases=aliases)
    yield from condition_mistakes(asked.where, (*place, "where"), aliases=aliases)
    if asked.touchpoint and asked.touchpoint not in scope.touchpoints:
        near = hint(asked.touchpoint, scope.touchpoints)
        yield (*place, "touchpoint"), f"touchpoint '{asked.touchpoint}' is in no journey{near}"


def _reads(asked: Asked, kind: QuestionType, place: Place, *, whole: bool) -> Iterator[Mistake]:
    other = "answer" if kind.value == "score" else "score"
    if getattr(asked, other) is not None:
        yield (
            (*place, other),
            f"question '{asked.name}': type {kind.name} takes '{kind.value}', not '{other}'",
        )
    elif getattr(asked, kind.value) is None and whole:
        yield (
            place,
            f"question '{asked.name}' needs '{kind.value}': the column its {kind.value}s are in",
        )


def _scale(asked: Asked, kind: QuestionType, place: Place, *, whole: bool) -> Iterator[Mistake]:
    at = (*place, "scale")
    if asked.scale is None:
        if kind.scaled and not kind.scale and whole:
            yield place, f"question '{asked.name}': type {kind.name} needs 'scale', such as [1, 5]"
        return
    low, high = asked.scale
    if kind.value == "answer":
        yield at, f"question '{asked.name}': type {kind.name} has no scale; leave it out"
    elif low > high:
        yield (
            at,
            f"scale: [{low}, {high}] has its ends swapped; {_LOWER_FIRST}",
        )
    elif max(-low, high) > _FURTHEST:
        yield at, f"scale: {_shown(asked.scale)} is longer than any; at most {_FURTHEST} either way"
    elif low == high:
        yield at, f"scale: [{low}, {high}] has one point; expected two different ends"
    elif kind.scales and asked.scale not in kind.scales:
        known = " or ".join(_shown(scale) for scale in kind.scales)
        yield at, f"scale: {_shown(asked.scale)} is not one of type {kind.name}; expected {known}"


def _good(asked: Asked, kind: QuestionType, place: Place, *, whole: bool) -> Iterator[Mistake]:
    at = (*place, "good")
    if asked.good is None:
        if kind.good is None and whole:
            yield (
                place,
                f"question '{asked.name}': type {kind.name} needs 'good', high or low: its good end",
            )
    elif kind.value == "answer":
        yield at, f"good: the answers of type {kind.name} have no good end; leave it out"
    elif kind.good_fixed and asked.good != kind.good:
        yield (
            at,
            f"good: {kind.good} is always the good end of type {kind.name}; leave it out",
        )


def _labels(asked: Asked, kind: QuestionType, place: Place) -> Iterator[Mistake]:
    if kind.value == "answer":
        return
    scale = asked.scale or kind.scale
    for label, target in asked.labels.items():
        at = (*place, "labels", label)
        number = _number(target)
        if number is None:
            yield at, f"labels: '{target}' for '{label}' is not a number"
        elif kind.whole and number != int(number):
            yield at, f"labels: {target} for '{label}' is not a whole number"
        elif scale and not min(scale) <= number <= max(scale):
            yield at, f"labels: {target} for '{label}' is off the scale {_shown(scale)}"


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None


def _shown(scale: Scale) -> str:
    return f"[{scale[0]}, {scale[1]}]"
