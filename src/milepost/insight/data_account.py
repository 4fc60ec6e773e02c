"""Where every record of every source went, how fresh each source is, and what it feeds: for pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from milepost.engine.kept import Kept
from milepost.engine.mapping.account import Account, QuestionAccount, Rejection
from milepost.plan.calendar import Span

if TYPE_CHECKING:
    from milepost.engine.facts import Facts
    from milepost.engine.reader import Reader


# The others are in the list of rejects.
MOST_REASONS = 12
# The share of a source's records that may be rejected without a word beside its numbers.
MOST_REJECTED = 0.01


@dataclass(frozen=True, slots=True)
class SourceOf:
    """One source of the plan, which states it at `line`.

    `feeds` are the titles of the metrics that read it; `stale`: it has no row in the latest
    complete period, nor after. `rejects` is the size of its list of rejects in bytes, 0 for none.
    `kept`: it cannot be read, and this is the account of when it could be.
    """

    account: Account
    from_: str
    line: int
    collected: bool
    built_at: datetime | None
    rejects: int
    feeds: tuple[tuple[str, str], ...]
    stale: bool
    kept: Kept | None

    @property
    def used(self) -> int:
        """The records that came through: those that made rows, and those left blank."""
        lines = self.account.grouped_lines
        return self.account.mapped if lines is None else lines

    @property
    def questions(self) -> list[tuple[QuestionAccount, int, int]]:
        """Each question with how many answers were left blank there, and how many rejected."""
        return [
            (each, sum(each.not_answered.values()), sum(one.count for one in each.rejected))
            for each in self.account.questions
        ]

    @property
    def reasons(self) -> list[tuple[str, Rejection]]:
        """The most frequent rejections, each with its question; whole records have none."""
        found = [("", one) for one in self.account.rejected]
        found += [(each.name, one) for each in self.account.questions for one in each.rejected]
        return sorted(found, key=lambda pair: -pair[1].count)[:MOST_REASONS]

    @property
    def reasons_left(self) -> int:
        """The rejections for reasons beyond these."""
        whole = self.account.rejected_records + self.account.rejected_answers
        return whole - sum(one.count for _, one in self.reasons)

    @property
    def first(self) -> date | None:
        """The first day with a row."""
        return _day(self.account.first_day)

    @property
    def last(self) -> date | None:
        """The last day with a row."""
        return _day(self.account.last_day)

    @property
    def unmet(self) -> int:
        """How many expectations were not met."""
        return sum(bool(each.count) for each in self.account.unmet)

    @property
    def rejecting(self) -> bool:
        """Whether so much was rejected that numbers say so beside them."""
        return any(lost > MOST_REJECTED * of for lost, of in self.account.losses)

    @property
    def wrong(self) -> bool:
        """Whether somebody should look at it."""
        account = self.account
        amiss = account.empty or not account.adds_up or bool(self.unmet) or self.rejecting
        return amiss or self.stale or self.kept is not None


@dataclass(frozen=True, slots=True)
class Accounts:
    """The sources in the plan's order, and the latest complete period; `anew` were built since it was asked.

    `absent` cannot be read and never could be: nothing of them is measured.
    """

    sources: tuple[SourceOf, ...]
    latest: Span
    anew: tuple[str, ...] = ()
    absent: tuple[Kept, ...] = ()

    @property
    def kept(self) -> list[Kept]:
        """The sources that cannot be read."""
        return [*(each.kept for each in self.sources if each.kept), *self.absent]

    @property
    def many(self) -> int:
        """How many sources the plan has."""
        return len(self.sources) + len(self.absent)

    @property
    def built_at(self) -> datetime | None:
        """When the latest of them was built."""
        return max((each.built_at for each in self.sources if each.built_at), default=None)


@dataclass(frozen=True, slots=True)
class DataAccount:
    """The account of all sources. With `since` they are looked at once more, and built where they changed.

    `since` is when somebody asked for that: what was built from then on is told.
    """

    since: datetime | None = None

    def answer(self, reader: Reader) -> Accounts:
        """The accounts. Raises PlanError where a mapping does not fit, DataError where no file can be read."""
        from milepost.engine.facts import refresh  # noqa: PLC0415 -- heavy, for pages only pass through
        from milepost.insight.data_accounting import accounts  # noqa: PLC0415 -- the same

        facts: Facts = reader.facts
        if self.since:
            facts = refresh(reader.project, keep=True, again=self.since)
        return accounts(facts, since=self.since)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
