"""The headers of a mail: whose it is, how to be left alone, and who need not answer it."""

from __future__ import annotations

import re
from email.headerregistry import BaseHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from milepost import clock
from milepost.channels.email.address import checked, encoded, mailbox, words
from milepost.channels.email.mail import Envelope, Mail
from milepost.channels.errors import ChannelError
from milepost.channels.markup import line

_MESSAGE_ID = re.compile(r"<[!#-;=?A-~]{1,180}@[A-Za-z0-9.-]{1,180}>")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_VALUE = re.compile(r"[ -~]{0,900}")
# What may be written as it is: a line break is always followed by a blank, so no value can start
# a header of its own.
_WRITTEN = re.compile(r"[ -~]*(\r\n [!-~][ -~]*)*")
_SUBJECT = 200
_TAKEN = {
    "from", "to", "cc", "bcc", "sender", "reply-to", "return-path", "subject", "date",
    "message-id", "mime-version", "content-type", "content-transfer-encoding", "auto-submitted",
    "x-auto-response-suppress", "list-unsubscribe", "list-unsubscribe-post",
}  # fmt: skip


class _Policy(EmailPolicy):
    """SMTP's rules, with headers kept as they are written here.

    The library's own folding encodes the addresses of List-Unsubscribe and Message-ID, which no
    mail program then understands, and loses blanks of long subjects in other scripts.
    """

    def header_max_count(self, name: str) -> int:
        return 1  # of each; finding that out for every header took a third of the time

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        if isinstance(value, BaseHeader):
            return name, value
        if not _WRITTEN.fullmatch(value):
            raise ChannelError(f"header {name} holds what no header may: '{line(value)[:80]}'")
        return name, value


# 7 bit: a relay that had to re-encode the body would break its DKIM signature.
POLICY = _Policy(linesep="\r\n", cte_type="7bit", refold_source="none")


@lru_cache(maxsize=16)
def parsed(name: str, value: str) -> BaseHeader:
    """A header that all mails share and that the library reads again and again, parsed once."""
    header: BaseHeader = POLICY.header_factory(name, value)
    return header


def start(mail: Envelope) -> EmailMessage:
    """A message with its headers and no body; ChannelError names what is wrong with an address."""
    message = EmailMessage(policy=POLICY)
    message["From"] = mailbox(mail.sender.name, mail.sender.address)
    message["To"] = mailbox(mail.to_name, mail.to)
    if mail.sender.reply_to:
        message["Reply-To"] = checked(mail.sender.reply_to)
    message["Subject"] = encoded(words(mail.subject)[:_SUBJECT].strip())
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = _message_id(mail.message_id)
    # RFC 3834: holiday replies stay away. Microsoft's own header says the same to Outlook; "All"
    # would also stop the delivery reports that we want. Precedence is left out: no standard
    # defines it, and some servers return no bounces to it.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    for name, value in mail.headers:
        message[_own(name, message)] = _plain(name, value)
    return message


def let_go(message: EmailMessage, mail: Mail) -> None:
    """The way out in one click (RFC 8058), on every invitation: the reader judges what is bulk."""
    ways = f"<{mail.one_click_url}>"
    if mail.unsubscribe_to:
        ways += f", <mailto:{checked(mail.unsubscribe_to)}?subject=unsubscribe>"
    message["List-Unsubscribe"] = ways
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _message_id(text: str) -> str:
    if not _MESSAGE_ID.fullmatch(text):
        raise ChannelError(f"message id '{line(text)[:80]}' is malformed; expected <name@domain>")
    return text


def _own(name: str, message: EmailMessage) -> str:
    if not _NAME.fullmatch(name) or name.lower() in _TAKEN or name in message:
        raise ChannelError(f"header '{line(name)[:60]}' cannot be set; use a name of its own")
    return name


def _plain(name: str, value: str) -> str:
    if not _VALUE.fullmatch(value):
        raise ChannelError(
            f"header {name} holds what no header may: use plain characters, one line"
        )
    return value
