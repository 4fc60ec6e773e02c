"""Mails that come back: each in the form that its kind of server writes."""

from __future__ import annotations

import time
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.channels.email.bounce import bounced
from milepost.channels.email.compose import compose
from tests.channels.samples import MESSAGE_ID, mail

ORIGINAL = f"""From: Nordlys Hotels <ask@nordlys.example>
To: anna@example.org
Subject: How was your stay?
Message-ID: {MESSAGE_ID}
"""


def report(fields: str, *, original: str = ORIGINAL, kind: str = "message/rfc822") -> bytes:
    """A delivery report by RFC 3464: words, fields, and what came back."""
    return f"""From: MAILER-DAEMON@mx.example.net
To: bounces@nordlys.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Sun, 22 Nov 2026 09:00:00 +0000

{fields}

--b
Content-Type: {kind}

{original}
--b--
""".encode()


POSTFIX = report(
    """Final-Recipient: rfc822; anna@example.org
Original-Recipient: rfc822;Anna@example.org
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; 550 5.1.1 <anna@example.org>: Recipient address
    rejected: User unknown in virtual mailbox table"""
)
FULL = report(
    """Final-Recipient: rfc822; anna@example.org
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552-5.2.2 The recipient's inbox is out of storage space"""
)
POLICY = report(
    """Final-Recipient: rfc822; anna@example.org
Action: failed
Status: 5.0.0
Diagnostic-Code: smtp; 550-5.7.26 This mail has been blocked because the sender is
 unauthenticated.""",
    kind="text/rfc822-headers",
)
DELAYED = report(
    """Final-Recipient: rfc822; anna@example.org
Action: delayed
Status: 4.4.1
Will-Retry-Until: Fri, 27 Nov 2026 09:00:00 +0000"""
)
DELIVERED = report("Final-Recipient: rfc822; anna@example.org\nAction: delivered\nStatus: 2.0.0")
MICROSOFT = report(
    """Final-Recipient: rfc822;anna@example.org
Action: failed
Status: 5.4.1
Diagnostic-Code: smtp;550 5.4.1 Recipient address rejected: Access denied.""",
    kind="message/rfc822-headers",
)
EXIM = f"""Return-Path: <>
From: Mail Delivery System <Mailer-Daemon@mx.example.net>
To: ask@nordlys.example
X-Failed-Recipients: anna@example.org
Subject: Mail delivery failed: returning message to sender

A message that you sent could not be delivered to one of its recipients.

  anna@example.org
    SMTP error from remote mail server after RCPT TO:<anna@example.org>:
    550 No such user here

------ This is a copy of the message, including all the headers. ------

{ORIGINAL}
Your mailbox is full of spam, says this mail of ours: 4.2.2
""".encode()
QMAIL = f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.net
To: ask@nordlys.example
Subject: failure notice

Hi. This is the program at mx.example.net.

<anna@example.org>:
192.0.2.7 does not like recipient.
Remote host said: 550 5.1.1 sorry, no mailbox here by that name

--- Below this line is a copy of the message.

{ORIGINAL}
""".encode()
COMPLAINT = f"""From: <abuse@isp.example>
To: <fbl@nordlys.example>
Subject: FW: How was your stay?
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: <anna@example.org>

--b
Content-Type: message/rfc822

