"""What a change would do, told before it is made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from milepost import clock
from milepost.server.models import Decision, Event, Invitation, Person, Program
from milepost.server.queries import what_if
from milepost.server.queries.what_if import preview
from milepost.server.worker.deciding import decide

pytestmark = pytest.mark.django_db

Make = Callable[..., Person]
Ask = Callable[..., Program]
WEEKLY = {"kind": "relationship", "every_days": 7, "starts_on": "2026-11-23"}


def test_it_tells_what_then_happens(person: Make, program: Ask, noon: datetime) -> None:
    asking = program(**WEEKLY)
    Program.objects.update(active=False)
    for number in range(60):
        person(number)
    told = preview({**asking.document}, Program.objects.get())
    assert not Decision.objects.exists()
    Program.objects.update(active=True)
    for hour in range(0, 7 * 24, 12):
        now = noon + timedelta(hours=hour)
        Program.objects.update(decide_at=now)
        with clock.at(now):
            decide("w")
    local = (noon + timedelta(days=7)).date()
    happened = Invitation.objects.filter(due_at__date__lt=local).count()
    assert told.outcome.current.asked == 0
    assert told.outcome.proposed.asked == happened > 0
    assert (
        told.words
        == f"this would ask {happened} people in the next 7 days, {happened} more than now"
    )


@pytest.mark.parametrize(("hours", "asked"), [(1, 5), (40, 5), (20 * 24, 0)])
def test_what_waits_when_a_program_starts_is_told(
    person: Make,
    program: Ask,
    happened: Callable[..., Event],
    noon: datetime,
    hours: int,
    asked: int,
) -> None:
    asking = program()
    Program.objects.update(active=False)
    for number in range(5):
        happened(person(number), at=noon - timedelta(hours=hours))
    told = preview({**asking.document}, Program.objects.get())
    Program.objects.update(active=True, decide_at=noon)
    decide("w")
    assert told.outcome.current.asked == 0
    assert told.outcome.proposed.asked == Invitation.objects.count() == asked


def test_a_change_is_told_against_the_program_as_it_is(
    person: Make, program: Ask, happened: Callable[..., Event], noon: datetime
) -> None:
    asking = program()
    for number in range(8):
        country = "DK" if number < 3 else "SE"
        happened(person(number, attributes={"country": country}), at=noon - timedelta(days=2))
    Program.objects.update(decided_at=noon)
    danes = {"all": [{"attribute": "country", "equals": "DK"}]}
    told = preview({**asking.document, "segment": danes}, Program.objects.get())
    assert told.words == "this would ask 3 people in the next 7 days, 5 fewer than now"
    assert told.outcome.proposed.reasons == {"outside_segment": 5}


def test_of_very_many_people_a_part_is_looked_at_and_said_so(
    person: Make, program: Ask, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(what_if, "MOST", 50)
    asking = program(**WEEKLY)
    for number in range(200):
        person(number)
    told = preview({**asking.document, "every_days": 90}, Program.objects.get())
    assert (told.people, told.looked_at) == (200, 50)
    assert "from a look at 50 of 200 people" in told.words
    assert 150 <= told.outcome.current.asked <= 200
