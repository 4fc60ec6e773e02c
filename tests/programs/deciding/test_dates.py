"""The dates ahead of one person: a sequence, under the same rules as the asking itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from milepost.programs.deciding.budget import Budget
from milepost.programs.deciding.dates import dates
from milepost.programs.deciding.person import Hold
from milepost.programs.deciding.program import After, Every, HoldRule
from tests.programs.deciding.people import ANNA, CALL, NOW, RELATION, ZONE, asked, called, person

DAY = timedelta(days=1)
ONBOARDED = replace(CALL, name="onboarding", when=After("onboarded", 14 * DAY))


def ahead(programs, candidate=ANNA, events=(), *, budget=None, many=4):
    return dates(
        programs, candidate, events, budget=budget or Budget(), now=NOW, zone=ZONE, many=many
    )


def test_after_onboarding_then_every_ninety_days():
    relation = replace(RELATION, when=Every(90, date(2026, 1, 5), newcomer_days=30))
    found = ahead([relation, ONBOARDED], person(known_since=NOW), [called(name="onboarded")])
    assert [d.program for d in found] == ["onboarding", "relation", "relation", "relation"]
    days = [(later.at - found[0].at).days for later in found]
    assert all(0 <= gap - 90 * n <= 7 * n for n, gap in enumerate(days))
    assert {d.at.astimezone(ZONE).weekday() for d in found[1:]} <= {0, 1, 2}


def test_a_sequence_through_the_budget_waits_for_it():
    asked_lately = person(askings=(asked(25),))
    visit = replace(CALL, name="visit", when=After("visit", timedelta()))
    (first,) = ahead([visit], asked_lately, [called(name="visit")], many=3)
    assert first.at == NOW + 5 * DAY
    # Too late for a second one about the same visit: thirty days on it is forgotten.
    both = ahead([CALL, visit], asked_lately, [called(), called(name="visit", id=2)])
    assert [d.program for d in both] == ["call"]


def test_nothing_is_ahead_of_whom_nobody_may_ask():
    assert ahead([RELATION, CALL], person(status="unsubscribed"), [called()]) == ()
    holding = replace(RELATION, holds=(HoldRule("ticket_opened", "ticket_closed", 1),))
    assert ahead([holding], person(holds=(Hold("ticket_opened", NOW),))) == ()
    assert ahead([]) == ()


def test_of_two_at_the_same_moment_the_first_by_priority_goes():
    events = [called(), called(name="visit", id=2)]
    visit = replace(CALL, name="visit", when=After("visit", CALL.when.wait), priority=1)
    assert ahead([CALL, visit], events=events)[0].program == "visit"


def test_far_dates_are_found_too():
    yearly = replace(RELATION, when=Every(365, date(2028, 1, 3)))
    first, second = ahead([yearly], many=2)
    assert date(2028, 1, 3) <= first.at.date() < date(2029, 1, 3)
    assert 365 <= (second.at - first.at).days <= 371
