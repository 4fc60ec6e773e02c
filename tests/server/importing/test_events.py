"""Events from files and one by one: tied to their people, once each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from milepost import clock
from milepost.server.actions.events import happened
from milepost.server.importing.account import OTHERS
from milepost.server.importing.running import rehearse
from milepost.server.importing.taking import AHEAD, UNKNOWN
from milepost.server.models import Event, Person

from .conftest import Runs, counts_of

HEAD = "customer id,email,event,at,order id,touchpoint,channel,store\n"
AT = datetime(2026, 5, 31, 12, 30, tzinfo=UTC)


@pytest.fixture
def bo(db: None) -> Person:
    return Person.objects.create(external_id="k1", email="bo@example.com")


def test_an_event_is_kept_with_its_details_and_moves_the_last_contact(
    runs: Runs, bo: Person
) -> None:
    job = runs(HEAD + "k1,,delivered,2026-05-31T14:30,o1,delivery,phone,Aarhus\n", kind="events")
    event = Event.objects.get()
    assert (event.person, event.name, event.key, event.touchpoint) == (
        bo,
        "delivered",
        "o1",
        "delivery",
    )
    assert (event.at, event.details) == (AT, {"store": "Aarhus"})
    bo.refresh_from_db()
    assert bo.last_contact_at == AT
    assert counts_of(job) == {"new": 1}


def test_an_event_without_a_channel_is_no_contact(runs: Runs, bo: Person) -> None:
    runs(HEAD + "k1,,delivered,2026-05-31,o1,,,\n", kind="events")
    bo.refresh_from_db()
    assert bo.last_contact_at is None


@pytest.mark.parametrize("key", ["o1", ""])
def test_the_same_event_again_is_the_same_event(runs: Runs, bo: Person, key: str) -> None:
    line = f"k1,,delivered,2026-05-31,{key},,,\n"
    assert counts_of(runs(HEAD + line + line, kind="events")) == {"new": 1, "known": 1}
    assert counts_of(runs(HEAD + line, kind="events")) == {"known": 1}
    assert Event.objects.count() == 1


def test_an_earlier_contact_does_not_move_the_last_one_back(runs: Runs, bo: Person) -> None:
    Person.objects.update(last_contact_at=AT + timedelta(days=1))
    runs(HEAD + "k1,,call,2026-05-31T14:30,c1,,phone,\n", kind="events")
    bo.refresh_from_db()
    assert bo.last_contact_at == AT + timedelta(days=1)


def test_events_of_nobody_known_are_refused_or_make_the_person(runs: Runs, bo: Person) -> None:
    content = HEAD + "k9,,delivered,2026-05-31,o1,,,\n,new@example.com,delivered,2026-05-31,o2,,,\n"
    job = runs(content, kind="events")
    assert job.counts["reasons"] == {UNKNOWN: 2}
    again = runs(content, kind="events", create=True)
    assert counts_of(again) == {"new": 1, "created": 1, "rejected": 1}
    assert Event.objects.get().person == Person.objects.get(email="new@example.com")


def test_what_lies_ahead_or_has_no_time_is_refused(runs: Runs, bo: Person) -> None:
    ahead = (clock.now() + timedelta(days=3)).isoformat()
    job = runs(
        HEAD + f"k1,,delivered,{ahead},o1,,,\nk1,,delivered,,o2,,,\nk1,,delivered,soon,o3,,,\n",
        kind="events",
    )
    assert counts_of(job) == {"rejected": 3}
    assert job.counts["reasons"][AHEAD] == 1
    assert not Event.objects.exists()


def test_a_rehearsal_of_events_counts_as_the_import(runs: Runs, bo: Person) -> None:
    content = (
        HEAD
        + "".join(f"k1,,delivered,2026-05-31,o{n % 3},,,\n" for n in range(5))
        + "k2,,x,2026-05-31,,,,\n"
    )
    job = runs.receive(content, kind="events")
    told = rehearse(runs.own / job.path, runs.mapping(job))
    assert not Event.objects.exists()
    assert (
        dict(told.counts)
        == counts_of(runs(content, kind="events"))
        == {"new": 3, "known": 2, "rejected": 1}
    )


def test_one_event_with_a_key_happens_once(bo: Person) -> None:
    first, new = happened("delivered", bo, key="o1", channel="phone", details={"store": "Aarhus"})
    again, newer = happened("delivered", bo, key="o1", details={"store": "Odense"})
    assert (new, newer, first.pk) == (True, False, again.pk)
    assert again.details == {"store": "Aarhus"}
    bo.refresh_from_db()
    assert bo.last_contact_at == first.at


def test_events_without_a_key_are_each_their_own(bo: Person) -> None:
    assert happened("visit", bo)[1]
    assert happened("visit", bo)[1]
    assert Event.objects.count() == 2


PLAN = """
company: {name: Northwind, timezone: UTC}
journeys:
  - name: buy
    title: Buying
    touchpoints: [{name: delivery, title: Delivery}]
"""


@pytest.fixture
def plan() -> Iterator[None]:
    """A plan with one touchpoint."""
    path = Path(settings.FOLDER) / "milepost.yaml"
    path.write_text(PLAN)
    yield
    path.unlink()


def _at(*touchpoints: str) -> str:
    lines = [f"k1,,delivered,2026-05-31,o{n},{name},,\n" for n, name in enumerate(touchpoints)]
    return HEAD + "".join(lines)


@pytest.mark.usefixtures("plan")
def test_a_touchpoint_that_the_plan_does_not_know_is_kept_and_remarked(
    runs: Runs, bo: Person
) -> None:
    job = runs(_at("delivery", "delivry", "delivry", ""), kind="events")
    assert counts_of(job) == {"new": 4}
    assert job.counts["remarks"] == {
        "touchpoint 'delivry' is not in the plan; did you mean 'delivery'?": 2
    }
    assert Event.objects.filter(touchpoint="delivry").count() == 2


@pytest.mark.usefixtures("plan")
def test_a_file_with_a_touchpoint_a_record_does_not_fill_the_account(
    runs: Runs, bo: Person
) -> None:
    job = runs(_at(*(f"place {number}" for number in range(60))), kind="events")
    remarks = job.counts["remarks"]
    assert len(remarks) == 21
    assert sum(remarks.values()) == 60
    assert remarks[OTHERS] == 40


def test_without_a_plan_no_touchpoint_is_remarked(runs: Runs, bo: Person) -> None:
    assert runs(_at("anywhere"), kind="events").counts["remarks"] == {}
