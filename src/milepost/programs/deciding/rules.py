"""The rules that can refuse a person, one function each, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from milepost.programs.deciding.decision import Decision
from milepost.programs.deciding.person import Candidate, Event, Hold
from milepost.programs.deciding.program import STALE, After
from milepost.programs.deciding.run import Run
from milepost.programs.deciding.segments import Value
from milepost.programs.deciding.spread import share

_NEVER = datetime.max.replace(tzinfo=UTC)
Rule = Callable[[Run, Candidate, Event | None], Decision | None]


def status(run: Run, candidate: Candidate, event: Event | None) -> Decision | None:
    """Paused programs ask nobody; nor is anybody asked who left, was erased or is for tests."""
    if not run.program.active:
        return refused(run, candidate, "program_paused", event)
    if candidate.status != "active":
        return refused(run, candidate, candidate.status, event)
    if candidate.test:
        return refused(run, candidate, "test", event)
    return None


def occasion(run: Run, candidate: Candidate, event: Event | None) -> Decision | None:
    """A transactional program asks once about each event of its name."""
    program = run.program
    if not isinstance(program.when, After):
        return None
    if event is None or event.name != program.when.event:
        return refused(run, candidate, "no_event", event)
    for asking in candidate.askings:
        if asking.event == event.id and asking.program == program.name:
            return refused(run, candidate, "already_asked", event, since=asking.at)
    return None


def segment(run: Run, candidate: Candidate, event: Event | None) -> Decision | None:
    """The segment reads the event's details before the person's attributes."""
    rule = run.program.segment
    if rule is None or rule.holds(_told_of(candidate, event)):
        return None
    return refused(run, candidate, "outside_segment", event)


def sample(run: Run, candidate: Candidate, event: Event | None) -> Decision | None:
    """The same people are in a program's sample every time."""
    part, name = run.program.sample, run.program.name
    if part >= 1 or share("sample", name, candidate.id) < part:
        return None
    return refused(run, candidate, "outside_sample", event)


def recency(run: Run, candidate: Candidate, event: Event | None) -> Decision | None:
    """A program may ask those alone who had a contact lately."""
    rule = run.program.recency
    if rule is None or rule.rule == "first" or had_contact(candidate, rule.days, run.now):
        return None
    return refused(run, candidate, "no_recent_contact", event, since=candidate.last_contact)


def channel(run: Run, candidate: Candidate, event: Event | None) -> Decision | None:
    """Somebody must be reachable by a channel that they and the program allow."""
    if channel_for(run, candidate, event):
        return None
    reached = [name for name in run.program.channels if name in candidate.channels]
    if not reached:
        return refused(run, candidate, "no_address", event)
    if candidate.consented.isdisjoint(reached):
        return refused(run, candidate, "no_consent", event)
    return refused(run, candidate, "event_channel", event, by=event.channel if event else None)


def hold(run: Run, candidate: Candidate, event: Event | None) -> Decision | None:
    """Nobody is asked while a hold is open, nor in the days after its release."""
    for held in candidate.holds:
        days = run.hold_days.get(held.event)
        if days is None:
            continue
        free = None if held.released_at is None else held.released_at + days
        if free is None or (free > run.now and free >= run.latest):
            return refused(
                run, candidate, "held", event, until=free, by=held.event, since=held.since
            )
    return None


def stale(run: Run, candidate: Candidate, event: Event | None) -> Decision | None:
    """An event is asked about while it is fresh, or when the hold that stopped it is over."""
    if event is None or run.now <= wanted_until(run, candidate, event):
        return None
    return refused(run, candidate, "event_too_old", event, since=event.at)


# Who may be asked at all; the same is looked at again when a message goes.
STANDING: tuple[Rule, ...] = (status, hold)
RULES: tuple[Rule, ...] = (status, occasion, segment, sample, recency, channel, hold, stale)


def refusal(
    run: Run, candidate: Candidate, event: Event | None, *, rules: Iterable[Rule] = RULES
) -> Decision | None:
    """The first rule's refusal, or None."""
    for rule in rules:
        decision = rule(run, candidate, event)
        if decision is not None:
            return decision
    return None


def refused(
    run: Run,
    candidate: Candidate,
    reason: str,
    event: Event | None,
    *,
    until: datetime | None = None,
    by: str | None = None,
    since: datetime | None = None,
) -> Decision:
    """A person not asked, and why."""
    asked_about = event.id if event else None
    return Decision(
        candidate.id, run.program.name, reason, None, None, until, by, since, asked_about
    )


def channel_for(run: Run, candidate: Candidate, event: Event | None) -> str | None:
    """The person's preferred channel if the program allows it, else the program's first that works."""
    program = run.program
    skipped = event.channel if event and program.skip_event_channel else None
    found = None
    for name in program.channels:
        if name in candidate.channels and name in candidate.consented and name != skipped:
            if name == candidate.preferred:
                return name
            found = found or name
    return found


def had_contact(candidate: Candidate, days: int, now: datetime) -> bool:
    """Whether the person had a contact in the last days."""
    return candidate.last_contact is not None and now - candidate.last_contact <= timedelta(days)


def free_of_holds(run: Run, candidate: Candidate, due: datetime) -> datetime:
    """The due moment, or when the last released hold stops to count, whichever is later."""
    return max((due, *_free(run, candidate.holds))) if candidate.holds else due


def wanted_until(run: Run, candidate: Candidate, event: Event | None) -> datetime:
    """The last moment to ask about an event, holds included that began while it was wanted.

    Without an event there is none.
    """
    when = run.program.when
    if event is None or not isinstance(when, After):
        return _NEVER
    due = event.at + when.wait
    began = (held for held in candidate.holds if held.since <= due + STALE)
    return max((due, *_free(run, began))) + STALE


def _free(run: Run, holds: Iterable[Hold]) -> Iterator[datetime]:
    for held in holds:
        days = run.hold_days.get(held.event)
        if days is not None and held.released_at is not None:
            yield held.released_at + days


def _told_of(candidate: Candidate, event: Event | None) -> Mapping[str, Value]:
    if event is None or not event.details:
        return candidate.attributes
    return {**candidate.attributes, **event.details}
