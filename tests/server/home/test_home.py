"""The first page: the first steps until they are done, and what waits, for who may do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from milepost import clock
from milepost.server.models import Beat, Company, Message, Person
from tests.server.programs.conftest import Answer, Invite, MakeProgram, Publish, days_ago

pytestmark = pytest.mark.django_db
STEPS = ("Set the sender", "Make and publish a survey", "Import the people", "Make a program")


def _beat(ago: int = 0) -> None:
    Beat.objects.create(worker="w", host="h", at=clock.now() - timedelta(seconds=ago))


def test_an_empty_server_tells_the_first_steps_and_where_they_are_done(
    signed_in: Callable[[str], Client],
) -> None:
    Company.objects.update(sender_address="")
    page = signed_in("administrator").get("/").content.decode()
    assert all(words in page for words in STEPS)
    for link in ("/settings", "/surveys", "/people/imports", "/programs"):
        assert f'class="button" href="{link}"' in page
    assert page.count(">to do<") == 4


def test_steps_that_take_another_right_have_no_button(signed_in: Callable[[str], Client]) -> None:
    page = signed_in("responder").get("/").content.decode()
    assert 'class="button" href="/settings"' not in page
    assert "A colleague with that right does this." in page


def test_the_steps_go_when_they_are_done(
    signed_in: Callable[[str], Client], publish: Publish, make_program: MakeProgram, ada: Person
) -> None:
    client = signed_in("manager")
    make_program(publish())
    assert "First steps" not in client.get("/").content.decode()
    Person.objects.update(test=True)
    assert "Import the people" in client.get("/").content.decode()


def test_a_server_in_order_has_nothing_that_waits(signed_in: Callable[[str], Client]) -> None:
    _beat()
    assert "Nothing: every low answer" in signed_in("manager").get("/").content.decode()


@pytest.mark.parametrize(("ago", "running"), [(10, True), (119, True), (121, False)])
def test_a_worker_that_does_not_beat_is_told(
    signed_in: Callable[[str], Client], ago: int, running: bool
) -> None:
    _beat(ago)
    page = signed_in("manager").get("/").content.decode()
    assert ("No worker is running" in page) is not running


@pytest.mark.parametrize(("minutes", "told"), [(9, ""), (11, "due for 11 minutes"), (180, "due for 3 hours")])  # fmt: skip
def test_mail_that_does_not_go_is_told(
    signed_in: Callable[[str], Client],
    publish: Publish,
    invite: Invite,
    ada: Person,
    minutes: int,
    told: str,
) -> None:
    due = clock.now() - timedelta(minutes=minutes)
    Message.objects.create(invitation=invite(ada, publish()), due_at=due)
    client = signed_in("manager")
    words = [each.words for each in client.get("/").context["waiting"] if "due for" in each.words]
    assert len(words) == bool(told)
    assert told in "".join(words)
    Company.objects.update(sending=False)
    assert not any("due for" in each.words for each in client.get("/").context["waiting"])


def test_low_answers_of_the_week_wait_until_somebody_got_in_touch(
    signed_in: Callable[[str], Client], publish: Publish, answer: Answer, ada: Person
) -> None:
    survey, client = publish(), signed_in("responder")
    found = [answer(survey, ada, score=score) for score in (0, 6, 7)]
    answer(survey, ada, score=1, day=days_ago(9))
    answer(survey, ada, score=1, quarantined=True)
    answer(survey, ada, score=1, test=True)
    answer(survey, score=1)
    page = client.get("/")
    told = next(each for each in page.context["waiting"] if "low" in each.words)
    assert told.words.startswith("2 answers of the last week")
    shown = client.get(f"/responses?{told.query}").context["listed"].rows
    assert {each.pk for each in shown} == {found[0].pk, found[1].pk}
    for each in found[:2]:
        client.post(f"/responses/{each.key}/contact")
    assert not any("low" in each.words for each in client.get("/").context["waiting"])


def test_failures_and_the_quarantine_are_counted_for_who_may_look(
    signed_in: Callable[[str], Client],
    publish: Publish,
    answer: Answer,
    invite: Invite,
    ada: Person,
) -> None:
    survey = publish()
    for _ in range(2):
        answer(survey, ada, quarantined=True)
    old = clock.now() - timedelta(days=8)
    for at in (clock.now(), old):
        Message.objects.create(invitation=invite(ada, survey), state="failed", due_at=at)
    page = signed_in("analyst").get("/").content.decode()
    assert "2 answers quarantined" in page
    assert "1 message of the last week failed" in page
    responder = signed_in("responder").get("/").content.decode()
    assert "quarantined" not in responder
    assert "failed" not in responder.split("<main")[1]


def test_switched_off_sending_is_told_to_who_can_switch_it(
    signed_in: Callable[[str], Client],
) -> None:
    Company.objects.update(sending=False)
    assert "Sending is switched off" in signed_in("administrator").get("/").content.decode()
