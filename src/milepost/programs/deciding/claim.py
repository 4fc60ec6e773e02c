"""Programs choose one after the other, by priority, so that nobody is asked beyond the budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from milepost.programs.deciding.budget import Budget
from milepost.programs.deciding.decide import decided, occasions
from milepost.programs.deciding.decision import Decision
from milepost.programs.deciding.hours import midnight
from milepost.programs.deciding.person import Asking, Candidate, Event, Key
from milepost.programs.deciding.program import Program, in_order
from milepost.programs.deciding.ranking import Shortlist, Wanted, rank
from milepost.programs.deciding.rules import refused
from milepost.programs.deciding.run import AHEAD, AccountAskings, Run, run_of

People = Iterable[tuple[Candidate, Sequence[Event]]]


@dataclass(slots=True)
class Ledger:
    """What one round has claimed so far: the askings that nobody has stored yet."""

    accounts: dict[str, list[datetime]] = field(default_factory=dict)
    askings: dict[Key, tuple[Asking, ...]] = field(default_factory=dict)

    def seen(self, candidate: Candidate) -> Candidate:
        """The person with what this round has claimed of them."""
        claimed = self.askings.get(candidate.id)
        return with_askings(candidate, *claimed) if claimed else candidate

    def add(self, program: Program, candidate: Candidate, decision: Decision) -> None:
        """Note an asking, for the person and the account."""
        asking = asking_of(program, decision)
        self.askings[candidate.id] = (*self.askings.get(candidate.id, ()), asking)
        if candidate.account is not None:
            self.accounts.setdefault(candidate.account, []).append(asking.at)


def claim(
    programs: Iterable[Program],
    people: Callable[[Program], People],
    *,
    budget: Budget,
    now: datetime,
    zone: ZoneInfo,
    ahead: timedelta = AHEAD,
    accounts: AccountAskings | None = None,
    planned: Mapping[tuple[str, date], int] | None = None,
) -> Iterator[Decision]:
    """One round: every program decides about its people, the first by priority choosing first.

    `people` gives a program's people with their events; `accounts` the recent and planned askings
    of each account; `planned` how many invitations a program has by day of `zone`, sent or not.
    Whom a daily cap leaves out is free for the programs after it. Memory grows with those asked.
    """
    ledger = Ledger({name: list(times) for name, times in (accounts or {}).items()})
    for program in in_order(programs):
        run = run_of(
            program, budget=budget, now=now, zone=zone, ahead=ahead, accounts=ledger.accounts
        )
        if program.daily_cap is None:
            yield from _all(run, people(program), ledger)
        else:
            yield from _capped(run, people(program), ledger, planned or {})


def asking_of(program: Program, decision: Decision) -> Asking:
    """The asking that a decision to ask amounts to, while it is planned and after it is sent."""
    if decision.at is None or decision.channel is None:
        raise ValueError(f"not asked: {decision.reason}")
    return Asking(decision.at, program.name, program.survey_type, decision.channel, decision.event)


def with_askings(candidate: Candidate, *askings: Asking) -> Candidate:
    """The person after further askings."""
    return replace(candidate, askings=(*candidate.askings, *askings))


def _all(run: Run, people: People, ledger: Ledger) -> Iterator[Decision]:
    for candidate, events in people:
        for event in occasions(run.program, events):
            yield _claimed(run, candidate, event, ledger)


def _claimed(run: Run, candidate: Candidate, event: Event | None, ledger: Ledger) -> Decision:
    decision = decided(run, ledger.seen(candidate), event)
    if decision.asked:
        ledger.add(run.program, candidate, decision)
    return decision


def _capped(
    run: Run, people: People, ledger: Ledger, planned: Mapping[tuple[str, date], int]
) -> Iterator[Decision]:
    cap, name, shortlist = run.program.daily_cap or 0, run.program.name, Shortlist()
    for candidate, events in people:
        for event in occasions(run.program, events):
            decision = decided(run, ledger.seen(candidate), event)
            if decision.at is None:
                yield decision
                continue
            day = decision.at.astimezone(run.zone).date()
            place, wanted = rank(run, candidate, decision), (candidate, event, decision)
            lost = shortlist.offer(day, cap - planned.get((name, day), 0), place, wanted)
            if lost:
                yield _over_cap(run, lost)
    # Two events of one person, or two people of one account, may both have been wanted.
    for candidate, event, _ in shortlist.kept():
        yield _claimed(run, candidate, event, ledger)


def _over_cap(run: Run, lost: Wanted) -> Decision:
    """Left out until the day after the one that was full."""
    candidate, event, decision = lost
    day = (decision.at or run.now).astimezone(run.zone).date()
    until = midnight(day + timedelta(days=1), run.zone)
    return refused(run, candidate, "cap", event, until=until, since=decision.since)
