"""Mails that came back: reports read from a mailbox, and what providers post."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from anymail.signals import AnymailTrackingEvent
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.test import RequestFactory

from milepost.server.bounces import mails_of, take, take_all
from milepost.server.models import Audit, Invitation, Message, Person
from milepost.server.public.webhooks import heard
from milepost.server.worker.sending import send

from .conftest import Mailbox

pytestmark = pytest.mark.django_db

Due = Callable[..., Message]
Make = Callable[..., Person]


def report(message_id: str, *, status: str, said: str, action: str = "failed") -> bytes:
    """A delivery report as RFC 3464 writes it."""
    return f"""From: MAILER-DAEMON@example.com
To: feedback@northwind.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; person1@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
To: person1@example.com
Subject: How was it?

--b--
""".encode()


@pytest.fixture
def went(mailbox: Mailbox, person: Make, due: Due, noon: datetime) -> Message:
    """A message that was sent."""
    message = due(person())
    send("w")
    message.refresh_from_db()
    return message


def found(message: Message) -> tuple[Invitation, Person]:
    invitation = Invitation.objects.select_related("person").get(pk=message.invitation_id)
    return invitation, invitation.person


def test_a_dead_address_is_found_by_the_message_id_and_asked_no_more(went: Message) -> None:
    raw = report(went.external_id, status="5.1.1", said="550 5.1.1 user unknown")
    assert take(raw) == "bounced"
    invitation, person = found(went)
    assert (person.status, invitation.state, invitation.closed_because) == (
        "bounced", "closed", "bounced",
    )  # fmt: skip
    assert take(raw) == "bounced"
    assert Audit.objects.filter(object_kind="person", verb="bounced").count() >= 1


def test_a_full_mailbox_stops_the_reminder_but_not_the_person(went: Message) -> None:
    raw = report(went.external_id, status="5.2.2", said="552 5.2.2 mailbox full")
    assert take(raw) == "soft"
    invitation, person = found(went)
    assert (person.status, invitation.closed_because) == ("active", "bounced")


def test_a_delay_changes_nothing(went: Message) -> None:
    raw = report(went.external_id, status="4.4.1", said="451 no answer", action="delayed")
    assert take(raw) == "delayed"
    assert found(went)[0].state == "sent"


@pytest.mark.parametrize("message_id", ["<someone@else.example>", ""])
def test_a_bounce_that_names_no_mail_of_ours_marks_nobody(went: Message, message_id: str) -> None:
    raw = report(message_id, status="5.1.1", said="550 5.1.1 user unknown")
    assert take(raw) == "unknown"
    assert found(went)[1].status == "active"


def test_a_maildir_is_read_whole(went: Message, tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    bounce = report(went.external_id, status="5.1.1", said="550 5.1.1 user unknown")
    (tmp_path / "new" / "1").write_bytes(bounce)
    (tmp_path / "cur" / "2").write_bytes(b"Subject: Out of office\n\nI am away.\n")
    (tmp_path / "tmp" / "3").write_bytes(bounce)
    assert take_all(mails_of(tmp_path)) == {"bounced": 1, "other": 1}


def event(kind: str, message: Message, **fields: object) -> AnymailTrackingEvent:
    return AnymailTrackingEvent(event_type=kind, message_id=message.external_id, **fields)


def test_a_providers_delivery_is_kept_once(went: Message, noon: datetime) -> None:
    heard(None, event("delivered", went, timestamp=noon))
    heard(None, event("delivered", went, timestamp=noon.replace(hour=20)))
    assert found(went)[0].delivered_at == noon


@pytest.mark.parametrize(
    ("said", "reason", "status"),
    [
        ("550 5.1.1 user unknown", "bounced", "bounced"),
        ("", "bounced", "bounced"),
        ("552 5.2.2 mailbox full", "bounced", "active"),
        ("550 5.7.1 blocked as spam", "blocked", "active"),
    ],
)
def test_a_providers_bounce_is_judged_by_what_the_server_said(
    went: Message, said: str, reason: str, status: str
) -> None:
    heard(None, event("bounced", went, mta_response=said, reject_reason=reason))
    assert found(went)[1].status == status


def test_a_complaint_ends_it_at_once(went: Message) -> None:
    heard(None, event("complained", went))
    assert found(went)[1].status == "complained"


def test_an_unsubscription_at_the_provider_counts(went: Message) -> None:
    heard(None, event("unsubscribed", went))
    assert found(went)[1].status == "unsubscribed"


def test_an_event_of_a_mail_that_is_not_ours_changes_nothing(went: Message) -> None:
    heard(None, AnymailTrackingEvent(event_type="complained", message_id="other"))
    assert found(went)[1].status == "active"


@pytest.mark.parametrize(("secret", "status"), [("us:right", 200), ("us:wrong", 400), (None, 400)])
def test_only_the_provider_with_its_secret_is_heard(
    went: Message, rf: RequestFactory, settings: object, secret: str | None, status: int
) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": "us:right"}  # type: ignore[attr-defined]
    data = {
        "RecordType": "SpamComplaint", "MessageID": went.external_id, "Email": "p@example.com",
        "BouncedAt": "2026-11-24T10:00:00Z", "Type": "SpamComplaint", "TypeCode": 512,
    }  # fmt: skip
    given = {}
    if secret:
        given["HTTP_AUTHORIZATION"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
    request = rf.post("/webhooks/", json.dumps(data), content_type="application/json", **given)
    from anymail.exceptions import AnymailWebhookValidationFailure

    view = PostmarkTrackingWebhookView.as_view()
    if status == 200:
        assert view(request).status_code == 200
        assert found(went)[1].status == "complained"
        return
    with pytest.raises(AnymailWebhookValidationFailure):
        view(request)
    assert found(went)[1].status == "active"
