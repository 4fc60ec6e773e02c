"""What comes back to the mailbox for bounces: delivery reports, complaints, and odd servers' own.

Nothing here is proof: anybody can write a bounce. A message id that we gave out is what ties it to
a mail of ours; without one no person should be marked.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32
from typing import Literal

from milepost.channels.email.verdict import Verdict, classify
from milepost.channels.markup import line

_MOST = 200_000  # bytes read of a mail: reports are short, what hangs on them may not be
# Blocks are parted by one empty line; a hundred thousand of them would be as many messages.
_BLANK = re.compile(rb"(\r?\n)(?:\1)+")
_SAID = 5_000  # letters of a server's own words
_ADDRESS = r"[^\s<>@,;:\"()\[\]]{1,64}@[^\s<>@,;:\"()\[\]]{1,253}"
_ADDRESS_ANYWHERE = re.compile(_ADDRESS)
_ADDRESS_LINE = re.compile(rf"^[ \t]*<?({_ADDRESS})>?[ \t]*:?[ \t]*$", re.MULTILINE)
_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,180}@[^<>\s@]{1,180}>")
_MESSAGE_ID_LINE = re.compile(
    r"^[> \t]*Message-ID:[ \t]*(<[^<>\s]{3,360}>)", re.IGNORECASE | re.MULTILINE
)
# Below such a line stands what we wrote ourselves, whose words say nothing about the failure.
_COPY = re.compile(
    r"^.{0,40}(?:copy of (?:the|your) message|original message)", re.IGNORECASE | re.MULTILINE
)
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_REPLY = re.compile(r"(?:^|[\s:(])([45]\d\d)[\s-]")
_ROBOTS = re.compile(r"mailer-?daemon|postmaster|mail delivery (sub)?system", re.IGNORECASE)
_FAILED = re.compile(
    r"undeliver|not (be )?delivered|delivery (has )?fail|failed delivery|failure notice"
    r"|returned mail|delivery status|could not be sent|delivery incomplete|delayed",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail of ours that did not arrive, or that its reader complained about.

    `message_id` is the one we gave it, with its brackets, or "". `status` is the enhanced code, or
    "". `kind` delayed means that the server still tries.
    """

    kind: Literal["failed", "delayed", "complaint"]
    recipient: str
    message_id: str
    status: str
    verdict: Verdict
    text: str


def bounced(raw: bytes) -> Bounce | None:
    """What a mail says about a mail of ours; None if it is anything else, a holiday reply say."""
    try:
        message = email.message_from_bytes(_BLANK.sub(rb"\1\1", raw[:_MOST]), policy=compat32)
        return _delivery_report(message) or _complaint(message) or _unusual(message)
    except RecursionError:
        # Parts within parts a thousand deep: only an attack is built so.
        return None


def _delivery_report(message: Message) -> Bounce | None:
    """RFC 3464: a block of fields about the mail, then one for each recipient."""
    for part in _parts(message, "message/delivery-status"):
        for block in _blocks(part):
            action = _field(block, "Action").lower()
            if action in ("failed", "delayed"):
                return _reported(message, block, delayed=action == "delayed")
    return None


def _reported(message: Message, block: Message, *, delayed: bool) -> Bounce:
    text = _field(block, "Diagnostic-Code").partition(";")[2].strip()
    found = _STATUS.search(_field(block, "Status"))
    status = found[0] if found else ""
    recipient = _recipient(block, "Original-Recipient") or _recipient(block, "Final-Recipient")
    verdict = classify(_reply(text), _exact(status, text), text)
    if delayed:
        verdict = Verdict("transient", verdict.reason)
    return Bounce(
        kind="delayed" if delayed else "failed",
        recipient=recipient,
        message_id=_original_id(message),
        status=_exact(status, text),
        verdict=verdict,
        text=line(text)[:500],
    )


def _complaint(message: Message) -> Bounce | None:
    """RFC 5965: a reader pressed `spam`; a report that something is not spam is no complaint."""
    for part in _parts(message, "message/feedback-report"):
        for block in _blocks(part):
            kind = _field(block, "Feedback-Type").lower()
            if kind and kind != "not-spam":
                to = _recipient(block, "Original-Rcpt-To") or _original_to(message)
                verdict = Verdict("permanent", "the reader complained")
                return Bounce("complaint", to, _original_id(message), "", verdict, kind[:40])
    return None


def _unusual(message: Message) -> Bounce | None:
    """Servers that report in prose: Exim, qmail, and old ones of every kind."""
    named = _ADDRESS_ANYWHERE.search(_field(message, "X-Failed-Recipients"))
    if not named and not (_from_robot(message) and _FAILED.search(_field(message, "Subject"))):
        return None
    said = _COPY.split(_prose(message), maxsplit=1)[0][:_SAID]
    recipient = named[0] if named else _named_in(said)
    if not recipient:
        return None
    found = _STATUS.search(said)
    status = found[0] if found else ""
    return Bounce(
        kind="failed",
        recipient=recipient.lower(),
        message_id=_original_id(message),
        status=status,
        verdict=classify(_reply(said) or 500, status, said),
        text=line(said)[:500],
    )


def _named_in(text: str) -> str:
    alone = _ADDRESS_LINE.search(text)
    anywhere = None if alone else _ADDRESS_ANYWHERE.search(text)
    return alone[1] if alone else anywhere[0] if anywhere else ""


def _from_robot(message: Message) -> bool:
    return _field(message, "Return-Path") == "<>" or bool(_ROBOTS.search(_field(message, "From")))


def _exact(status: str, text: str) -> str:
    # Gateways write 5.0.0 above and the receiver's own code into the words below.
    found = _STATUS.search(text)
    return found[0] if found and (not status or status.endswith(".0.0")) else status


def _reply(text: str) -> int | None:
    found = _REPLY.search(text[:2_000])
    return int(found[1]) if found else None


def _original_id(message: Message) -> str:
    """The message id of the mail that came back, wherever this server put it."""
    for original in _originals(message):
        found = _MESSAGE_ID.search(_field(original, "Message-ID"))
        if found:
            return found[0]
    quoted = _MESSAGE_ID_LINE.search(_prose(message))
    if quoted:
        return quoted[1]
    answered = _MESSAGE_ID.search(_field(message, "In-Reply-To") or _field(message, "References"))
    return answered[0] if answered else ""


def _original_to(message: Message) -> str:
    for original in _originals(message):
        found = _ADDRESS_ANYWHERE.search(_field(original, "To"))
        if found:
            return found[0].lower()
    return ""


def _originals(message: Message) -> Iterator[Message]:
    for part in message.walk():
        if part.get_content_type() == "message/rfc822":
            yield from _blocks(part)
        elif part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers"):
            yield email.message_from_string(_text(part), policy=compat32)


def _parts(message: Message, kind: str) -> Iterator[Message]:
    return (part for part in message.walk() if part.get_content_type() == kind)


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        return [block for block in payload if isinstance(block, Message)]
    # Some servers encode the part, which its standard forbids.
    text = _text(part)
    return [email.message_from_string(block, policy=compat32) for block in text.split("\n\n")]


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload.decode("utf-8", "replace").replace("\r\n", "\n")
    return "\n".join(block.as_string() for block in _blocks(part)) if part.is_multipart() else ""


def _prose(message: Message) -> str:
    plain = [part for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join(map(_text, plain))[:50_000]


def _recipient(block: Message, name: str) -> str:
    found = _ADDRESS_ANYWHERE.search(_field(block, name).rpartition(";")[2])
    return found[0].lower() if found else ""


def _field(message: Message, name: str) -> str:
    return str(message.get(name, "")).strip()
