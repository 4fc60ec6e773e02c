"""What a change of programs would do: whom it would ask in the next days, against now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from milepost.programs.deciding.budget import Budget
from milepost.programs.deciding.claim import People, asking_of, with_askings
from milepost.programs.deciding.decide import decided, occasions
from milepost.programs.deciding.hours import midnight
from milepost.programs.deciding.person import Candidate, Event
from milepost.programs.deciding.program import Program, in_order
from milepost.programs.deciding.run import AccountAskings, Run, run_of

DAYS = 7
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Askings by day of the company's zone, and by reason how often somebody is not asked."""

    by_day: Mapping[date, int]
    reasons: Mapping[str, int]

    @property
    def asked(self) -> int:
        """All askings of the days."""
        return sum(self.by_day.values())


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The next days as they are and as they would be."""

    days: int
    current: Outlook
    proposed: Outlook

    @property
    def change(self) -> int:
        """Askings more (or, negative, fewer) than now."""
        return self.proposed.asked - self.current.asked

    @property
    def words(self) -> str:
        """The sentence for the page."""
        asked, change = self.proposed.asked, self.change
        more = (
            f"{abs(change):,} {'more' if change > 0 else 'fewer'} than" if change else "as many as"
        )
        people = "1 person" if asked == 1 else f"{asked:,} people"
        days = "day" if self.days == 1 else f"{self.days} days"
        return f"this would ask {people} in the next {days}, {more} now"


def what_if(
    current: Iterable[Program],
    proposed: Iterable[Program],
    people: People,
    *,
    budget: Budget,
    now: datetime,
    zone: ZoneInfo,
    days: int = DAYS,
    accounts: AccountAskings | None = None,
) -> WhatIf:
    """Both sets of programs over the same people, who are read once and not kept.

    Today counts as the first day. All programs of a side take part, so that what one gives up another may take. Events are those
    given: to look at a week, give the last week's moved on. Under a daily cap those left over go on
    the next days; account limits see what is planned already, not what this outlook adds.
    """
    today = now.astimezone(zone).date()
    ahead = midnight(today + timedelta(days=days), zone) - now
    sides = [_Side.of(ps, budget, now, zone, ahead, accounts) for ps in (current, proposed)]
    for candidate, events in people:
        for side in sides:
            side.add(candidate, events)
    was, would = (side.outlook(today, days) for side in sides)
    return WhatIf(days, was, would)


@dataclass(slots=True)
class _Side:
    """One set of programs and what was counted."""

    runs: list[Run]
    asked: Counter[tuple[str, date]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(
        cls,
        programs: Iterable[Program],
        budget: Budget,
        now: datetime,
        zone: ZoneInfo,
        ahead: timedelta,
        accounts: AccountAskings | None,
    ) -> _Side:
        return cls([
            run_of(program, budget=budget, now=now, zone=zone, ahead=ahead, accounts=accounts)
            for program in in_order(programs)
        ])  # fmt: skip

    def add(self, candidate: Candidate, events: Sequence[Event]) -> None:
        """Count one person: programs by priority, each knowing what those before it took."""
        for run in self.runs:
            for event in occasions(run.program, events):
                decision = decided(run, candidate, event)
                if decision.at is None:
                    self.reasons[decision.reason] += 1
                    continue
                # A zone far west is in its hours of the last day when the company's is over.
                day = min(decision.at, run.latest - _MOMENT).astimezone(run.zone).date()
                self.asked[run.program.name, day] += 1
                candidate = with_askings(candidate, asking_of(run.program, decision))

    def outlook(self, first: date, days: int) -> Outlook:
        """The counts by day under the daily caps."""
        all_days = [first + timedelta(days=n) for n in range(days)]
        by_day, reasons = Counter[date](), Counter(self.reasons)
        for run in self.runs:
            waiting, cap = 0, run.program.daily_cap
            for day in all_days:
                wanted = self.asked[run.program.name, day]
                # Whom a cap moved on waits for the next open day.
                if day.weekday() in run.window.weekdays:
                    wanted, waiting = wanted + waiting, 0
                sent = wanted if cap is None else min(wanted, cap)
                by_day[day] += sent
                waiting += wanted - sent
            if waiting:
                reasons["cap"] += waiting
        return Outlook({day: by_day[day] for day in all_days}, dict(reasons))
