"""What a change of a program would do over the next days, for its page: looked up, never kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil

from milepost import clock
from milepost.programs.deciding import documents
from milepost.programs.deciding.person import Candidate, Event
from milepost.programs.deciding.program import After, Program
from milepost.programs.deciding.what_if import DAYS, Outlook, WhatIf, what_if
from milepost.server.models import Company, Person
from milepost.server.models import Program as Row
from milepost.server.queries import candidates
from milepost.server.queries.asked import document_of
from milepost.server.queries.rules import budget_of, needs_of, program_of, zone_of

# So many people are looked at in a few seconds; of more, every so-manieth is.
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen, and of how many people it is told: where not all were looked at, the
    numbers are those of an even sample, scaled up."""

    outcome: WhatIf
    people: int
    looked_at: int

    @property
    def words(self) -> str:
        """The sentence for the page."""
        if self.looked_at == self.people:
            return self.outcome.words
        return f"{self.outcome.words} (from a look at {self.looked_at:,} of {self.people:,} people)"


def preview(document: Mapping[str, object], row: Row | None = None) -> Preview:
    """What a program would do in the next week if its document were this one; `row` is the program
    as it is now, None: a new one.

    All active programs take part, on both sides. Events are those of the last days, moved on, and
    those that the program finds waiting when it starts.
    Raises ProgramError with every mistake of the document.
    """
    proposed = replace(documents.parse(document), active=True)
    others = [
        program_of(each)
        for each in Row.objects.filter(active=True).select_related("survey__current")
        if _asks(each) and (row is None or each.pk != row.pk)
    ]
    current = [*others, program_of(row)] if row and row.active and _asks(row) else others
    people = Person.objects.counted().present().count()
    part = max(1, ceil(people / MOST))
    waiting = _waiting(proposed, row)
    return _looked(current, [*others, proposed], people, part, waiting)


def _waiting(program: Program, row: Row | None) -> Callable[[Event], bool]:
    """Which events happened already and are still to be decided about."""
    if not isinstance(program.when, After):
        return lambda event: False
    name, since = program.when.event, row.decided_at if row else None
    return lambda event: event.name == name and (since is None or event.at > since)


def _looked(
    current: list[Program],
    proposed: list[Program],
    people: int,
    part: int,
    waiting: Callable[[Event], bool],
) -> Preview:
    company, now = Company.load(), clock.now()
    budget = budget_of(company)
    needs = needs_of([*current, *proposed], budget, now)
    stream = _Counted(candidates.everybody(needs, part=part), waiting)
    limit = budget.account
    since = now - timedelta(days=limit.days) if limit else None
    found = what_if(
        [_share(program, part) for program in current],
        [_share(program, part) for program in proposed],
        stream,
        budget=budget,
        now=now,
        zone=zone_of(company),
        accounts=candidates.askings_by_account(since) if since else None,
    )
    outcome = WhatIf(found.days, _scaled(found.current, part), _scaled(found.proposed, part))
    return Preview(outcome, people, people if part == 1 else stream.count)


class _Counted:
    """People with what waits and the last days' events moved on by as many days, and how many there were."""

    def __init__(self, people: candidates.People, waiting: Callable[[Event], bool]) -> None:
        self._people, self._waiting = people, waiting
        self.count = 0

    def __iter__(self) -> Iterator[tuple[Candidate, list[Event]]]:
        start = clock.now() - timedelta(days=DAYS)
        for candidate, events in self._people:
            self.count += 1
            moved = [_moved(event) for event in events if event.at >= start]
            yield candidate, [*filter(self._waiting, events), *moved]


def _moved(event: Event) -> Event:
    return replace(event, id=f"next:{event.id}", at=event.at + timedelta(days=DAYS))


def _share(program: Program, part: int) -> Program:
    """A program whose daily cap is that of one part of the people."""
    cap = program.daily_cap
    return program if cap is None or part == 1 else replace(program, daily_cap=max(1, cap // part))


def _scaled(outlook: Outlook, part: int) -> Outlook:
    by_day = {day: count * part for day, count in outlook.by_day.items()}
    return Outlook(by_day, {reason: count * part for reason, count in outlook.reasons.items()})


def _asks(row: Row) -> bool:
    current = row.survey.current
    return bool(
        current and not row.survey.archived and not document_of(current).closed(clock.now())
    )
