"""A question as it was guessed: ready for the plan, or open with the choices there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from milepost.engine.guessing.scales import Scale
from milepost.engine.guessing.words import shown
from milepost.plan.questions import BY_NAME

_LONG_NAME = 25

End = Literal["high", "low"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to read an open question; `says` is what must be true for it."""

    name: str
    says: str
    type: str
    scale: Scale | None
    good: End | None = None
    missing: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the file. `why` is what the guess rests on.

    With `choices` it is open: none of them may be taken for granted. Open questions of one
    `group` are decided together.
    """

    name: str
    column: str
    type: str
    why: str
    scale: Scale | None = None
    good: End | None = None
    missing: tuple[str, ...] = ()
    labels: Mapping[str, int] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    touchpoint: str | None = None
    choices: tuple[Choice, ...] = ()
    group: str | None = None

    @property
    def open(self) -> bool:
        """Whether somebody has to decide."""
        return bool(self.choices)

    @property
    def high_assumed(self) -> bool:
        """Whether the highest answer counts as the best only because the type says so."""
        kind = BY_NAME[self.type]
        fixed = kind.good_fixed or kind.value == "answer" or not kind.scaled or bool(self.labels)
        return not (self.open or self.good or fixed)

    @property
    def key(self) -> str:
        """Under which a decision about it is given."""
        return self.group or self.column

    def taken(self, choice: Choice) -> Question:
        """The question as one of its choices makes it."""
        missing = self.missing if choice.missing is None else choice.missing
        return replace(
            self, type=choice.type, scale=choice.scale, good=choice.good, missing=missing,
            choices=(), group=None,
        )  # fmt: skip


def title_of(column: str) -> str | None:
    """The column's name as the question's title, where it is a sentence."""
    return shown(column, longest=120) if len(column) > _LONG_NAME and " " in column else None


def end_says(scale: Scale, end: End) -> str:
    """What a good end means, in words."""
    return f"{scale[1] if end == 'high' else scale[0]} is the best answer"
