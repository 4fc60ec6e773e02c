"""From what a mail says to the message that is sent: markup and text, ready for any SMTP server."""

from __future__ import annotations

import binascii
from email.message import EmailMessage

from milepost.channels.email import headers, plain
from milepost.channels.email.mail import Envelope, Mail, Notice
from milepost.channels.email.skeleton import Shape, skeleton

# "=_" never stands in a quoted-printable body, so this boundary cannot either.
_ALTERNATIVES = (
    ("MIME-Version", "1.0"),
    ("Content-Type", 'multipart/alternative; boundary="=_milepost"'),
)


def compose(mail: Mail) -> EmailMessage:
    """An invitation as a message; ChannelError says what cannot be sent as it is."""
    message = headers.start(mail)
    headers.let_go(message, mail)
    return _with_body(message, text=plain.invitation(mail), markup=invitation_html(mail))


def compose_notice(mail: Notice) -> EmailMessage:
    """A notice to a colleague as a message."""
    message = headers.start(mail)
    return _with_body(message, text=plain.notice(mail), markup=notice_html(mail))


def invitation_html(mail: Mail) -> str:
    """The markup of an invitation, also for its preview and for `view in browser`."""
    shape = Shape(
        direction=mail.direction,
        accent=mail.accent.lower(),
        parts=_invitation_parts(mail),
        footers=len(mail.footer),
        drawn=mail.drawn,
        roles=tuple(option.role for option in mail.options),
    )
    return skeleton(shape).fill(_common(mail) | _asked(mail) | _answers(mail))


def notice_html(mail: Notice) -> str:
    """The markup of a notice."""
    shape = Shape(
        direction=mail.direction,
        accent=mail.accent.lower(),
        parts=_notice_parts(mail),
        footers=len(mail.footer),
        roles=(mail.role,),
        facts=len(mail.facts),
    )
    return skeleton(shape).fill(_common(mail) | _told(mail))


def _invitation_parts(mail: Mail) -> frozenset[str]:
    given = {
        "preheader": mail.preheader,
        "greeting": mail.greeting,
        "intro": mail.intro,
        "ends": mail.low or mail.high,
        "unsubscribe": mail.unsubscribe_url,
        "view": mail.view_url,
        "decoy": mail.decoy_url,
    }
    return frozenset(name for name, text in given.items() if text)


def _notice_parts(mail: Notice) -> frozenset[str]:
    given = {
        "preheader": mail.preheader,
        "score": mail.score,
        "words": mail.words,
        "text": mail.text,
        "button": mail.url,
    }
    return frozenset(name for name, text in given.items() if text)


def _common(mail: Envelope) -> dict[str, str]:
    return {
        "lang": mail.lang,
        "subject": mail.subject,
        "brand": mail.brand,
        "preheader": mail.preheader,
        **{f"footer{at}": text for at, text in enumerate(mail.footer)},
    }


def _asked(mail: Mail) -> dict[str, str]:
    return {
        "greeting": mail.greeting,
        "intro": mail.intro,
        "question": mail.question,
        "low": plain.low_end(mail),
        "high": plain.high_end(mail),
        "unsubscribe_url": mail.unsubscribe_url,
        "unsubscribe_label": mail.unsubscribe_label,
        "view_url": mail.view_url,
        "view_label": mail.view_label,
        "decoy_url": mail.decoy_url,
    }


def _answers(mail: Mail) -> dict[str, str]:
    values: dict[str, str] = {}
    for at, option in enumerate(mail.options):
        values[f"url{at}"] = option.url
        values[f"label{at}"] = plain.shown(mail, option)
        values[f"aria{at}"] = option.aria
    return values


def _told(mail: Notice) -> dict[str, str]:
    values = {"title": mail.title, "text": mail.text, "score": mail.score, "words": mail.words}
    for at, (name, value) in enumerate(mail.facts):
        values[f"fact{at}"] = name
        values[f"value{at}"] = value
    return values | {"url0": mail.url, "label0": mail.button, "aria0": mail.button}


def _with_body(message: EmailMessage, *, text: str, markup: str) -> EmailMessage:
    for name, value in _ALTERNATIVES:
        message[name] = headers.parsed(name, value)
    message.attach(_body(text, "plain"))
    message.attach(_body(markup, "html"))
    return message


def _body(text: str, kind: str) -> EmailMessage:
    # The library's own set_content encodes character by character and took most of the time.
    part = EmailMessage(policy=headers.POLICY)
    part["Content-Type"] = headers.parsed("Content-Type", f'text/{kind}; charset="utf-8"')
    part["Content-Transfer-Encoding"] = headers.parsed(
        "Content-Transfer-Encoding", "quoted-printable"
    )
    part.set_payload(binascii.b2a_qp(text.encode(), istext=True).decode("ascii"))
    return part
