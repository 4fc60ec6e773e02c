"""Sending through a real mail server, whatever it answers."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from aiosmtpd.smtp import SMTP

from milepost import clock
from milepost.server.models import Company, Dirty, Event, Message, Person, Program, Survey
from milepost.server.posting import Unreachable
from milepost.server.worker.sending import send

from .conftest import Mailbox

pytestmark = pytest.mark.django_db

Due = Callable[..., Message]
Make = Callable[..., Person]


def _after(message: Message) -> Message:
    return Message.objects.select_related("invitation__person").get(pk=message.pk)


def test_a_mail_arrives_with_its_question_its_links_and_the_way_out(
    mailbox: Mailbox, person: Make, due: Due, noon: datetime
) -> None:
    message = due(person(name="Ada Lovelace"))
    token = message.invitation.token
    send("w")
    mail = mailbox.only()
    assert mailbox.addresses == ["person1@example.com"]
    assert mail["From"] == "Northwind <feedback@northwind.example>"
    assert mail["To"] == '"Ada Lovelace" <person1@example.com>' or "Ada Lovelace" in mail["To"]
    assert mail["Message-ID"] == f"<{message.key}@northwind.example>"
    assert mail["List-Unsubscribe"] == f"<http://127.0.0.1:8400/u/{token}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    markup = mail.get_body(("html",))
    text = mail.get_body(("plain",))
    assert markup is not None
    assert text is not None
    for part in (markup.get_content(), text.get_content()):
        scores = re.findall(rf"http://127\.0\.0\.1:8400/a/{token}\?v=(\d+)", part)
        assert scores == [str(score) for score in range(11)]
        assert f"/u/{token}" in part
        assert "Hello Ada" in part
        assert "{{" not in part
        assert "}}" not in part


def test_what_was_sent_is_recorded_everywhere_it_counts(
    mailbox: Mailbox, person: Make, due: Due, noon: datetime
) -> None:
    message = due(person())
    send("w")
    found = _after(message)
    assert (found.state, found.sent_at, found.claimed_by) == ("sent", noon, "")
    assert found.external_id == f"<{message.key}@northwind.example>"
    assert (found.invitation.state, found.invitation.sent_at) == ("sent", noon)
    assert found.invitation.person.last_asked_at == noon
    assert list(Dirty.objects.values_list("fact", "month")) == [("invitations", "2026-11")]


def test_a_test_leaves_no_trace_in_what_is_counted(
    mailbox: Mailbox, person: Make, due: Due, noon: datetime
) -> None:
    message = due(person(), test=True)
    send("w")
    assert len(mailbox.mails) == 1
    assert _after(message).invitation.person.last_asked_at is None
    assert not Dirty.objects.exists()


def test_the_subject_and_words_are_those_of_the_event_and_the_language(
    mailbox: Mailbox, person: Make, due: Due, publish: Callable[..., Survey],
    program: Callable[..., Program], noon: datetime,
) -> None:  # fmt: skip
    texts = {"en": {"subject": "How was {{ product | it }}?"}}
    survey = publish(texts=texts, locales=["en", "ar"], type="csat")
    made = program(survey)
    due(person(1), program=made, attributes={"product": "Grüner Tee"})
    due(person(2), program=made, locale="ar")
    send("w")
    first, second = sorted(mailbox.mails, key=lambda mail: str(mail["To"]))
    assert first["Subject"] == "How was Grüner Tee?"
    markup = second.get_body(("html",))
    assert markup is not None
    assert 'lang="ar" dir="rtl"' in markup.get_content()


def test_a_batch_goes_over_one_connection(
    mailbox: Mailbox, person: Make, due: Due, noon: datetime
) -> None:
    for number in range(45):
        due(person(number))
    send("w")
    assert len(set(mailbox.addresses)) == len(mailbox.addresses) == 45
    assert mailbox.sessions == 1


def test_a_deferred_mail_is_sent_later(
    mailbox: Mailbox, person: Make, due: Due, noon: datetime
) -> None:
    message = due(person())
    mailbox.on_recipient = lambda address: "451 4.7.1 greylisted, come again"
    send("w")
    found = _after(message)
    assert (found.state, found.tries, mailbox.mails) == ("waiting", 1, [])
    assert found.due_at == noon + timedelta(minutes=5)
    assert "greylisted" in found.error
    mailbox.on_recipient = lambda address: None
    send("w")
    assert mailbox.mails == []
    with clock.at(found.due_at):
        send("w")
    assert (_after(message).state, len(mailbox.mails)) == ("sent", 1)


def test_an_address_that_nobody_has_is_not_asked_again(
    mailbox: Mailbox, person: Make, due: Due, noon: datetime
) -> None:
    bad, good = due(person(1)), due(person(2))
    mailbox.on_recipient = lambda address: (
        "550 5.1.1 user unknown" if address.startswith("person1@") else None
    )
    send("w")
    found = _after(bad)
    assert (found.state, found.invitation.state, found.invitation.closed_because) == (
        "failed", "closed", "bounced",
    )  # fmt: skip
    assert found.invitation.person.status == "bounced"
    assert found.invitation.person.last_asked_at is None
    assert _after(good).state == "sent"


@pytest.mark.parametrize("where", ["recipient", "data"])
def test_a_refusal_by_policy_is_not_the_persons_fault(
    mailbox: Mailbox, person: Make, due: Due, noon: datetime, where: str
) -> None:
    message = due(person())
    said = "550 5.7.1 message rejected due to spam content"
    if where == "recipient":
        mailbox.on_recipient = lambda address: said
    else:
        mailbox.on_data = lambda server, address: said
    send("w")
    found = _after(message)
    assert (found.state, found.invitation.closed_because) == ("failed", "failed")
    assert "5.7.1" in found.error
    assert found.invitation.person.status == "active"


def test_a_connection_that_breaks_in_the_middle_loses_nothing(
    mailbox: Mailbox, person: Make, due: Due, noon: datetime
) -> None:
    messages = [due(person(number)) for number in range(5)]

    def hang_up(server: SMTP, address: str) -> str | None:
        if len(mailbox.mails) == 2:
            server.transport.close()  # type: ignore[union-attr]
        return None

    mailbox.on_data = hang_up
    with pytest.raises(Unreachable):
        send("w")
    states = [_after(message).state for message in messages]
    assert (states.count("sent"), states.count("waiting")) == (2, 3)
    mailbox.on_data = lambda server, address: None
    with clock.at(noon + timedelta(minutes=6)):
        send("w")
    assert {_after(message).state for message in messages} == {"sent"}
    assert {*mailbox.addresses} == {f"person{number}@example.com" for number in range(5)}


def test_a_server_that_hangs_is_left_and_asked_again(
    mailbox: Mailbox, person: Make, due: Due, noon: datetime, settings: object
) -> None:
    settings.EMAIL_TIMEOUT = 0.5  # type: ignore[attr-defined]
    messages = [due(person(number)) for number in range(3)]

    def hang(server: SMTP, address: str) -> str | None:
        time.sleep(1.5)
        return None

    mailbox.on_data = hang
    started = time.monotonic()
    with pytest.raises(Unreachable):
        send("w")
    assert time.monotonic() - started < 20
    assert [_after(message).state for message in messages] == ["waiting"] * 3
    assert [_after(message).tries for message in messages] == [1, 0, 0]


def test_an_absent_server_leaves_everything_waiting(
    person: Make, due: Due, noon: datetime, settings: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # type: ignore[attr-defined]
    message = due(person())
    with pytest.raises(Unreachable):
        send("w")
    found = _after(message)
    assert (found.state, found.tries, found.claimed_by) == ("waiting", 0, "")


@pytest.mark.parametrize("missing", ["sender", "switched off"])
def test_without_a_sender_or_switched_off_messages_wait(
    mailbox: Mailbox, person: Make, due: Due, noon: datetime, missing: str
) -> None:
    change = {"sender_address": ""} if missing == "sender" else {"sending": False}
    Company.objects.update(**change)
    message = due(person())
    send("w")
    assert (_after(message).state, mailbox.mails) == ("waiting", [])


def test_a_hostile_name_stays_text_and_makes_no_header(
    mailbox: Mailbox, person: Make, due: Due, noon: datetime
) -> None:
    due(person(name='Eve\r\nBcc: all@example.com <script>alert(1)</script> "}} {{ x'))
    send("w")
    mail = mailbox.only()
    assert mail["Bcc"] is None
    markup = mail.get_body(("html",))
    assert markup is not None
    assert "<script" not in markup.get_content()


def test_a_window_that_shut_while_nobody_worked_holds(
    mailbox: Mailbox, person: Make, due: Due, program: Callable[..., Program], noon: datetime
) -> None:
    message = due(person(time_zone="Europe/London"), program=program())
    with clock.at(noon.replace(hour=23)):
        send("w")
    found = _after(message)
    assert (found.state, mailbox.mails) == ("waiting", [])
    assert found.due_at == noon + timedelta(days=1)


def test_a_hold_that_came_after_planning_stops_the_mail_and_is_told(
    mailbox: Mailbox, person: Make, due: Due, program: Callable[..., Program],
    happened: Callable[..., Event], noon: datetime,
) -> None:  # fmt: skip
    holds = [{"event": "ticket_opened", "release": "ticket_closed", "days": 2}]
    ada = person()
    message = due(ada, program=program(holds=holds))
    happened(ada, "ticket_opened", key="T-1")
    send("w")
    found = _after(message)
    assert (found.state, found.invitation.state, found.invitation.closed_because) == (
        "cancelled", "closed", "held",
    )  # fmt: skip
    assert mailbox.mails == []
