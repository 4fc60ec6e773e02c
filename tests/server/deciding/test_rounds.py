"""A worker's round of deciding over the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from milepost import clock
from milepost.programs.deciding.run import AHEAD
from milepost.server.actions.decisions import decision_of
from milepost.server.models import Company, Decision, Event, Invitation, Message, Person, Program
from milepost.server.models import Survey as SurveyRow
from milepost.server.queries.candidates import concerned
from milepost.server.queries.rules import program_of
from milepost.server.worker.deciding import decide, take

pytestmark = pytest.mark.django_db

Make = Callable[..., Person]
Ask = Callable[..., Program]
Happen = Callable[..., Event]


def again(at: datetime) -> None:
    """The next round, at a moment."""
    Program.objects.update(decide_at=at)
    with clock.at(at):
        decide("w")


def reasons() -> dict[int, str]:
    return dict(Decision.objects.values_list("person_id", "reason"))


def test_an_event_leads_to_an_invitation_with_its_details(
    person: Make, program: Ask, happened: Happen, noon: datetime
) -> None:
    program()
    event = happened(
        person(), key="O-1", touchpoint="delivery", details={"product": "Tea", "store": "Aarhus"}
    )
    decide("w")
    invitation = Invitation.objects.get()
    assert (invitation.event, invitation.touchpoint) == (event, "delivery")
    assert invitation.attributes == {"product": "Tea", "store": "Aarhus"}
    assert invitation.due_at == noon
    message = invitation.messages.get()
    assert (message.state, message.ordinal, message.due_at) == ("waiting", 1, noon)
    decision = Decision.objects.get()
    assert (decision.asked, decision.reason) == (True, "asked")
    assert "asked by email at 2026-11-24 09:00" in decision_of(decision).words(ZoneInfo("UTC"))
    assert Program.objects.get().counts == {"asked": 1}


def test_the_same_round_again_writes_nothing(
    person: Make, program: Ask, happened: Happen, noon: datetime
) -> None:
    program()
    for number in range(5):
        happened(person(number))
    decide("w")
    before = list(Decision.objects.order_by("pk").values())
    again(noon + timedelta(minutes=1))
    assert list(Decision.objects.order_by("pk").values()) == before
    assert (Invitation.objects.count(), Message.objects.count()) == (5, 5)


def test_everybody_is_told_why_not(
    person: Make, program: Ask, happened: Happen, noon: datetime
) -> None:
    program(segment={"all": [{"attribute": "country", "equals": "DK"}]})
    why = {
        "asked": {"attributes": {"country": "DK"}},
        "outside_segment": {"attributes": {"country": "SE"}},
        "unsubscribed": {"status": "unsubscribed"},
        "no_consent": {"attributes": {"country": "DK"}, "consent": {"email": False}},
        "no_address": {"attributes": {"country": "DK"}, "email": None},
    }
    expected = {}
    for number, (reason, fields) in enumerate(why.items()):
        someone = person(number, **fields)
        happened(someone)
        expected[someone.pk] = reason
    decide("w")
    assert reasons() == expected


def test_an_open_ticket_holds_and_its_release_asks_days_later(
    person: Make, program: Ask, happened: Happen, noon: datetime
) -> None:
    program(holds=[{"event": "opened", "release": "closed", "days": 2}])
    ada = person()
    happened(ada, "opened", key="T-1", at=noon - timedelta(days=200))
    happened(ada)
    decide("w")
    held = Decision.objects.get()
    assert (held.reason, held.detail["by"], held.until) == ("held", "opened", None)
    with clock.at(noon + timedelta(hours=3)):
        happened(ada, "closed", key="T-1", at=noon + timedelta(hours=2))
    again(noon + timedelta(hours=3))
    assert Decision.objects.get().until == noon + timedelta(days=2, hours=2)
    again(noon + timedelta(days=2))
    assert Invitation.objects.get().due_at == noon + timedelta(days=2, hours=2)


def test_the_release_of_another_ticket_releases_nothing(
    person: Make, program: Ask, happened: Happen, noon: datetime
) -> None:
    program(holds=[{"event": "opened", "release": "closed", "days": 0}])
    ada = person()
    happened(ada, "opened", key="T-1", at=noon - timedelta(days=2))
    happened(ada, "closed", key="T-2", at=noon - timedelta(days=1))
    happened(ada)
    decide("w")
    assert reasons() == {ada.pk: "held"}


def test_a_withdrawn_asking_is_made_again_after_the_hold(
    person: Make, program: Ask, happened: Happen, noon: datetime
) -> None:
    from milepost.server.actions import delivery
    from milepost.server.queries import due

    program(holds=[{"event": "opened", "release": "closed", "days": 0}])
    ada = person()
    happened(ada)
    decide("w")
    happened(ada, "opened", key="T-1")
    message = Message.objects.get()
    people = due.people_of([message], Company.load(), noon)
    found = due.look(message, people[ada.pk], zone=ZoneInfo("UTC"), now=noon)
    delivery.withdraw(message, found.because, found.decision)
    assert Decision.objects.get().reason == "held"
    with clock.at(noon + timedelta(hours=1)):
        happened(ada, "closed", key="T-1", at=noon + timedelta(minutes=30))
    again(noon + timedelta(hours=1))
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.messages.get().state) == ("planned", "waiting")


def test_two_programs_share_one_budget_and_the_first_by_priority_asks(
    person: Make, program: Ask, publish: Callable[..., SurveyRow], happened: Happen, noon: datetime
) -> None:
    survey = publish()
    program(survey, name="second", priority=60)
    program(survey, name="first", priority=40)
    ada = person()
    happened(ada)
    decide("w")
    assert Invitation.objects.get().program.name == "first"  # type: ignore[union-attr]
    assert set(Decision.objects.values_list("program__name", "reason")) == {
        ("first", "asked"), ("second", "throttled"),
    }  # fmt: skip


def test_nobody_is_asked_twice_within_the_budget_over_many_rounds(
    person: Make, program: Ask, publish: Callable[..., SurveyRow], happened: Happen, noon: datetime
) -> None:
    survey = publish()
    program(survey, name="relationship", kind="relationship", every_days=7)
    program(survey, name="after", priority=10)
    people = [person(number) for number in range(20)]
    for day in range(0, 100, 2):
        now = noon + timedelta(days=day)
        with clock.at(now):
            happened(people[day % 20], at=now - timedelta(hours=1), key=f"{day}")
        again(now)
    for someone in people:
        moments = sorted(Invitation.objects.filter(person=someone).values_list("due_at", flat=True))
        assert moments
        assert all(b - a >= timedelta(days=30) for a, b in pairwise(moments))


def test_the_interval_runs_from_the_last_asking_however_old(
    person: Make, program: Ask, noon: datetime
) -> None:
    program(kind="relationship", every_days=365)
    ada = person(last_asked_at=noon - timedelta(days=300))
    decide("w")
    found = Decision.objects.get()
    assert (found.reason, found.until) == ("not_due", noon + timedelta(days=65))
    assert found.person == ada


def test_a_relationship_round_is_spread_and_asks_only_those_whose_day_it_is(
    person: Make, program: Ask, noon: datetime
) -> None:
    program(kind="relationship", every_days=90, starts_on=noon.date().isoformat())
    for number in range(300):
        person(number)
    decide("w")
    asked = Invitation.objects.count()
    assert Decision.objects.count() == 300
    assert 0 < asked < 40
    assert not Invitation.objects.filter(due_at__gte=noon + AHEAD + timedelta(hours=3)).exists()


def test_who_is_not_due_is_not_read_again_until_something_changes(
    person: Make, program: Ask, noon: datetime
) -> None:
    program(kind="relationship", every_days=90)
    with clock.at(noon - timedelta(days=1)):
        for number in range(50):
            person(number, last_asked_at=noon - timedelta(days=40))
    decide("w")
    later = noon + timedelta(days=2)
    row = Program.objects.get()
    assert concerned(row, program_of(row), later) == set()
    with clock.at(noon + timedelta(days=1)):
        Person.objects.filter(external_id="c-1").update(status="unsubscribed")
        ada = Person.objects.get(external_id="c-2")
        ada.consent = {"email": False}
        ada.save(update_fields=["consent"])
    again(later)
    assert sorted(reasons().values()) == ["no_consent"] + ["not_due"] * 48 + ["unsubscribed"]


def test_the_database_is_asked_as_often_for_a_hundred_people_as_for_one(
    person: Make, program: Ask, happened: Happen, noon: datetime
) -> None:
    program()
    counts = []
    for start, stop in ((0, 1), (1, 101)):
        for number in range(start, stop):
            happened(person(number))
        Program.objects.update(decide_at=noon)
        with CaptureQueriesContext(connection) as queries:
            decide("w")
        # Rows that are written take turns in batches of the ORM's own size.
        counts.append(sum(query["sql"].startswith("SELECT") for query in queries))
    assert counts[0] == counts[1]


def test_test_people_and_erased_ones_are_not_considered(
    person: Make, program: Ask, noon: datetime
) -> None:
    program(kind="relationship", every_days=90)
    person(1, test=True)
    person(2, status="erased")
    decide("w")
    assert not Decision.objects.exists()


def test_a_daily_cap_counts_what_is_planned_already(
    person: Make, program: Ask, happened: Happen, noon: datetime
) -> None:
    program(daily_cap=3)
    for number in range(5):
        happened(person(number))
    decide("w")
    for number in range(5, 8):
        happened(person(number))
    again(noon + timedelta(minutes=1))
    assert Invitation.objects.count() == 3
    assert sorted(reasons().values()) == ["asked"] * 3 + ["cap"] * 5
    again(noon + timedelta(days=1))
    assert Invitation.objects.count() == 6


def test_two_workers_never_decide_at_once(program: Ask, noon: datetime) -> None:
    program(name="one")
    program(SurveyRow.objects.get(), name="two")
    Program.objects.filter(name="two").update(decide_at=noon + timedelta(hours=1))
    assert [row.name for row in take("a")] == ["one"]
    Program.objects.filter(name="two").update(decide_at=noon)
    assert take("b") == []


def test_a_survey_that_is_not_published_asks_nobody(
    person: Make, program: Ask, happened: Happen, noon: datetime
) -> None:
    program()
    SurveyRow.objects.update(current=None)
    happened(person())
    decide("w")
    assert not Decision.objects.exists()
    assert Program.objects.get().claimed_by == ""


def test_an_accounts_limit_holds_over_rounds(
    person: Make, program: Ask, happened: Happen, noon: datetime
) -> None:
    Company.objects.update(budget={"days": 30, "account": {"askings": 2, "days": 30}})
    program()
    for number in range(4):
        happened(person(number, account="acme"))
        again(noon + timedelta(minutes=number))
    assert Invitation.objects.count() == 2
    assert sorted(reasons().values()) == ["account_limit"] * 2 + ["asked"] * 2
