"""Asking by hand, trying a survey out, and mails to colleagues."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from milepost import clock
from milepost.channels.errors import ChannelError
from milepost.server.actions.answers import Posted, keep
from milepost.server.actions.inviting import InviteError, invite, send_test
from milepost.server.actions.notices import letter, tell
from milepost.server.models import Company, Dirty, Invitation, Notice, Person, Response, Survey
from milepost.server.queries.asked import personal
from milepost.server.worker.noticing import tell as tell_colleagues
from milepost.server.worker.sending import send

from .conftest import Mailbox

pytestmark = pytest.mark.django_db

Make = Callable[..., Person]
Publish = Callable[..., Survey]


def test_a_person_is_asked_by_hand_and_then_left_alone_for_a_month(
    mailbox: Mailbox, person: Make, publish: Publish, noon: datetime
) -> None:
    ada, survey = person(), publish()
    invite(ada, survey, attributes={"order": "O-1"})
    send("w")
    assert mailbox.addresses == ["person1@example.com"]
    with pytest.raises(InviteError, match="2026-12-24 10:00"):
        invite(ada, survey)
    with clock.at(noon + timedelta(days=30)):
        invite(ada, survey)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": "unsubscribed"}, "unsubscribed"),
        ({"email": None}, "no e-mail address"),
        ({"consent": {"email": False}}, "not agreed"),
    ],
)
def test_who_may_not_be_asked_is_not_asked_by_hand_either(
    person: Make, publish: Publish, noon: datetime, fields: dict[str, object], why: str
) -> None:
    with pytest.raises(InviteError, match=why):
        invite(person(**fields), publish())
    assert not Invitation.objects.exists()


def test_a_draft_and_a_closed_survey_are_not_asked(
    person: Make, publish: Publish, noon: datetime
) -> None:
    survey = publish(closes_at="2026-11-01T00:00:00+00:00")
    with pytest.raises(InviteError, match="closed"):
        invite(person(), survey)
    survey.current = None
    with pytest.raises(InviteError, match="publish it first"):
        send_test(survey, "me@northwind.example")


@pytest.mark.parametrize("known", [False, True])
def test_a_test_reaches_the_mailbox_and_counts_nowhere(
    mailbox: Mailbox, person: Make, publish: Publish, noon: datetime, known: bool
) -> None:
    if known:
        person(email="me@northwind.example")
    invitation = send_test(publish(), "Me@Northwind.example")
    send("w")
    assert mailbox.addresses == ["me@northwind.example"]
    asked = personal(invitation.token)
    assert asked
    keep(asked, Posted(nonce="a-nonce", step="first", form={"score": "2"}))
    assert Response.objects.get().test
    assert not Dirty.objects.exists()
    assert not Notice.objects.exists()
    found = Person.objects.get()
    assert (found.test, found.last_asked_at) == (not known, None)


def test_what_is_no_address_gets_no_test(publish: Publish, noon: datetime) -> None:
    with pytest.raises(ChannelError):
        send_test(publish(), "me@@northwind")


def test_a_low_answer_is_told_as_it_stands_when_the_mail_goes(
    mailbox: Mailbox, person: Make, publish: Publish, noon: datetime,
    member: Callable[[str], object],
) -> None:  # fmt: skip
    member("manager")
    ada = person(name="Ada <b>Lovelace</b>", phone="+4512345678")
    invitation = invite(ada, publish(), attributes={"order": "O-1"}, touchpoint="delivery")
    send("w")
    asked = personal(invitation.token)
    assert asked
    keep(asked, Posted(nonce="n1", step="first", form={"score": "2"}))
    again = personal(invitation.token)
    assert again
    keep(again, Posted(nonce="n1", step="why", form={"why": "It came <late>.\nTwice."}))
    with clock.at(noon + timedelta(minutes=4)):
        tell_colleagues("w")
    mail = mailbox.mails[-1]
    assert mailbox.addresses[-1] == "manager@northwind.example"
    assert "gave 2" in mail["Subject"]
    body, markup = mail.get_body(("plain",)), mail.get_body(("html",))
    assert body is not None
    assert markup is not None
    for said in ("It came <late>.", "delivery", "O-1", "+4512345678", "person1@example.com"):
        assert said in body.get_content()
    assert "<b>Lovelace" not in markup.get_content()
    assert f"/responses/{Response.objects.get().key}" in body.get_content()
    assert mail["List-Unsubscribe"] is None


def test_a_letter_is_sent_once_and_its_link_forgotten(
    mailbox: Mailbox, company: object, noon: datetime
) -> None:
    content = letter("Set a password", lines=["Use it."], button=("Set", "http://localhost/x/tok"))
    tell("reset", to="ann@northwind.example", subject_key="reset:1", content=content)
    tell_colleagues("w")
    tell_colleagues("w")
    mail = mailbox.only()
    body = mail.get_body(("plain",))
    assert body is not None
    assert "http://localhost/x/tok" in body.get_content()
    found = Notice.objects.get()
    assert (found.state, found.content) == ("sent", {})


def test_a_letter_that_is_refused_for_now_goes_later(
    mailbox: Mailbox, company: object, noon: datetime
) -> None:
    tell("reset", to="ann@northwind.example", subject_key="r", content=letter("Hello", lines=["x"]))
    mailbox.on_recipient = lambda address: "451 4.7.1 later"
    tell_colleagues("w")
    assert Notice.objects.get().state == "waiting"
    mailbox.on_recipient = lambda address: None
    with clock.at(noon + timedelta(minutes=6)):
        tell_colleagues("w")
    assert Notice.objects.get().state == "sent"


def test_without_a_sender_a_test_is_refused_rather_than_promised(
    publish: Publish, noon: datetime
) -> None:
    survey = publish()
    Company.objects.update(sender_address="")
    with pytest.raises(InviteError, match="no sender's address"):
        send_test(survey, "me@northwind.example")
    assert not Invitation.objects.exists()
