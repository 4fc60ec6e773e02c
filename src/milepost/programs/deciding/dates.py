"""What is ahead of one person: the next dates of a sequence of programs, for a page to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from milepost.programs.deciding.budget import Budget
from milepost.programs.deciding.claim import asking_of, with_askings
from milepost.programs.deciding.decide import decide, occasions
from milepost.programs.deciding.decision import Decision
from milepost.programs.deciding.person import Candidate, Event
from milepost.programs.deciding.program import Program, in_order

# Beyond any interval in use, so that nothing is merely 'not due'.
_FOREVER = timedelta(days=3650)


def dates(
    programs: Iterable[Program],
    candidate: Candidate,
    events: Sequence[Event],
    *,
    budget: Budget,
    now: datetime,
    zone: ZoneInfo,
    many: int = 4,
) -> tuple[Decision, ...]:
    """The next askings of one person if nothing further happens, earliest first, at most `many`.

    Such as the one after onboarding, then one every 90 days. Daily caps and accounts are left out.
    """
    ordered, found = in_order(programs), list[Decision]()
    by_name = {program.name: program for program in ordered}
    while len(found) < many:
        ahead = [
            decide(p, candidate, event=e, budget=budget, now=now, zone=zone, ahead=_FOREVER)
            for p in ordered
            for e in occasions(p, events)
        ]
        asked = [decision for decision in ahead if decision.asked]
        if not asked:
            break
        # min() takes the first of equals, which is the one by priority.
        first = min(asked, key=lambda decision: decision.at or now)
        found.append(first)
        candidate = with_askings(candidate, asking_of(by_name[first.program], first))
    return tuple(found)
