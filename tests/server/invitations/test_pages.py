"""Invitations found among many, one with its messages, closed by hand; and why somebody is not asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost import clock
from milepost.server.actions.events import happened
from milepost.server.models import Audit, Decision, Invitation, Message, Person, Survey
from milepost.server.queries.paging import PAGE
from tests.server.programs.conftest import (
    HOSTILE,
    Answer,
    Invite,
    MakeProgram,
    Publish,
    after,
    people,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("manager")


def _shown(client: Client, query: str = "") -> set[str]:
    page = client.get(f"/invitations?{query}")
    assert page.status_code == 200
    return {each.touchpoint for each in page.context["listed"].rows}


def test_each_filter_shows_what_it_says(
    client: Client, publish: Publish, make_program: MakeProgram, invite: Invite, ada: Person
) -> None:
    survey, other = publish(), publish(name="csat", title="C", type="csat")
    program = make_program(survey)
    ago = clock.now() - timedelta(days=10)
    invite(ada, survey, touchpoint="a", program=program)
    bob = Person.objects.create(email="bob@example.com", name="Bob")
    invite(bob, other, touchpoint="b", state="planned", sent_at=None)
    failed = invite(bob, survey, touchpoint="c", state="closed", due_at=ago, channel="link")
    Message.objects.create(invitation=failed, state="failed", due_at=ago)
    invite(bob, survey, touchpoint="t", test=True)
    assert _shown(client) == {"a", "b", "c"}
    assert _shown(client, "program=care") == {"a"}
    assert _shown(client, "survey=csat") == {"b"}
    assert _shown(client, "state=planned") == {"b"}
    assert _shown(client, "state=failed") == {"c"}
    assert _shown(client, "channel=link") == {"c"}
    assert _shown(client, "q=lovelace") == {"a"}
    assert _shown(client, "q=bob@ex") == {"b", "c"}
    assert _shown(client, "q=nobody") == set()
    day = (clock.now() - timedelta(days=5)).date()
    assert _shown(client, f"last={day}") == {"c"}
    assert _shown(client, f"first={day}") == {"a", "b"}
    assert _shown(client, "test=on") == {"t"}
    assert _shown(client, "state=odd&first=x") == {"a", "b", "c"}


def test_pages_hold_every_invitation_once_the_latest_due_first(
    client: Client, survey: Survey, invite: Invite
) -> None:
    at = clock.now()
    for number, person in enumerate(people(2 * PAGE + 9)):
        # Many are due at the same moment.
        invite(person, survey, due_at=at - timedelta(hours=number % 4))
    found: list[Invitation] = []
    before = ""
    for _ in range(3):
        listed = client.get(f"/invitations?before={quote(before)}").context["listed"]
        found += listed.rows
        before = listed.after or ""
    assert before == ""
    assert len({each.pk for each in found}) == len(found) == 2 * PAGE + 9
    assert [each.due_at for each in found] == sorted((e.due_at for e in found), reverse=True)


@pytest.mark.parametrize("before", ["x", "~", "2026-01-01T00:00~5", "2026-01-01T00:00+00:00~x", "a~" + "9" * 40])  # fmt: skip
def test_a_page_that_is_none_is_the_first(
    client: Client, survey: Survey, invite: Invite, ada: Person, before: str
) -> None:
    invite(ada, survey, touchpoint="a")
    assert _shown(client, f"before={quote(before)}") == {"a"}


@pytest.mark.parametrize("path", ["/invitations", "/invitations?q=person&state=sent"])
def test_a_hundred_take_no_more_queries_than_one(
    client: Client, survey: Survey, make_program: MakeProgram, invite: Invite, path: str
) -> None:
    program, everybody = make_program(survey), people(100)
    invite(everybody[0], survey, program=program)
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    for person in everybody[1:]:
        invite(person, survey, program=program)
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) == len(one)


def test_one_invitation_tells_its_messages_its_event_and_its_answer(
    client: Client, survey: Survey, invite: Invite, answer: Answer, ada: Person
) -> None:
    event, _ = happened("delivered", ada, key="o-1", details={"store": "Nord"})
    found = invite(ada, survey, event=event, attributes=event.details)
    error = "451 4.7.1 try again later"
    Message.objects.create(invitation=found, tries=3, due_at=clock.now(), error=error)
    page = client.get(f"/invitations/{found.key}").content.decode()
    for words in ("delivered", "o-1", "Nord", error, '<td class="num">3</td>', "None so far"):
        assert words in page
    given = answer(survey, ada, invitation=found, score=4)
    page = client.get(f"/invitations/{found.key}").content.decode()
    assert f"/responses/{given.key}" in page


def test_an_anonymous_answer_is_not_led_to(
    client: Client, survey: Survey, invite: Invite, answer: Answer, ada: Person
) -> None:
    found = invite(ada, survey, state="answered")
    given = answer(survey)
    page = client.get(f"/invitations/{found.key}").content.decode()
    assert "the survey is anonymous" in page
    assert str(given.key) not in page


def test_closing_by_hand_withdraws_what_waits_and_is_audited_once(
    client: Client, survey: Survey, invite: Invite, ada: Person
) -> None:
    found = invite(ada, survey)
    Message.objects.create(invitation=found, state="sent", due_at=clock.now())
    reminder = Message.objects.create(invitation=found, ordinal=2, due_at=clock.now())
    assert client.get(f"/invitations/{found.key}/close").status_code == 405
    for _ in range(2):
        said = client.post(f"/invitations/{found.key}/close", follow=True)
    found.refresh_from_db()
    reminder.refresh_from_db()
    assert (found.state, found.closed_because) == ("closed", "by hand")
    assert reminder.state == "cancelled"
    assert "This invitation is closed already." in said.content.decode()
    assert Audit.objects.filter(verb="close_invitation").count() == 1


def test_an_answered_invitation_is_not_closed(
    client: Client, survey: Survey, invite: Invite, ada: Person
) -> None:
    found = invite(ada, survey, state="answered")
    client.post(f"/invitations/{found.key}/close")
    found.refresh_from_db()
    assert found.state == "answered"


def test_why_not_tells_every_program_of_one_person(
    client: Client, survey: Survey, make_program: MakeProgram, ada: Person
) -> None:
    relationship = make_program(survey)
    make_program(survey, after(), name="delivery", title="After delivery")
    make_program(survey, name="old", title="Old", active=False)
    Decision.objects.create(
        program=relationship, person=ada, asked=False, reason="throttled", since=clock.now(),
        detail={"by": "delivery", "since": "2026-11-01T09:00:00+00:00"},
    )  # fmt: skip
    page = client.get("/invitations/why?q=Lovelace", follow=True).content.decode()
    assert "was asked by delivery, 2026-11-01 10:00" in page
    assert "its event did not happen" in page
    assert "the program is paused" in page


def test_a_search_that_fits_several_lets_one_choose(client: Client, company: Any) -> None:
    people(3)
    page = client.get("/invitations/why?q=person").content.decode()
    assert page.count("/invitations/why/") == 3
    assert "Nobody is found" in client.get("/invitations/why?q=zzz").content.decode()


def test_hostile_words_are_shown_as_text(
    client: Client, publish: Publish, make_program: MakeProgram, invite: Invite, ada: Person
) -> None:
    survey = publish(title=HOSTILE)
    ada.name = HOSTILE
    ada.save()
    program = make_program(survey, title=HOSTILE)
    event, _ = happened(HOSTILE[:60], ada, key=HOSTILE, details={HOSTILE: HOSTILE})
    found = invite(
        ada, survey, program=program, event=event, attributes=event.details, touchpoint=HOSTILE
    )
    Message.objects.create(invitation=found, state="failed", due_at=clock.now(), error=HOSTILE)
    Decision.objects.create(
        program=program, person=ada, asked=False, reason="held", since=clock.now(),
        detail={"by": HOSTILE},
    )  # fmt: skip
    for path in ("", f"?q={HOSTILE}", f"/{found.key}", f"/why?q={HOSTILE[:4]}", f"/why/{ada.key}"):
        page = client.get(f"/invitations{path}").content.decode()
        assert "<script>" not in page
        if "q=" not in path:
            assert "&lt;script&gt;" in page


def test_an_analyst_looks_and_closes_nothing(
    signed_in: Callable[[str], Client], survey: Survey, invite: Invite, ada: Person
) -> None:
    found = invite(ada, survey)
    client = signed_in("analyst")
    assert "Close it" not in client.get(f"/invitations/{found.key}").content.decode()
    assert client.post(f"/invitations/{found.key}/close").status_code == 403
