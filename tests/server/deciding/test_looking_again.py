"""A round that looks at few decides as one that looks at everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost import clock
from milepost.programs.deciding.decision import Decision as Made
from milepost.server.actions import closing, delivery, events, subscribing
from milepost.server.actions import people as acting
from milepost.server.actions.decisions import _earlier
from milepost.server.models import Company, Decision, Event, Invitation, Message, Person, Program
from milepost.server.queries.candidates import concerned
from milepost.server.queries.rules import program_of
from milepost.server.worker.deciding import decide
from tests.server.sending.conftest import NOON

pytestmark = pytest.mark.django_db

Make = Callable[..., Person]
Ask = Callable[..., Program]


def leave(person: Person) -> None:
    subscribing.stop(person, "unsubscribed", "by link")


def come_back(person: Person) -> None:
    subscribing.resume(person, "asked us to")


def move(person: Person) -> None:
    acting.edit(person, {"attributes": {"country": "SE"}})


def move_back(person: Person) -> None:
    acting.edit(person, {"attributes": {"country": "DK"}})


def object_to_mail(person: Person) -> None:
    acting.edit(person, {"consent": {"email": False}})


def lose_address(person: Person) -> None:
    acting.edit(person, {"email": None})


def complain_of_something(person: Person) -> None:
    events.happened("opened", person, channel="phone")


def be_content(person: Person) -> None:
    events.happened("closed", person)


def close_what_is_planned(person: Person) -> None:
    for row in Invitation.objects.filter(person=person, state="planned"):
        closing.close(row, by=None)


def be_sent(person: Person) -> None:
    for message in Message.objects.filter(invitation__person=person, state="waiting", ordinal=1):
        delivery.sent([delivery.Sent(message, "", clock.now())])


def come_back_hard(person: Person) -> None:
    for message in Message.objects.filter(invitation__person=person, ordinal=1)[:1]:
        delivery.bounced(message, hard=True, reason="nobody")


HAPPENS = (
    leave, come_back, move, move_back, object_to_mail, lose_address, complain_of_something,
    be_content, close_what_is_planned, be_sent, come_back_hard,
)  # fmt: skip


def told() -> dict[int, tuple[object, ...]]:
    """What stands of each person. Whether one waits for the turn or, once it is due, for the hours
    is the same: nobody looks again only for the word."""
    rows = Decision.objects.values_list("person_id", "reason", "until", "detail")
    return {
        person: ("waits" if reason in ("not_due", "window") else reason, until, detail)
        for person, reason, until, detail in rows
    }


def again(at: datetime, *, everybody: bool = False) -> None:
    Program.objects.update(decide_at=at, **({"decided_by": ""} if everybody else {}))
    with clock.at(at):
        decide("w")


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.integers(0, 11), st.sampled_from(HAPPENS), st.integers(1, 60)), max_size=8
    )
)
def test_looking_at_few_comes_out_as_looking_at_everybody(
    person: Make, program: Ask, steps: list[tuple[int, Callable[[Person], None], int]]
) -> None:
    for table in (Message, Invitation, Decision, Event, Person):
        table.objects.all().delete()
    at = NOON
    with clock.at(at - timedelta(days=2)):
        people = [
            person(number, last_asked_at=at - timedelta(days=8 * number) if number % 2 else None,
                   attributes={"country": "DK"})
            for number in range(12)
        ]  # fmt: skip
    with clock.at(at):
        if not Program.objects.exists():
            program(
                kind="relationship", every_days=90, starts_on="2026-11-23",
                segment={"all": [{"attribute": "country", "equals": "DK"}]},
                holds=[{"event": "opened", "release": "closed", "days": 2}],
            )  # fmt: skip
    again(at, everybody=True)
    for number, happens, hours in steps:
        at += timedelta(hours=hours)
        with clock.at(at):
            happens(Person.objects.get(pk=people[number].pk))
        again(at + timedelta(minutes=1))
    at += timedelta(hours=1)
    again(at)
    few = told()
    again(at, everybody=True)
    assert few == told()


@pytest.mark.parametrize(
    "change",
    [
        lambda: Program.objects.update(document={**Program.objects.get().document, "every_days": 50}),
        lambda: Company.objects.update(budget={"days": 60}),
        lambda: Company.objects.update(time_zone="Asia/Tokyo"),
    ],
)  # fmt: skip
def test_another_rule_looks_at_everybody(
    person: Make, program: Ask, noon: datetime, change: Callable[[], object]
) -> None:
    program(kind="relationship", every_days=90)
    with clock.at(noon - timedelta(days=1)):
        for number in range(20):
            person(number, last_asked_at=noon - timedelta(days=40))
    decide("w")
    row = Program.objects.get()
    assert not concerned(row, program_of(row), noon + timedelta(hours=1))
    Decision.objects.update(reason="unsubscribed")
    change()
    again(noon + timedelta(hours=1))
    assert {reason for _, (reason, *_) in told().items()} == {"waits"}


@pytest.mark.sqlite
def test_what_was_decided_before_is_found_by_its_index(
    person: Make, program: Ask, noon: datetime
) -> None:
    row = program(kind="relationship", every_days=90)
    person(1)
    with connection.execute_wrapper(_explained):
        _earlier(row, [Made(1, row.name, "not_due")])


def _explained(execute, text, values, many, context):  # type: ignore[no-untyped-def]
    found = context["connection"].connection.execute(
        "EXPLAIN QUERY PLAN " + text.replace("%s", "?"), values
    )
    assert "decision_person" in str(found.fetchall())
    return execute(text, values, many, context)
