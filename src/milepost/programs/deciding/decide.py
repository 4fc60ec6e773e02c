"""Asked, when and how, or why not: one person, or a million, and one program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from milepost.programs.deciding.budget import Budget, account_free, throttle
from milepost.programs.deciding.decision import Decision
from milepost.programs.deciding.hours import Window, opening
from milepost.programs.deciding.person import Asking, Candidate, Event
from milepost.programs.deciding.program import After, Every, Program
from milepost.programs.deciding.rules import (
    STANDING,
    channel_for,
    free_of_holds,
    refusal,
    refused,
)
from milepost.programs.deciding.run import AHEAD, AccountAskings, Run, run_of, zone_of
from milepost.programs.deciding.spread import first_due, first_turn, share


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

    `now` is aware UTC, `zone` the company's. Somebody is asked whose hours open before now + ahead.
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
    refusal_ = refusal(run, candidate, event)
    if refusal_ is not None:
        return refusal_
    due, last = _due(run, candidate, event)
    if due >= run.latest:
        by, since = (last.program, last.at) if last else (None, None)
        return refused(run, candidate, "not_due", event, until=due, by=by, since=since)
    # Work with time zones is dear, and in vain for who stays throttled all the time in question.
    blocked = _blocked(run, candidate, event, max(due, run.now))
    if blocked is not None and blocked.until is not None and blocked.until >= run.latest:
        return blocked
    return _placed(run, candidate, event, due)


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


def _placed(run: Run, candidate: Candidate, event: Event | None, due: datetime) -> Decision:
    """The asking in the next open hours, if they are near and nothing forbids it there."""
    earliest = max(due, run.now)
    opens, shuts = opening(_window(run, candidate), earliest, zone_of(run, candidate))
    at = opens
    if event is None:
        at += (shuts - opens) * share("hour", run.program.name, candidate.id)
    if opens >= run.latest:
        reason = "window" if due <= run.now else "not_due"
        return refused(run, candidate, reason, event, until=opens)
    blocked = _blocked(run, candidate, event, at)
    if blocked is not None:
        return blocked
    return Decision(
        candidate.id, run.program.name, "asked", at, channel_for(run, candidate, event),
        None, None, due, event.id if event else None,
    )  # fmt: skip


def _window(run: Run, candidate: Candidate) -> Window:
    """The hours of the person: in a relationship program people keep the weekday of their turn."""
    when = run.program.when
    if isinstance(when, After):
        return run.window
    turn = first_turn(when, run.window, run.program.name, candidate.id)
    return run.by_weekday[turn.weekday()]


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
