"""Where a plan asks each type of question: at which touchpoint, on which scale, with which good end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from milepost.plan.model import Asked, Plan, Source
from milepost.plan.questions import BY_NAME, Scale
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
    good: Literal["high", "low"]
    touchpoint: str | None
    anywhere: bool
    missing: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]

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
        """What decides which score an answer is: scale, good end, codes for missing, labels."""
        return self.scale, self.good, self.missing, self.labels


def by_type(plan: Plan) -> dict[str, tuple[Asking, ...]]:
    """The questions of a plan by their type."""
    found: dict[str, list[Asking]] = {}
    for asking in askings(plan):
        found.setdefault(asking.type, []).append(asking)
    return {kind: tuple(asked) for kind, asked in found.items()}


def askings(plan: Plan) -> Iterator[Asking]:
    """The questions of a plan in their order, those of unknown types left out."""
    for index, source in enumerate(plan.sources):
        for number, asked in enumerate(source.questions):
            if asked.type in BY_NAME:
                yield _asking(asked, source, ("sources", index, "questions", number))


def _asking(asked: Asked, source: Source, place: Place) -> Asking:
    kind = BY_NAME[asked.type]
    return Asking(
        place=place, source=source.name, question=asked.name, type=asked.type,
        scale=asked.scale or kind.scale, good=asked.good or kind.good or "high",
        touchpoint=asked.touchpoint,
        anywhere=asked.touchpoint is None and "touchpoint" in source.columns,
        # A blank is missing whether it is stated or not, and labels are read in any case.
        missing=tuple(sorted({code.strip() for code in asked.missing} - {""})),
        labels=tuple(sorted((word.strip().lower(), to) for word, to in asked.labels.items())),
    )  # fmt: skip
