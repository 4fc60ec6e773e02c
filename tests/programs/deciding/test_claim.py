"""Several programs: priority, daily caps, accounts, and months lived through day by day."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.programs.deciding.budget import AccountLimit, Budget
from milepost.programs.deciding.claim import claim
from milepost.programs.deciding.decide import stopped
from milepost.programs.deciding.decision import Decision
from milepost.programs.deciding.hours import Hours, Window
from milepost.programs.deciding.person import Asking, Candidate, Event, holds_of
from milepost.programs.deciding.program import After, Every, HoldRule, Program, Recency
from milepost.programs.deciding.reminders import Sent, reminder_at
from tests.programs.deciding.people import CALL, EMAIL, NOW, RELATION, ZONE, asked, called, person

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def claimed(programs, people, *, budget=None, **how):
    return list(
        claim(programs, lambda _: people, budget=budget or Budget(), now=NOW, zone=ZONE, **how)
    )


def test_the_first_by_priority_asks_and_the_other_is_throttled_by_it():
    people = [(person(askings=(asked(100),)), [called()])]
    week = {"ahead": 7 * DAY}
    usual = claimed([RELATION, CALL], people, **week)
    assert [(d.program, d.reason) for d in usual] == [("call", "asked"), ("relation", "not_due")]
    first = claimed([replace(RELATION, priority=1), CALL], people, **week)
    assert [(d.program, d.reason, d.by) for d in first] == [
        ("relation", "asked", None),
        ("call", "throttled", "relation"),
    ]


def test_two_events_of_one_person_are_asked_about_once_with_and_without_a_cap():
    people = [(person(), [called(), called(3, id=2)])]
    for program in (CALL, replace(CALL, daily_cap=5)):
        found = claimed([program], people)
        assert sorted(d.reason for d in found) == ["asked", "throttled"]
        assert {d.event: d.reason for d in found}[2] == "asked", "the older one"


@pytest.mark.parametrize("cap", [None, 10])
def test_an_account_is_asked_up_to_its_limit_within_one_round(cap):
    people = [(person(id=key, account="acme"), [called(id=key)]) for key in range(6)]
    budget = Budget(account=AccountLimit(3, 30))
    found = claimed(
        [replace(CALL, daily_cap=cap)], people, budget=budget, accounts={"acme": [NOW - DAY]}
    )
    assert Counter(d.reason for d in found) == {"asked": 2, "account_limit": 4}


def test_a_cap_takes_recent_contacts_then_the_longest_waiting_and_leaves_nobody_out_unsaid():
    program = replace(CALL, daily_cap=3, recency=Recency(10, "first"))
    people = [
        (person(id="lately", last_contact=NOW - 2 * DAY), [called(2)]),
        (person(id="old contact", last_contact=NOW - 20 * DAY), [called(5)]),
        (person(id="waits longest"), [called(200)]),
        (person(id="waits"), [called(100)]),
        (person(id="new"), [called(2)]),
        (person(id="left", status="unsubscribed"), [called(2)]),
    ]
    found = {d.person: d for d in claimed([program], people)}
    assert {key for key, d in found.items() if d.asked} == {"lately", "waits longest", "waits"}
    assert found["new"].reason == found["old contact"].reason == "cap"
    assert found["new"].until == datetime(2026, 11, 24, tzinfo=ZONE)
    assert set(found) == {candidate.id for candidate, _ in people}


def test_a_cap_counts_what_is_planned_for_the_day_already():
    people = [(person(id=key), [called(id=key)]) for key in range(9)]
    planned = {("call", date(2026, 11, 23)): 4, ("relation", date(2026, 11, 23)): 9}
    found = claimed([replace(CALL, daily_cap=6)], people, planned=planned)
    assert Counter(d.reason for d in found) == {"asked": 2, "cap": 7}
    planned["call", date(2026, 11, 23)] = 7
    found = claimed([replace(CALL, daily_cap=6)], people, planned=planned)
    assert {d.reason for d in found} == {"cap"}


def test_whom_a_cap_leaves_out_may_be_asked_by_the_next_program():
    other = replace(CALL, name="other", priority=90)
    people = [(person(id=key), [called(id=key)]) for key in range(5)]
    found = claimed([other, replace(CALL, daily_cap=2)], people)
    assert Counter(d.program for d in found if d.asked) == {"call": 2, "other": 3}
    assert len({d.person for d in found if d.asked}) == 5


# Months lived through: what the rules promise, seen from outside.
ZONES = ("Europe/Copenhagen", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", None)
WINDOWS = (
    None,
    Window((Hours((0, 3), 7 * 60, 9 * 60), Hours((5,), 22 * 60, 24 * 60))),
    Window((Hours((6,), 60, 4 * 60),)),
)
HOLD = HoldRule("ticket_opened", "ticket_closed", 2)


@dataclass
class Life:
    """What happened to one person, as a diary would have it."""

    candidate: Candidate
    events: list[Event] = field(default_factory=list)
    askings: list[Asking] = field(default_factory=list)
    sent: list[tuple[Asking, Sent]] = field(default_factory=list)
    left_at: datetime | None = None
    answered_at: dict[int, datetime] = field(default_factory=dict)

    def seen(self, now: datetime) -> Candidate:
        events = [event for event in self.events if event.at <= now]
        gone = self.left_at is not None and self.left_at <= now
        return replace(
            self.candidate, askings=tuple(self.askings), holds=holds_of(events, [HOLD]),
            status="unsubscribed" if gone else "active",
        )  # fmt: skip

    def has_ticket(self, at: datetime) -> bool:
        """Whether a ticket is open, or was closed less than two days ago."""
        state = [e for e in self.events if e.name.startswith("ticket") and e.at <= at]
        last = max(state, key=lambda e: e.at, default=None)
        return last is not None and (last.name == "ticket_opened" or at - last.at < 2 * DAY)


def some_program(random: Random, number: int) -> Program:
    after = After(random.choice(["call_ended", "visit"]), random.choice([0, 5, 100]) * HOUR)
    every = Every(random.choice([7, 20, 45]), date(2026, 2, 20))
    return Program(
        f"p{number}", "s", random.choice(["nps", "csat"]), random.choice([every, after]), ("email",),
        priority=random.randrange(3), window=random.choice(WINDOWS), holds=(HOLD,),
        daily_cap=random.choice([None, None, 1, 3]), sample=random.choice([1.0, 0.7]),
        reminder_days=random.choice([None, 3, 7]),
    )  # fmt: skip


def some_life(random: Random, number: int, first: datetime, days: int) -> Life:
    candidate = Candidate(
        number, channels=EMAIL, consented=EMAIL, zone=random.choice(ZONES),
        account=random.choice(["acme", "acme", None]),
    )  # fmt: skip
    names, events = ("call_ended", "visit", "call_ended"), []
    for n in range(random.randrange(10)):
        at = first + random.random() * days * DAY
        events.append(Event(f"{number}-{n}", random.choice(names), at, channel="phone"))
    at = first + random.random() * 20 * DAY
    while random.random() < 0.7:
        closed = at + random.random() * 15 * DAY
        events += [
            Event(f"{number}-o{at}", "ticket_opened", at),
            Event(f"{number}-c{at}", "ticket_closed", closed),
        ]
        at = closed + random.random() * 30 * DAY
    left = first + random.random() * days * DAY if random.random() < 0.3 else None
    return Life(candidate, events, left_at=left)


@settings(max_examples=25)
@given(st.integers(0, 10**9))
def test_months_lived_through(seed):
    random = Random(seed)
    # Both changes of clocks of both halves of the world lie within.
    first, days = datetime(2026, 3, 1, 5, tzinfo=ZoneInfo("UTC")), random.choice([60, 60, 250])
    programs = {p.name: p for p in (some_program(random, n) for n in range(random.randint(1, 4)))}
    lives = {n: some_life(random, n, first, days) for n in range(6)}
    by_type = {"nps": random.choice([10, 30, 90])}
    limit = random.choice([None, AccountLimit(2, 15)])
    budget = Budget(random.choice([7, 30]), by_type, limit)
    for day in range(days):
        now = first + day * DAY + random.random() * HOUR
        one_round(programs, lives, budget, now)
        live_until(programs, lives, random, now, first + (day + 1) * DAY)
    for life in lives.values():
        check_life(programs, life, budget)
    check_accounts(lives, limit)
    check_caps(programs, lives)


def one_round(programs, lives, budget, now):
    people = [(life.seen(now), [e for e in life.events if e.at <= now]) for life in lives.values()]
    planned, accounts = Counter(), {}
    for life in lives.values():
        for asking in life.askings:
            planned[asking.program, asking.at.astimezone(ZONE).date()] += 1
            if life.candidate.account:
                accounts.setdefault(life.candidate.account, []).append(asking.at)
    found = claim(
        programs.values(), lambda _: people, budget=budget, now=now, zone=ZONE, accounts=accounts,
        planned=planned,
    )  # fmt: skip
    for decision in found:
        if decision.asked:
            keep(programs[decision.program], lives[decision.person], decision, now)


def keep(program: Program, life: Life, decision: Decision, now: datetime) -> None:
    assert decision.at is not None
    assert decision.at >= now
    life.askings.append(
        Asking(decision.at, program.name, program.survey_type, "email", decision.event)
    )


def live_until(programs, lives, random, now, end):
    """Send what is due, unless something came between; answer some; remind."""
    for life in lives.values():
        for asking in [a for a in life.askings if now <= a.at < end]:
            program, seen = programs[asking.program], life.seen(asking.at)
            if stopped(program, seen, "email", now=asking.at, zone=ZONE):
                life.askings.remove(asking)
                continue
            assert not life.has_ticket(asking.at), "a hold was not respected"
            life.sent.append((asking, Sent(asking.at, "email")))
            if random.random() < 0.5:
                life.answered_at[len(life.sent) - 1] = asking.at + random.random() * 10 * DAY
        for number, (asking, sent) in enumerate(life.sent):
            remind(programs[asking.program], life, number, sent, now, end)


def remind(program, life, number, sent, now, end):
    answered_at = life.answered_at.get(number)

    def told(moment):
        state = replace(sent, answered=answered_at is not None and answered_at <= moment)
        return reminder_at(program, life.seen(moment), state, now=moment, zone=ZONE)

    at = told(now)
    if at is None or at >= end or told(at) is None:
        return
    assert told(at) == at, "a reminder that is due goes at once"
    assert program.reminder_days is not None
    assert at - sent.at >= program.reminder_days * DAY
    assert answered_at is None or answered_at > at
    assert life.left_at is None or life.left_at > at
    assert not life.has_ticket(at)
    check_hours(program, life, at)
    life.sent[number] = (life.sent[number][0], replace(sent, reminded=True))


def check_hours(program, life, at):
    local = at.astimezone(ZoneInfo(life.candidate.zone) if life.candidate.zone else ZONE)
    minute = local.hour * 60 + local.minute
    assert any(
        local.weekday() in hours.weekdays and hours.opens <= minute < hours.closes
        for hours in program.open_hours.hours
    )


def check_life(programs, life, budget):
    for asking, _ in life.sent:
        check_hours(programs[asking.program], life, asking.at)
        assert life.left_at is None or asking.at < life.left_at
    ordered = sorted(life.askings, key=lambda a: a.at)
    for earlier, later in pairwise(ordered):
        assert later.at - earlier.at >= budget.days * DAY
    for kind, least in budget.by_type.items():
        for earlier, later in pairwise([a for a in ordered if a.survey_type == kind]):
            assert later.at - earlier.at >= least * DAY
    about = [(a.program, a.event) for a in life.askings if a.event is not None]
    assert len(about) == len(set(about)), "asked twice about one event"


def check_accounts(lives, limit):
    times = sorted(
        asking.at
        for life in lives.values()
        if life.candidate.account == "acme"
        for asking in life.askings
    )
    if limit:
        for early, late in zip(times, times[limit.askings :], strict=False):
            assert late - early >= limit.days * DAY


def check_caps(programs, lives):
    per_day = Counter(
        (asking.program, asking.at.astimezone(ZONE).date())
        for life in lives.values()
        for asking in life.askings
    )
    for (name, _), count in per_day.items():
        assert count <= (programs[name].daily_cap or count)
