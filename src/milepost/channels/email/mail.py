"""What a mail says, as plain strings: an invitation to a person, or a notice to a colleague."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from milepost.channels import colour, language, link
from milepost.channels.errors import ChannelError
from milepost.channels.language import Direction

Role = Literal["plain", "low", "middle", "high"]
Drawn = Literal["scale", "stars", "smileys", "thumbs", "options", "text"]

ACCENT = "#0b57a4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whom a mail comes from: an address of the company's own domain."""

    name: str
    address: str
    reply_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to tap: what it is called, what is read aloud for it, and where it leads.

    The `role` colours it. Coloured scores sway the answer, so the accent colour is the default.
    """

    value: str
    label: str
    aria: str
    url: str
    role: Role = "plain"

    def __post_init__(self) -> None:
        link.web_url(self.url)
        _among("role", self.role, get_args(Role))


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What every mail has: from whom, to whom, in which language, in which look.

    `message_id` is `<…@…>`, the row's own, so that a bounce finds its way back. `headers` are
    further ones by name, such as Feedback-ID.
    """

    sender: Sender
    to: str
    to_name: str = ""
    message_id: str
    subject: str
    lang: str = "en"
    direction: Direction = "ltr"
    brand: str
    accent: str = ACCENT
    preheader: str = ""
    footer: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        colour.checked(self.accent)
        language.check(self.lang, self.direction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail(Envelope):
    """An invitation: one question, answered by one tap.

    `drawn` text takes a single option, shown as a button. `unsubscribe_url` is the page for
    people, `one_click_url` what a mail program posts to (RFC 8058), `unsubscribe_to` an address
    for those that can only write. `decoy_url` is hidden: only machines follow it.
    """

    greeting: str = ""
    intro: str = ""
    question: str
    drawn: Drawn
    options: tuple[Option, ...]
    low: str = ""
    high: str = ""
    unsubscribe_label: str
    unsubscribe_url: str
    one_click_url: str
    unsubscribe_to: str = ""
    view_label: str = ""
    view_url: str = ""
    decoy_url: str = ""

    def __post_init__(self) -> None:
        Envelope.__post_init__(self)
        _among("drawn", self.drawn, get_args(Drawn))
        if not self.options:
            raise ChannelError("a mail without an option to tap cannot be answered; give one")
        for url in (self.unsubscribe_url, self.one_click_url):
            link.web_url(url)
        for url in filter(None, (self.view_url, self.decoy_url)):
            link.web_url(url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Envelope):
    """A plain mail: an alert about an answer, an invitation of a colleague, a sign-in link.

    `score` with its `role` stands out; `words` are a customer's own, shown as a quotation;
    `facts` are pairs such as the person, the touchpoint and the details of the event.
    """

    title: str
    text: str = ""
    score: str = ""
    role: Role = "plain"
    words: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    button: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        Envelope.__post_init__(self)
        _among("role", self.role, get_args(Role))
        if bool(self.button) != bool(self.url):
            raise ChannelError("a notice's button needs both its words and its address")
        if self.url:
            link.web_url(self.url)


def _among(what: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise ChannelError(f"{what} '{value}' is unknown; known: {', '.join(known)}")
