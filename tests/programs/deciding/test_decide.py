"""One person: every reason there is, which of several is told, and when and how somebody is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from milepost.programs.deciding.budget import AccountLimit, Budget
from milepost.programs.deciding.claim import claim
from milepost.programs.deciding.decide import decisions, stopped
from milepost.programs.deciding.decision import REASONS
from milepost.programs.deciding.person import Event, Hold, holds_of
from milepost.programs.deciding.program import Every, HoldRule, Recency
from milepost.programs.deciding.run import run_of
from milepost.programs.deciding.segments import Condition, Segment
from tests.programs.deciding.people import (
    ANNA,
    CALL,
    EMAIL,
    NOW,
    RELATION,
    ZONE,
    asked,
    called,
    decided,
    person,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TICKETS = HoldRule("ticket_opened", "ticket_closed", 3)
HOLDING = replace(CALL, holds=(TICKETS,))
DANES = Segment("all", (Condition("country", "equals", "DK"),))
BUSY = Budget(account=AccountLimit(2, 30))
ACME = person(account="acme")

# The reason, the program, the person, the event, more of decide()'s arguments, until and the words.
CASES = [
    ("asked", CALL, ANNA, called(), {}, None, "asked by email at 2026-11-23 10:00"),
    ("program_paused", replace(CALL, active=False), ANNA, called(), {}, None, "the program is paused"),
    ("erased", CALL, person(status="erased"), called(), {}, None, "the person was erased"),
    ("test", CALL, person(test=True), called(), {}, None, None),
    ("unsubscribed", CALL, person(status="unsubscribed"), called(), {}, None, "unsubscribed"),
    ("complained", CALL, person(status="complained"), called(), {}, None, None),
    ("bounced", CALL, person(status="bounced"), called(), {}, None, None),
    ("no_event", CALL, ANNA, None, {}, None, None),
    ("no_event", CALL, ANNA, called(name="visit"), {}, None, None),
    (
        "already_asked", CALL, person(askings=(asked(60, program="call", event=1),)), called(), {},
        None, "was asked about this event on 2026-09-24 11:00",
    ),
    (
        "event_too_old", CALL, ANNA, called(14 * 24 + 2), {}, None,
        "the event of 2026-11-09 08:00 is too long ago to ask about",
    ),
    ("outside_segment", replace(CALL, segment=DANES), ANNA, called(), {}, None, None),
    ("outside_sample", replace(CALL, sample=1e-9), ANNA, called(), {}, None, None),
    (
        "no_recent_contact", replace(CALL, recency=Recency(30, "only")),
        person(last_contact=NOW - 31 * DAY), called(), {}, None,
        "no contact lately; the last one: 2026-10-23 11:00",
    ),
    (
        "no_recent_contact", replace(CALL, recency=Recency(30, "only")), ANNA, called(), {}, None,
        "no contact known",
    ),
    ("no_address", CALL, person(channels=frozenset({"sms"})), called(), {}, None, None),
    ("no_consent", CALL, person(consented=frozenset({"sms"})), called(), {}, None, None),
    (
        "event_channel", replace(CALL, skip_event_channel=True), ANNA, called(channel="email"), {},
        None, "can be reached only by email, which the event just came by",
    ),
    (
        "held", HOLDING, person(holds=(Hold("ticket_opened", NOW - DAY),)), called(), {}, None,
        "held by ticket_opened since 2026-11-22 10:00",
    ),
    (
        "held", HOLDING, person(holds=(Hold("ticket_opened", NOW - 5 * DAY, NOW - DAY),)),
        called(), {}, NOW + 2 * DAY,
        "held by ticket_opened since 2026-11-18 10:00, until 2026-11-25 10:00",
    ),
    (
        "not_due", RELATION, person(askings=(asked(40),)), None, {}, NOW + 50 * DAY,
        "not due yet; was asked by earlier, 2026-10-14 11:00, until 2027-01-12 10:00",
    ),
    (
        "throttled", CALL, person(askings=(asked(20),)), called(), {}, NOW + 10 * DAY,
        "was asked by earlier, 2026-11-03 10:00, until 2026-12-03 10:00",
    ),
    (
        "account_limit", CALL, ACME, called(),
        {"budget": BUSY, "accounts": {"acme": [NOW - 9 * DAY, NOW - 8 * DAY]}}, NOW + 21 * DAY,
        "the account acme has been asked enough for now, until 2026-12-14 10:00",
    ),
    (
        "window", CALL, person(zone="Pacific/Auckland"), called(), {"ahead": HOUR},
        NOW + 11 * HOUR, "waits for the program's hours, until 2026-11-23 21:00",
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_reason(case):
    reason, program, candidate, event, how, until, words = case
    found = decided(program, candidate, event, **how)
    assert (found.reason, found.asked, found.until) == (reason, reason == "asked", until)
    assert (found.person, found.program) == (candidate.id, program.name)
    assert found.event == (event.id if event else None)
    assert words is None or found.words(ZONE) == words
    assert "\n" not in found.words(ZONE)


def test_every_reason_is_given_to_somebody():
    people = [(person(id=key), [called(id=key)]) for key in range(2)]
    capped = claim(
        [replace(CALL, daily_cap=1)], lambda _: people, budget=Budget(), now=NOW, zone=ZONE
    )
    given = {case[0] for case in CASES} | {decision.reason for decision in capped}
    assert given == {reason.code for reason in REASONS}


def test_an_afternoon_call_is_asked_about_the_same_day_and_an_evening_call_the_next_morning():
    for hour, expected in ((15, "2026-11-21 16:30"), (20, "2026-11-22 09:00")):
        at = datetime(2026, 11, 21, hour, 30, tzinfo=ZoneInfo("America/New_York"))
        found = decided(
            CALL, person(zone="America/New_York"), called(at=at.astimezone(UTC)), now=at + HOUR / 2
        )
        assert f"{found.at.astimezone(ZoneInfo('America/New_York')):%Y-%m-%d %H:%M}" == expected


def test_a_person_without_a_known_zone_is_asked_by_the_clock_of_the_company():
    night = datetime(2026, 11, 23, 2, tzinfo=UTC)
    for zone in (None, "Mars/Olympus", "../etc/passwd", ""):
        found = decided(CALL, person(zone=zone), called(at=night - HOUR), now=night)
        assert found.at == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_a_transactional_asking_restarts_the_clock_of_the_relationship():
    long_ago, lately = asked(95, program="relation"), asked(50, "csat", program="call")
    before = decided(RELATION, person(askings=(long_ago,)), ahead=7 * DAY)
    after = decided(RELATION, person(askings=(long_ago, lately)), ahead=7 * DAY)
    assert before.asked
    assert (after.reason, after.by, after.until) == ("not_due", "call", lately.at + 90 * DAY)


def test_a_planned_asking_counts_as_one():
    planned = person(askings=(asked(-3),))
    found = decided(CALL, planned, called())
    assert (found.reason, found.until) == ("throttled", NOW + 33 * DAY)


def test_the_budget_counts_from_the_hour_at_which_the_message_would_go():
    night = datetime(2026, 11, 23, 2, tzinfo=UTC)
    planned = asked(0, at=night + 30 * DAY + 2 * HOUR)
    found = decided(CALL, person(askings=(planned,)), called(at=night - HOUR), now=night)
    assert (found.reason, found.until) == ("throttled", planned.at + 30 * DAY)


def test_a_survey_type_may_ask_for_more_rest_than_the_others():
    budget = Budget(30, {"csat": 90})
    other, same = person(askings=(asked(40, "nps"),)), person(askings=(asked(40, "csat"),))
    assert decided(CALL, other, called(), budget=budget).asked
    assert decided(CALL, same, called(), budget=budget).until == NOW + 50 * DAY


def test_the_days_after_a_release_move_the_asking_on_and_keep_the_event_alive():
    """Ordered three weeks ago, delivered three days ago, asked after three days of use."""
    use = HoldRule("ordered", "delivered", 3)
    program = replace(CALL, when=replace(CALL.when, event="ordered"), holds=(use,))
    ordered = called(21 * 24, name="ordered")
    open_hold = person(holds=(Hold("ordered", ordered.at),))
    released = person(holds=(Hold("ordered", ordered.at, NOW - 3 * DAY + 2 * HOUR),))
    assert decided(program, open_hold, ordered).reason == "held"
    assert decided(program, released, ordered).at == NOW + 2 * HOUR
    assert decided(program, ANNA, ordered).reason == "event_too_old"


def test_a_later_problem_does_not_bring_an_old_event_back():
    late = Hold("ticket_opened", NOW - 10 * DAY, NOW - 4 * DAY)
    found = decided(HOLDING, person(holds=(late,)), called(200 * 24))
    assert found.reason == "event_too_old"


def test_another_program_may_ask_about_the_same_event():
    elsewhere = person(askings=(asked(60, program="other", event=1),))
    assert decided(CALL, elsewhere, called()).asked


def test_only_the_programs_own_rules_hold():
    assert decided(CALL, person(holds=(Hold("ticket_opened", NOW - DAY),)), called()).asked


@pytest.mark.parametrize(
    ("preferred", "skip", "came_by", "expected"),
    [
        (None, False, None, "sms"),
        ("email", False, None, "email"),
        ("phone", False, None, "sms"),
        ("sms", True, "sms", "email"),
        ("email", True, "phone", "email"),
    ],
)
def test_the_channel_follows_the_preference_and_the_rule(preferred, skip, came_by, expected):
    program = replace(CALL, channels=("sms", "email"), skip_event_channel=skip)
    both = frozenset({"email", "sms"})
    candidate = person(channels=both, consented=both, preferred=preferred)
    assert decided(program, candidate, called(channel=came_by)).channel == expected


def test_consent_is_by_channel():
    both = frozenset({"email", "sms"})
    candidate = person(channels=both, consented=EMAIL, preferred="sms")
    assert decided(replace(CALL, channels=("sms", "email")), candidate, called()).channel == "email"


def test_the_segment_reads_the_event_before_the_person():
    large = Segment("all", (Condition("amount", "greater", 100),))
    program = replace(CALL, segment=large)
    candidate = person(attributes={"amount": 5})
    assert decided(program, candidate, called(details={"amount": 250})).asked
    assert decided(program, candidate, called()).reason == "outside_segment"


def test_of_two_rules_about_one_event_the_longer_one_counts():
    shorter = replace(TICKETS, release="ticket_merged", days=0)
    program = replace(CALL, holds=(TICKETS, shorter))
    found = decided(
        program, person(holds=(Hold("ticket_opened", NOW - 5 * DAY, NOW - DAY),)), called()
    )
    assert found.until == NOW + 2 * DAY


def test_a_hold_begins_and_ends_by_subject():
    def event(name: str, hours: int, subject: str | None) -> Event:
        return Event(hours, name, NOW + hours * HOUR, subject=subject)

    first, second = event("ticket_opened", 0, "A"), event("ticket_opened", 1, "B")
    closed_a = event("ticket_closed", 2, "A")
    again = event("ticket_opened", 3, "A")
    assert holds_of([closed_a, second, first], [TICKETS]) == (
        Hold("ticket_opened", first.at, closed_a.at),
        Hold("ticket_opened", second.at),
    )
    assert holds_of([first, closed_a, again], [TICKETS, TICKETS])[1] == Hold(
        "ticket_opened", again.at
    )
    assert holds_of([first, again], [TICKETS]) == (Hold("ticket_opened", first.at),)
    everything = event("ticket_closed", 5, None)
    ended = holds_of([first, second, everything], [TICKETS])
    assert {hold.released_at for hold in ended} == {everything.at}
    assert holds_of([closed_a], [TICKETS]) == ()


def test_what_comes_between_planning_and_sending_stops_the_message():
    def now(candidate):
        found = stopped(HOLDING, candidate, "email", now=NOW, zone=ZONE)
        return found.reason if found else None

    assert now(ANNA) is None
    assert now(person(status="unsubscribed")) == "unsubscribed"
    assert now(person(holds=(Hold("ticket_opened", NOW),))) == "held"
    assert now(person(holds=(Hold("ticket_opened", NOW - 9 * DAY, NOW - 2 * DAY),))) == "held"
    assert now(person(holds=(Hold("ticket_opened", NOW - 9 * DAY, NOW - 3 * DAY),))) is None
    assert now(person(channels=frozenset())) == "no_address"
    assert now(person(consented=frozenset())) == "no_consent"


def test_deciding_about_many_reads_them_one_by_one():
    taken = []

    def people():
        for key in range(1000):
            taken.append(key)
            yield person(id=key), (called(id=2), called(3, id=1), called(name="visit"))

    stream = decisions(run_of(CALL, budget=Budget(), now=NOW, zone=ZONE), people())
    # Both of a person's events are decided, the older one first, and nobody is read ahead.
    assert [(c.id, d.event) for c, d in (next(stream), next(stream), next(stream))] == [
        (0, 1),
        (0, 2),
        (1, 1),
    ]
    assert taken == [0, 1]


def test_before_the_first_day_of_a_program_nobody_is_asked():
    later = replace(RELATION, when=Every(90, date(2027, 3, 1)))
    found = [decided(later, person(id=key), ahead=90 * DAY) for key in range(200)]
    assert {decision.reason for decision in found} == {"not_due"}
    assert all(decision.until >= datetime(2027, 2, 28, 23, tzinfo=UTC) for decision in found)
