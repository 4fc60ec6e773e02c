"""Invitations and people reach the engine: response rates with their denominators, customers by attribute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from milepost.server.actions.marking import mark
from milepost.server.actions.people import add, edit, mark_test
from milepost.server.models import Person, Program
from tests.server.facts.conftest import AT, MACHINE, Place

pytestmark = pytest.mark.django_db


def test_the_response_rate_is_of_the_invitations_sent(place: Place) -> None:
    survey, hidden = place.survey(), place.survey("hidden", anonymous=True)
    place.asked(survey, 9)
    place.asked(hidden, 2)
    place.asked(survey, 0, evidence=MACHINE)
    place.asked(survey, 9, test=True)
    place.invited(survey)
    assert place.measured("response_rate") == {(None,): (50.0, 4)}


def test_the_response_rate_has_places_and_attributes(place: Place) -> None:
    survey = place.survey()
    for country, answered in (("DK", True), ("DK", False), ("SE", False)):
        person = place.person(attributes={"country": country})
        if answered:
            place.asked(survey, 9, person=person)
        else:
            place.invited(survey, person=person)
    place.asked(survey, 9, touchpoint="delivery", attributes={"country": "NO"})
    assert place.measured("response_rate", by="country") == {
        (None, "DK"): (50.0, 2), (None, "SE"): (0.0, 1), (None, "NO"): (100.0, 1),
    }  # fmt: skip
    place.plan("\nprivacy", "\njourneys: [{name: buy, touchpoints: [{name: delivery}]}]\nprivacy")
    assert place.measured("response_rate", touchpoint="delivery") == {("delivery",): (100.0, 1)}


def test_an_invitation_tells_its_program_and_survey(place: Place) -> None:
    survey = place.survey()
    invitation = place.invited(survey, attributes={"program": "their own"}, delivered_at=AT)
    invitation.program = Program.objects.create(
        name="yearly", title="Y", survey=survey, document={}
    )
    invitation.save()
    (row,) = place.rows("invitations")
    told = ("survey", "program", "program_2", "delivered_at", "answered_at", "channel")
    assert tuple(row[name] for name in told) == (
        "recommend", "yearly", "their own", AT, None, "email"
    )  # fmt: skip


def test_an_anonymous_asking_says_that_it_was_answered_and_not_when(place: Place) -> None:
    place.asked(place.survey(anonymous=True), 9, at=AT + timedelta(days=3))
    (row,) = place.rows("invitations")
    assert row["answered_at"] == row["sent_at"] == AT


def test_people_are_customers_from_the_day_they_joined(place: Place) -> None:
    long_ago = datetime(2019, 3, 4, tzinfo=UTC)
    add({"external_id": "a", "joined_at": long_ago, "attributes": {"plan": "pro"}, "account": "I"})
    new = add({"email": "new@example.com"})
    add({"external_id": "test"}, test=True)
    gone = add({"external_id": "gone"})
    Person.objects.filter(pk=gone.pk).update(status="erased")

    found = {row["customer_id"]: row for row in place.rows("people")}
    assert found.keys() == {"a", f"person:{new.key}"}
    assert (found["a"]["joined_at"], found["a"]["plan"], found["a"]["account_id"]) == (
        long_ago, "pro", "I",
    )  # fmt: skip
    assert found[f"person:{new.key}"]["joined_at"] == new.created_at


def test_a_person_who_changes_is_a_customer_once(place: Place, member: Any) -> None:
    person = add({"external_id": "a", "joined_at": AT, "attributes": {"plan": "free"}})
    assert [row["plan"] for row in place.rows("people")] == ["free"]
    edit(person, {"attributes": {"plan": "pro"}})
    assert [row["plan"] for row in place.rows("people")] == ["pro"]
    mark_test(person, True, member("manager"))
    assert place.rows("people") == []


def test_a_person_who_joined_in_another_month_is_a_customer_once(place: Place) -> None:
    person = add({"external_id": "a", "joined_at": AT})
    assert len(place.rows("people")) == 1
    edit(person, {"joined_at": AT - timedelta(days=200)})
    assert [row["joined_at"] for row in place.rows("people")] == [AT - timedelta(days=200)]


def test_another_customer_id_is_on_what_was_asked_and_answered_before(place: Place) -> None:
    person = place.person(external_id=None, email="u@example.com")
    place.asked(place.survey(), 10, person=person)
    assert [row["customer_id"] for row in place.rows()] == [f"person:{person.key}"]
    edit(person, {"external_id": "c-9"})
    assert [row["customer_id"] for row in place.rows()] == ["c-9"]
    assert [row["customer_id"] for row in place.rows("invitations")] == ["c-9"]


def test_people_of_many_months_are_read_together(
    place: Place, django_assert_max_num_queries: Any
) -> None:
    months = [datetime(2020 + n // 12, 1 + n % 12, 28, 23, tzinfo=UTC) for n in range(72)]
    Person.objects.bulk_create(
        Person(external_id=f"{n}", joined_at=at) for n, at in enumerate(months)
    )
    for at in months:
        mark("customers", at.date())
    with django_assert_max_num_queries(22):
        place.refresh()
    assert {row["joined_at"] for row in place.rows("people")} == set(months)