{ORIGINAL}
--b--
""".encode()


@pytest.mark.parametrize(
    ("raw", "kind", "verdict", "status"),
    [
        (POSTFIX, "failed", "permanent", "5.1.1"),
        (FULL, "failed", "transient", "5.2.2"),
        (POLICY, "failed", "policy", "5.7.26"),
        (DELAYED, "delayed", "transient", "4.4.1"),
        (MICROSOFT, "failed", "permanent", "5.4.1"),
        (EXIM, "failed", "permanent", ""),
        (QMAIL, "failed", "permanent", "5.1.1"),
        (COMPLAINT, "complaint", "permanent", ""),
    ],
    ids=["postfix", "full", "policy", "delayed", "microsoft", "exim", "qmail", "complaint"],
)
def test_a_mail_that_comes_back_names_person_message_and_reason(
    raw: bytes, kind: str, verdict: str, status: str
) -> None:
    bounce = bounced(raw)
    assert bounce is not None
    assert (bounce.kind, bounce.verdict.kind, bounce.status) == (kind, verdict, status)
    assert (bounce.recipient, bounce.message_id) == ("anna@example.org", MESSAGE_ID)
    assert bounced(raw.replace(b"\n", b"\r\n")) == bounce


@pytest.mark.parametrize(
    ("sender", "subject"),
    [
        ("anna@example.org", "Automatic reply: How was your stay?"),
        ("anna@example.org", "Re: How was your stay? My parcel could not be delivered"),
        ("postmaster@example.org", "Maintenance on Sunday"),
    ],
)
def test_holiday_replies_and_letters_are_no_bounces(sender: str, subject: str) -> None:
    letter = (
        f"From: {sender}\nAuto-Submitted: auto-replied\nSubject: {subject}\n\nanna@example.org 550"
    )
    assert bounced(letter.encode()) is None


def test_a_delivered_mail_is_no_bounce() -> None:
    assert bounced(DELIVERED) is None


def test_not_spam_is_no_complaint() -> None:
    assert bounced(COMPLAINT.replace(b"Feedback-Type: abuse", b"Feedback-Type: not-spam")) is None


def test_a_complaint_without_its_reader_takes_the_one_we_wrote_to() -> None:
    bounce = bounced(COMPLAINT.replace(b"Original-Rcpt-To: <anna@example.org>\n", b""))
    assert bounce is not None
    assert bounce.recipient == "anna@example.org"


def test_our_own_mail_returned_whole_is_recognised() -> None:
    """What compose wrote comes back inside a report that another program's library builds."""
    original: EmailMessage = compose(mail())
    raw = report("Final-Recipient: rfc822; anna@example.org\nAction: failed\nStatus: 5.1.1")
    returned = raw.replace(ORIGINAL.encode(), bytes(original).replace(b"\r\n", b"\n"))
    bounce = bounced(returned)
    assert bounce is not None
    assert bounce.message_id == MESSAGE_ID


@given(raw=st.binary(max_size=400))
def test_no_bytes_at_all_make_it_fail(raw: bytes) -> None:
    bounced(raw)


@given(noise=st.binary(max_size=60), at=st.integers(0, 5_000), cut=st.integers(0, 60))
@pytest.mark.parametrize("raw", [POSTFIX, EXIM, COMPLAINT], ids=["postfix", "exim", "complaint"])
def test_a_damaged_report_is_read_or_left(raw: bytes, noise: bytes, at: int, cut: int) -> None:
    at %= len(raw)
    bounce = bounced(raw[:at] + noise + raw[at + cut :])
    if bounce:
        assert "\n" not in bounce.text
        assert "\n" not in bounce.recipient + bounce.message_id


NOISE = (
    b"\n",
    b">",
    b"> \n",
    b"a",
    b"<",
    b"user ",
    b" \t",
    b"5.1.",
    b"exceeded ",
    b"anna@example.org ",
)


@pytest.mark.parametrize("noise", NOISE)
def test_a_mail_made_to_keep_us_busy_is_read_quickly(noise: bytes) -> None:
    head = b"Return-Path: <>\nFrom: mailer-daemon@x.example\nSubject: failure notice\n\n"
    start = time.process_time()
    bounced(head + noise * (600_000 // len(noise)) + b" anna@example.org")
    bounced(head + b"anna@example.org " + noise * (600_000 // len(noise)))
    assert time.process_time() - start < 5  # seconds; a pattern that runs back takes minutes


@pytest.mark.parametrize(
    "layer",
    [b"Content-Type: message/rfc822\n\n", b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"],
)
def test_parts_within_parts_without_end_are_left(layer: bytes) -> None:
    assert bounced(layer * 20_000) is None
