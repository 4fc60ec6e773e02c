"""A share of counted things with its 95 % interval, and how one group's share differs from the others'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

# As for every verdict: the family's rate of false discoveries, and each one's own level.
_Q, _ALPHA = 0.10, 0.05
# Below this no interval of a difference keeps its level.
FEWEST = 10
Word = Literal["less", "more", "cannot tell", "too few"]


@dataclass(frozen=True)
class Share:
    """So many `count` of `of`. All shares are 0..1; None where there is nothing to be a share of."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """The share."""
        return self.count / self.of if self.of else None

    @property
    def percent(self) -> float | None:
        """The share in per cent."""
        return None if self.value is None else 100 * self.value

    @cached_property
    def interval(self) -> tuple[float, float] | None:
        """The ends of Wilson's interval."""
        if self.value is None:
            return None
        # numpy and scipy come with it: 60 MB that a process need not have to answer requests.
        from milepost.stats.shares import wilson  # noqa: PLC0415 -- the same

        return wilson(self.value, self.of)

    @property
    def ends(self) -> tuple[float, float] | None:
        """The interval in per cent."""
        return self.interval and (100 * self.interval[0], 100 * self.interval[1])


@dataclass(frozen=True, slots=True)
class Against:
    """How a share differs from all the others': in points, with its interval, and in a word.

    `change`, `low` and `high` are None where either side has too few to tell.
    """

    word: Word
    change: float | None = None
    low: float | None = None
    high: float | None = None


def against_rest(shares: Sequence[Share]) -> list[Against]:
    """Each share against all the others together, judged as one family, in the order given."""
    whole = Share(sum(each.count for each in shares), sum(each.of for each in shares))
    pairs = [(each, Share(whole.count - each.count, whole.of - each.of)) for each in shares]
    told = [own.of >= FEWEST and rest.of >= FEWEST for own, rest in pairs]
    found = iter(_judged([pair for pair, enough in zip(pairs, told, strict=True) if enough]))
    return [next(found) if enough else Against("too few") for enough in told]


def _judged(pairs: Sequence[tuple[Share, Share]]) -> list[Against]:
    if not pairs:
        return []
    from milepost.stats.differences import ShareOf, share_difference  # noqa: PLC0415 -- heavy
    from milepost.stats.multiple import benjamini_hochberg  # noqa: PLC0415 -- the same

    changes = [
        share_difference(
            ShareOf(rest.count / rest.of, rest.of), ShareOf(own.count / own.of, own.of)
        )
        for own, rest in pairs
    ]
    qs = benjamini_hochberg([each.p for each in changes])
    return [
        Against(
            _word(each.change, each.p, q), 100 * each.change, 100 * each.low, 100 * each.high
        )
        for each, q in zip(changes, qs, strict=True)
    ]  # fmt: skip


def _word(change: float, p: float, q: float) -> Word:
    if p > _ALPHA or q > _Q or not change:
        return "cannot tell"
    return "more" if change > 0 else "less"
