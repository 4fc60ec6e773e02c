"""What stops a mail that was planned, and its reminder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milepost import clock
from milepost.server.actions import delivery
from milepost.server.actions.answers import Posted, keep
from milepost.server.actions.subscribing import resume, stop
from milepost.server.models import Invitation, Message, Person, Program
from milepost.server.queries.asked import personal
from milepost.server.worker.sending import send

from .conftest import NOON, Mailbox

pytestmark = pytest.mark.django_db

Due = Callable[..., Message]


def answer(invitation: Invitation) -> None:
    asked = personal(invitation.token)
    assert asked
    keep(asked, Posted(nonce=invitation.token, step="first", form={"score": "9"}))


def bounce(invitation: Invitation) -> None:
    delivery.bounced(invitation.messages.get(ordinal=1), hard=False, reason="mailbox full")


def leave(invitation: Invitation) -> None:
    stop(invitation.person, "unsubscribed", "one click")


def leave_and_return(invitation: Invitation) -> None:
    stop(invitation.person, "unsubscribed", "one click")
    resume(invitation.person, "undone")


def complain(invitation: Invitation) -> None:
    delivery.complained(invitation.messages.get(ordinal=1))


def object_to(invitation: Invitation) -> None:
    Person.objects.filter(pk=invitation.person_id).update(consent={"email": False})


def be_asked_again(invitation: Invitation) -> None:
    now = clock.now()
    Invitation.objects.create(
        survey=invitation.survey, version=invitation.version, person=invitation.person,
        state="sent", due_at=now, sent_at=now,
    )  # fmt: skip


def nothing(invitation: Invitation) -> None:
    pass


STOPS = (answer, bounce, leave, complain, object_to, be_asked_again)


def run_until(day: int) -> None:
    for hour in range(24 * day):
        with clock.at(NOON + timedelta(hours=hour)):
            send("w")


def test_who_does_not_answer_is_reminded_once_after_a_week(
    mailbox: Mailbox, person: Callable[..., Person], due: Due, program: Callable[..., Program],
    noon: datetime,
) -> None:  # fmt: skip
    message = due(person(), program=program())
    send("w")
    reminder = message.invitation.messages.get(ordinal=2)
    assert (reminder.state, reminder.due_at) == ("waiting", noon + timedelta(days=7))
    with clock.at(noon + timedelta(days=7)):
        send("w")
    with clock.at(noon + timedelta(days=30)):
        send("w")
    first, second = mailbox.mails
    assert second["Subject"] == f"A short reminder: {first['Subject']}"
    assert second["Message-ID"] == f"<{reminder.key}@northwind.example>"
    body = second.get_body(("plain",))
    assert body is not None
    assert "We will not remind you again." in body.get_content()
    assert message.invitation.messages.count() == 2


def test_a_reminder_is_no_asking(
    mailbox: Mailbox, person: Callable[..., Person], due: Due, program: Callable[..., Program],
    noon: datetime,
) -> None:  # fmt: skip
    ada = person()
    due(ada, program=program())
    send("w")
    with clock.at(noon + timedelta(days=7)):
        send("w")
    ada.refresh_from_db()
    assert len(mailbox.mails) == 2
    assert ada.last_asked_at == noon


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(
    stops=st.lists(st.sampled_from((*STOPS, nothing)), min_size=1, max_size=6),
    hours=st.integers(1, 6 * 24),
)
def test_nobody_who_answered_left_or_came_back_is_reminded(
    mailbox: Mailbox, person: Callable[..., Person], due: Due, program: Callable[..., Program],
    stops: list[Callable[[Invitation], None]], hours: int,
) -> None:  # fmt: skip
    mailbox.mails.clear()
    mailbox.to.clear()
    Message.objects.all().delete()
    Invitation.objects.all().delete()
    Person.objects.all().delete()
    with clock.at(NOON):
        asking = Program.objects.first() or program()
        messages = [due(person(number), program=asking) for number in range(len(stops))]
        send("w")
    with clock.at(NOON + timedelta(hours=hours)):
        for stopping, message in zip(stops, messages, strict=True):
            stopping(message.invitation)
    for day in (6, 7, 8, 14, 30):
        with clock.at(NOON + timedelta(days=day)):
            send("w")
    reminded = {address for address in mailbox.to if mailbox.to.count(address) > 1}
    expected = {
        f"person{number}@example.com" for number, each in enumerate(stops) if each is nothing
    }
    assert reminded == expected
    assert len(mailbox.to) == len(stops) + len(expected)


@pytest.mark.parametrize("stopping", [leave, complain, object_to])
def test_a_mail_that_was_planned_is_stopped_too(
    mailbox: Mailbox, person: Callable[..., Person], due: Due, program: Callable[..., Program],
    noon: datetime, stopping: Callable[[Invitation], Any],
) -> None:  # fmt: skip
    message = due(person(), program=program())
    stopping(message.invitation)
    send("w")
    assert mailbox.mails == []
    found = Invitation.objects.get(pk=message.invitation_id)
    assert found.state == "closed"


def test_a_closed_survey_asks_nobody(
    mailbox: Mailbox, person: Callable[..., Person], due: Due, noon: datetime
) -> None:
    message = due(person())
    survey = message.invitation.survey
    survey.archived = True
    survey.save()
    send("w")
    assert mailbox.mails == []
    assert Invitation.objects.get().closed_because == "survey closed"


def test_a_paused_programs_mails_wait_for_it_and_go_stale_in_the_end(
    mailbox: Mailbox, person: Callable[..., Person], due: Due, program: Callable[..., Program],
    noon: datetime,
) -> None:  # fmt: skip
    asking = program()
    message = due(person(), program=asking)
    Program.objects.update(active=False)
    send("w")
    assert Message.objects.get(pk=message.pk).state == "waiting"
    Program.objects.update(active=True)
    with clock.at(noon + timedelta(hours=2)):
        send("w")
    assert len(mailbox.mails) == 1


def test_five_invitations_in_a_row_that_came_back_for_now_are_for_good(
    mailbox: Mailbox, person: Callable[..., Person], due: Due, noon: datetime
) -> None:
    ada = person()
    for number in range(5):
        ada.refresh_from_db()
        assert ada.status == "active", number
        with clock.at(noon + timedelta(days=40 * number)):
            message = due(ada)
            send("w")
            message.refresh_from_db()
            delivery.bounced(message, hard=False, reason="mailbox full")
    ada.refresh_from_db()
    assert ada.status == "bounced"


def test_one_that_arrived_between_makes_the_count_begin_anew(
    mailbox: Mailbox, person: Callable[..., Person], due: Due, noon: datetime
) -> None:
    ada = person()
    for number, comes_back in enumerate((True, True, False, True, True)):
        with clock.at(noon + timedelta(days=40 * number)):
            message = due(ada)
            send("w")
            if comes_back:
                delivery.bounced(message, hard=False, reason="mailbox full")
    ada.refresh_from_db()
    assert ada.status == "active"
