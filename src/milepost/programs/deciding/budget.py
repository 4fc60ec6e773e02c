"""The fatigue budget: how seldom one person, and one account, is asked over all programs and channels."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from milepost.programs.deciding.person import Asking

# A month, the shortest throttle that the usual services offer; it counts over all channels.
DAYS = 30


@dataclass(frozen=True, slots=True)
class AccountLimit:
    """At most so many askings of the people of one account in any stretch of `days`."""

    askings: int
    days: int


@dataclass(frozen=True, slots=True)
class Budget:
    """Days of 24 hours between two askings of one person.

    `by_type` asks for more between two of the same survey type, such as {"nps": 90}; askings that
    are planned but not sent count as well; reminders do not.
    """

    days: int = DAYS
    by_type: Mapping[str, int] = field(default_factory=dict)
    account: AccountLimit | None = None

    def gaps(self, survey_type: str) -> tuple[timedelta, timedelta]:
        """How far an asking of a type must lie from any other, and from one of its own type."""
        same = max(self.days, self.by_type.get(survey_type, 0))
        return timedelta(days=self.days), timedelta(days=same)


def throttle(
    askings: Collection[Asking],
    moment: datetime,
    *,
    survey_type: str,
    gaps: tuple[timedelta, timedelta],
) -> tuple[Asking, datetime] | None:
    """The asking that forbids one of a survey type at a moment, and the first moment free again.

    None if the moment is free. A planned asking after the moment forbids it as well.
    """
    until, by = moment, None
    other, same = gaps
    moved = True
    while moved:
        moved = False
        for asking in askings:
            gap = same if asking.survey_type == survey_type else other
            if asking.at - gap < until < asking.at + gap:
                until, by, moved = asking.at + gap, asking, True
    return (by, until) if by else None


def account_free(limit: AccountLimit, askings: Iterable[datetime], moment: datetime) -> datetime:
    """The first moment from `moment` on at which one more asking keeps an account's limit."""
    times, length = sorted(askings), timedelta(days=limit.days)
    later = (at + length for at in times if at + length > moment)
    moments = (moment, *later)
    return next(m for m in moments if not _crowded(limit.askings, length, times, m))


def _crowded(most: int, length: timedelta, times: list[datetime], moment: datetime) -> bool:
    """Whether any stretch that holds the moment would hold more than `most` askings."""
    near = sorted([*(at for at in times if abs(at - moment) < length), moment])
    return any(late - early < length for early, late in zip(near, near[most:], strict=False))
