"""Handing composed mails to the mail server over one open connection, and what its refusals mean."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage as Composed
from email.message import Message
from email.mime.image import MIMEImage
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused  # type: ignore[import-untyped]
from django.core.mail import EmailMultiAlternatives, get_connection

from milepost.channels.email.address import checked
from milepost.channels.email.mail import Sender
from milepost.channels.email.verdict import Verdict, classify
from milepost.errors import one_line

_LONGEST = 300
# What providers take apart from the other headers.
_PARTS = {"from", "to", "subject", "reply-to", "mime-version", "content-type"}


class Unreachable(Exception):
    """The mail server could not be talked to; what was being sent may or may not have arrived."""


class Refused(Exception):
    """The mail server refused one mail; `verdict` says what that means."""

    def __init__(self, verdict: Verdict, text: str) -> None:
        super().__init__(text)
        self.verdict = verdict
        self.text = one_line(text)[:_LONGEST]


@dataclass(slots=True)
class Wire:
    """What SMTP sends of a mail: exactly what was composed."""

    composed: Composed

    def as_bytes(self, *_: object, **__: object) -> bytes:
        """The mail with the line ends of its own policy, which are SMTP's."""
        return self.composed.as_bytes()


class Letter(EmailMultiAlternatives):
    """A composed mail as Django's backends take it: SMTP sends it as composed, providers read its parts."""

    def __init__(self, composed: Composed, *, to: str, sender: Sender) -> None:
        text, markup = (
            part.get_payload(decode=True) if (part := composed.get_body((kind,))) else b""
            for kind in ("plain", "html")
        )
        # As they were written: the library would parse each anew.
        written = {name.lower(): (name, str(value)) for name, value in composed.raw_items()}
        subject = written["subject"][1]
        super().__init__(
            subject=_decoded(subject), body=_text(text), to=[checked(to)],
            from_email=str(Address(sender.name, addr_spec=checked(sender.address))),
            reply_to=[sender.reply_to] if sender.reply_to else None,
            headers=dict(pair for name, pair in written.items() if name not in _PARTS),
        )  # fmt: skip
        self.attach_alternative(_text(markup), "text/html")
        for part in composed.walk():
            if part.get_content_maintype() == "image":
                self.attach(_picture(part))
        self.composed = composed

    def message(self, **options: Any) -> Any:
        """What goes over the wire."""
        return Wire(self.composed)


def _picture(part: Message) -> MIMEImage:
    """A picture that comes along, as providers take it."""
    content = part.get_payload(decode=True)
    picture = MIMEImage(content if isinstance(content, bytes) else b"", part.get_content_subtype())
    picture.add_header("Content-ID", str(part["Content-ID"]))
    picture.add_header("Content-Disposition", "inline", filename=part.get_filename() or "")
    return picture


class Line:
    """An open connection to the mail server or provider."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def send(self, letter: Letter) -> str:
        """Send one mail; the provider's own id of it, or "". Raises Refused, or Unreachable."""
        try:
            self._connection.send_messages([letter])
        except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError) as error:
            raise Unreachable(one_line(str(error))[:_LONGEST]) from None
        except smtplib.SMTPException as error:
            raise _refused(error) from None
        except (AnymailRecipientsRefused, AnymailAPIError) as error:
            raise _by_provider(error) from None
        except OSError as error:
            raise Unreachable(one_line(str(error))[:_LONGEST]) from None
        status = getattr(letter, "anymail_status", None)
        return str(status.message_id) if status and isinstance(status.message_id, str) else ""


@contextmanager
def open_line() -> Iterator[Line]:
    """A connection for many mails. Raises Unreachable, also where it lets nobody in."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(one_line(f"{type(error).__name__}: {error}")[:_LONGEST]) from None
    try:
        yield Line(connection)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            connection.close()


def _refused(error: smtplib.SMTPException) -> Exception:
    """One of 421 is about the server, any other about the mail."""
    code, said = _reply(error)
    if code == 421:
        return Unreachable(one_line(f"{code} {said}")[:_LONGEST])
    return Refused(_verdict(error, code, said), f"{code or ''} {said}".strip())


def _verdict(error: smtplib.SMTPException, code: int | None, said: str) -> Verdict:
    verdict = classify(code, text=said)
    # What is said of the sender says nothing about who was to get it.
    about_us = isinstance(error, smtplib.SMTPSenderRefused)
    if about_us and verdict.kind == "permanent":
        return Verdict("policy", "our sender was refused")
    return verdict


def _reply(error: smtplib.SMTPException) -> tuple[int | None, str]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return code, _text(said)
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, _text(error.smtp_error)
    return None, str(error)


def _by_provider(error: AnymailRecipientsRefused | AnymailAPIError) -> Exception:
    text = one_line(str(error).split("\n")[0])[:_LONGEST]
    if isinstance(error, AnymailRecipientsRefused):
        return Refused(Verdict("permanent", "the provider refuses the address"), text)
    status = getattr(error, "status_code", None)
    if status is None or status in (401, 403, 408, 429) or status >= 500:
        return Unreachable(text)
    return Refused(Verdict("policy", "the provider refused the mail"), text)


def _decoded(subject: str) -> str:
    if "=?" not in subject:
        return subject
    return str(make_header(decode_header(subject)))


def _text(said: Any) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
