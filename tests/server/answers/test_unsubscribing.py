"""Unsubscribing: by one click in the mail program, by a button, never by a fetch; and back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from milepost import clock
from milepost.server.actions.subscribing import stop
from milepost.server.models import Audit, Invitation, Message, Person
from tests.server.answers.conftest import Invite, Publish, Visitor

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def visitor(publish: Publish, invite: Invite) -> Visitor:
    """Ada at the address for unsubscribing, a minute after the mail."""
    at = clock.now() - timedelta(minutes=1)
    invitation = invite(publish(), sent_at=at)
    Message.objects.create(invitation=invitation, due_at=at, state="sent", sent_at=at)
    Message.objects.create(invitation=invitation, ordinal=2, due_at=at + timedelta(7))
    return Visitor(f"/u/{invitation.token}")


def status() -> str:
    return Person.objects.get().status


def test_one_click_needs_no_cookie_and_no_page(visitor: Visitor) -> None:
    # As a mail program sends it: RFC 8058, section 3.2.
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = client.post(
            visitor.path, "List-Unsubscribe=One-Click",
            content_type="application/x-www-form-urlencoded",
        )  # fmt: skip
        assert answer.status_code == 200

    assert status() == "unsubscribed"
    assert Message.objects.get(ordinal=2).state == "cancelled"
    assert not answer.cookies


def test_one_click_may_come_as_a_form_with_parts(visitor: Visitor) -> None:
    # The RFC allows multipart/form-data as well.
    assert Client(enforce_csrf_checks=True).post(visitor.path, ONE_CLICK).status_code == 200
    assert status() == "unsubscribed"


def test_a_fetch_changes_nothing(visitor: Visitor) -> None:
    assert "Unsubscribe" in visitor.see()
    visitor.client.head(visitor.path)
    visitor.client.get(visitor.path + "?List-Unsubscribe=One-Click")

    assert status() == "active"


def test_the_button_unsubscribes_and_the_next_one_brings_back(visitor: Visitor) -> None:
    visitor.send()
    assert status() == "unsubscribed"
    visitor.see()
    visitor.send(undo="1")

    assert status() == "active"
    assert [line.verb for line in Audit.objects.order_by("id")] == ["unsubscribed", "resubscribed"]


@pytest.mark.parametrize("fields", [{}, {"undo": "1"}, {"nonce": "x"}])
def test_a_form_that_is_not_of_our_page_changes_nothing(
    visitor: Visitor, fields: dict[str, str]
) -> None:
    before = "unsubscribed" if "undo" in fields else "active"
    if before == "unsubscribed":
        visitor.client.post(visitor.path, ONE_CLICK)

    answer = visitor.client.post(visitor.path, fields)
    assert answer.status_code == 200
    assert status() == before


def test_a_machine_that_presses_the_button_changes_nothing(visitor: Visitor) -> None:
    visitor.see()
    visitor.send(evidence="p0k0")
    assert status() == "active"
    # Another time, with the press of a person.
    visitor.see()
    visitor.send(evidence="p2k0")
    assert status() == "unsubscribed"


def test_a_button_pressed_seconds_after_the_mail_is_to_be_pressed_once_more(
    visitor: Visitor,
) -> None:
    Message.objects.filter(ordinal=1).update(sent_at=clock.now())
    visitor.see()
    assert "Unsubscribe" in visitor.send().content.decode()
    assert status() == "active"
    with clock.at(clock.now() + timedelta(seconds=11)):
        visitor.send()
    assert status() == "unsubscribed"


@pytest.mark.parametrize("undo", [{}, {"undo": "1"}])
def test_a_complaint_stays(visitor: Visitor, undo: dict[str, str]) -> None:
    stop(Person.objects.get(), "complained", "reported as spam")

    assert 'name="undo"' not in visitor.see()
    visitor.send(**undo)
    visitor.client.post(visitor.path, ONE_CLICK)
    assert status() == "complained"


def test_who_unsubscribed_may_still_answer_what_was_asked(visitor: Visitor) -> None:
    visitor.client.post(visitor.path, ONE_CLICK)

    guest = Visitor(visitor.path.replace("/u/", "/a/"))
    assert guest.send(score="2").status_code == 302
    assert Invitation.objects.get().state == "answered"
    assert status() == "unsubscribed"


def test_the_links_of_an_erased_person_lead_nowhere(visitor: Visitor) -> None:
    Person.objects.update(status="erased")

    for letter in "au":
        path = visitor.path.replace("/u/", f"/{letter}/")
        assert visitor.client.get(path).status_code == 404
        assert visitor.client.post(path, ONE_CLICK).status_code == 404
    assert status() == "erased"
