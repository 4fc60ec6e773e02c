"""Where a plan asks each type of question: at which touchpoint, on which scale, with which good end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from milepost.plan.model import Asked, Plan, Source
from milepost.plan.questions import BY_NAME, End, Scale
from milepost.plan.reading import Place


@dataclass(frozen=True, slots=True)
class Asking:
    """One question of one source, with its place in the plan.

    `anywhere`: its rows say themselves where they were asked, at a touchpoint or of the company.
    """

    place: Place
    source: str
    question: str
    type: str
    scale: Scale | None
    good: End
    touchpoint: str | None
    anywhere: bool
    missing: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]
    expressions: tuple[str, ...]

    def at(self, touchpoint: str | None) -> bool:
        """Whether its answers may be about a touchpoint; None is the company as a whole."""
        return self.anywhere or self.touchpoint == touchpoint

    def meets(self, other: Asking) -> bool:
        """Whether its answers may be about the same place as another's."""
        return self.anywhere or other.at(self.touchpoint)

    @property
    def name(self) -> str:
        """What messages call it: its source and its own name."""
        return f"{self.source}.{self.question}"

    @property
    def reading(self) -> tuple[object, ...]:
        """What decides which score an answer is: scale, good end, codes, labels, expressions."""
        return self.scale, self.good, self.missing, self.labels, self.expressions


def by_type(asked: Iterable[Asking]) -> dict[str, tuple[Asking, ...]]:
    """Questions by their type."""
    found: dict[str, list[Asking]] = {}
    for asking in asked:
        found.setdefault(asking.type, []).append(asking)
    return {kind: tuple(some) for kind, some in found.items()}


def askings(plan: Plan) -> Iterator[Asking]:
    """The questions of a plan in their order, those of unknown types left out."""
    for index, source in enumerate(plan.sources):
        for number, asked in enumerate(source.questions):
            if asked.type in BY_NAME:
                yield _asking(asked, source, ("sources", index, "questions", number))


def scales_at(asked: Iterable[Asking], touchpoint: str | None) -> set[Scale]:
    """The scales of questions at a touchpoint; where none is asked there, those of all."""
    every = list(asked)
    here = [asking for asking in every if asking.at(touchpoint)] or every
    return {asking.scale for asking in here if asking.scale}


def scale_of(asked: Asked) -> Scale | None:
    """The scale of a question: the stated one, or its type's."""
    return asked.scale or BY_NAME[asked.type].scale


def good_of(asked: Asked) -> End:
    """Which end of a question's scale is good."""
    return asked.good or BY_NAME[asked.type].good or "high"


def codes_of(asked: Asked) -> tuple[str, ...]:
    """The texts that say that a question was not answered; blank always does, stated or not."""
    return tuple(sorted({code.strip() for code in asked.missing} - {""}))


def labels_of(asked: Asked) -> dict[str, str]:
    """Texts in lower case that stand for scores: the plan's own first, then the type's words."""
    own = _own_labels(asked)
    return own | {w: str(n) for w, n in BY_NAME[asked.type].words.items() if w not in own}


def _own_labels(asked: Asked) -> dict[str, str]:
    return {label.strip().lower(): score for label, score in asked.labels.items()}


def _expressions(asked: Asked) -> tuple[str, ...]:
    """What is computed on the way to an answer: a turned scale, a condition; not a column's name."""
    written = (asked.score or "", f"= {asked.where}" if asked.where else "")
    return tuple(text.strip() for text in written if text.lstrip().startswith("="))


def _asking(asked: Asked, source: Source, place: Place) -> Asking:
    return Asking(
        place=place, source=source.name, question=asked.name, type=asked.type,
        scale=scale_of(asked), good=good_of(asked),
        touchpoint=asked.touchpoint,
        anywhere=asked.touchpoint is None and "touchpoint" in source.columns,
        missing=codes_of(asked),
        labels=tuple(sorted(_own_labels(asked).items())),
        expressions=_expressions(asked),
    )  # fmt: skip
