"""Asked, when and how, or why not: one person, or a million, and one program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from milepost.programs.deciding.budget import Budget, account_free, throttle
from milepost.programs.deciding.decision import Decision
from milepost.programs.deciding.hours import stretch
from milepost.programs.deciding.person import Asking, Candidate, Event
from milepost.programs.deciding.program import After, Every, Program
from milepost.programs.deciding.rules import (
    STANDING,
    channel_for,
    free_of_holds,
    refusal,
    refused,
    wanted_until,
)
from milepost.programs.deciding.run import AHEAD, AccountAskings, Run, run_of, zone_of
from milepost.programs.deciding.spread import first_due, first_turn, share

# By then everybody's own weekday has come and gone, with a day for changed clocks.
_KEPT = timedelta(days=8)


def decide(
    program: Program,
    candidate: Candidate,
    *,
    event: Event | None = None,
    budget: Budget,
    now: datetime,
    zone: ZoneInfo,
    ahead: timedelta = AHEAD,
    accounts: AccountAskings | None = None,
) -> Decision:
    """Whether one program asks one person, about one event if it is transactional.

    `now` is aware UTC, `zone` the company's. Somebody is asked who may be in hours that open before
    now + ahead.
    """
    run = run_of(program, budget=budget, now=now, zone=zone, ahead=ahead, accounts=accounts)
    return decided(run, candidate, event)


def decisions(
    run: Run, people: Iterable[tuple[Candidate, Sequence[Event]]]
) -> Iterator[tuple[Candidate, Decision]]:
    """The decisions of a run over many people and their events, one by one, none remembered."""
    for candidate, events in people:
        for event in occasions(run.program, events):
            yield candidate, decided(run, candidate, event)


def occasions(program: Program, events: Sequence[Event]) -> Iterable[Event | None]:
    """What a program may ask somebody about: its events, oldest first; nothing in particular."""
    if isinstance(program.when, Every):
        return (None,)
    name = program.when.event
    return sorted((event for event in events if event.name == name), key=lambda e: e.at)


def stopped(
    program: Program, candidate: Candidate, channel: str, *, now: datetime, zone: ZoneInfo
) -> Decision | None:
    """What came between planning and sending: look once more when a message goes; None if nothing."""
    run = run_of(program, budget=Budget(), now=now, zone=zone, ahead=timedelta())
    found = refusal(run, candidate, None, rules=STANDING)
    if found:
        return found
    if channel not in candidate.channels:
        return refused(run, candidate, "no_address", None)
    return None if channel in candidate.consented else refused(run, candidate, "no_consent", None)


def decided(run: Run, candidate: Candidate, event: Event | None) -> Decision:
    """The decision of a run about one person."""
    found = refusal(run, candidate, event)
    if found is not None:
        return found
    due, last = _due(run, candidate, event)
    if due >= run.latest:
        by, since = (last.program, last.at) if last else (None, None)
        return refused(run, candidate, "not_due", event, until=due, by=by, since=since)
    earliest = max(due, run.now)
    while True:
        # The budget first: work with time zones is dear, and in vain for who stays throttled.
        decision = _blocked(run, candidate, event, earliest)
        if decision is None:
            decision = _placed(run, candidate, event, due, earliest)
        if decision.reason not in ("throttled", "account_limit") or decision.until is None:
            return decision
        late = decision.until >= run.latest
        if late or decision.until > wanted_until(run, candidate, event):
            return decision
        earliest = decision.until


def _due(run: Run, candidate: Candidate, event: Event | None) -> tuple[datetime, Asking | None]:
    """When the person is due, holds included, and the last asking if the interval runs from it."""
    when = run.program.when
    if isinstance(when, After):
        if event is None:
            raise ValueError("a transactional program is due after an event")
        return free_of_holds(run, candidate, event.at + when.wait), None
    last = None
    for asking in candidate.askings:
        if last is None or asking.at > last.at:
            last = asking
    if last is not None:
        due = last.at + timedelta(when.days)
    else:
        turn = first_turn(when, run.window, run.program.name, candidate.id)
        due = first_due(when, run.window, turn, candidate.known_since, run.zone)
    return (free_of_holds(run, candidate, due) if candidate.holds else due), last


def _placed(
    run: Run, candidate: Candidate, event: Event | None, due: datetime, earliest: datetime
) -> Decision:
    """The asking in the first open hours from `earliest` on, if they are near and in the budget."""
    zone, kept = zone_of(run, candidate), due
    if event is None and earliest - due < _KEPT:
        kept = _own_day(run, candidate, due, zone)
    earliest = max(kept, earliest)
    opens, shuts = stretch(run.window, earliest, zone)
    if max(opens, earliest) >= run.latest:
        reason = "window" if due <= run.now else "not_due"
        return refused(run, candidate, reason, event, until=max(opens, earliest))
    if event is None:
        part = share("hour", run.program.name, candidate.id)
        opens += timedelta(seconds=int((shuts - opens).total_seconds() * part))
    at = max(opens, earliest)
    return _blocked(run, candidate, event, at) or Decision(
        candidate.id, run.program.name, "asked", at, channel_for(run, candidate, event),
        None, None, due, event.id if event else None,
    )  # fmt: skip


def _own_day(run: Run, candidate: Candidate, due: datetime, zone: ZoneInfo) -> datetime:
    """The first open moment from `due` on that is of the weekday which the person keeps.

    Somebody whose day has passed, for a cap or a throttle, goes on any open day.
    """
    when = run.program.when
    if isinstance(when, After):
        return due
    turn = first_turn(when, run.window, run.program.name, candidate.id)
    opens, _ = stretch(run.by_weekday[turn.weekday()], due, zone)
    return max(opens, due)


def _blocked(
    run: Run, candidate: Candidate, event: Event | None, moment: datetime
) -> Decision | None:
    """What the budget of the person, then of the account, says against an asking at a moment."""
    if candidate.askings:
        found = throttle(
            candidate.askings, moment, survey_type=run.program.survey_type, gaps=run.gaps
        )
        if found:
            asking, until = found
            return refused(
                run, candidate, "throttled", event, until=until, by=asking.program, since=asking.at
            )
    limit, account = run.budget.account, candidate.account
    if limit is None or account is None or account not in run.accounts:
        return None
    free = account_free(limit, run.accounts[account], moment)
    if free <= moment:
        return None
    return refused(run, candidate, "account_limit", event, until=free, by=account)
