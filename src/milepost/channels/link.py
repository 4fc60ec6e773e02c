"""The addresses of our pages: made for mails, messages and codes, and read back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, quote, urlsplit

from milepost.channels.channel import Channel
from milepost.channels.errors import ChannelError

CHANNEL = Channel(
    name="link",
    title="Link",
    address=None,
    consent=None,
    words="An address to put wherever people are: a receipt, a signature, a page.",
)

Kind = Literal["personal", "anonymous", "unsubscribe", "referral", "decoy"]

# Short, so that a text message and a printed line have room for them.
PREFIXES: dict[Kind, str] = {
    "personal": "a",
    "anonymous": "s",
    "unsubscribe": "u",
    "referral": "r",
    "decoy": "m",
}
SCORE = "v"

_KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,128}")
_SCORE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_PATH = re.compile(r"/([a-z])/([A-Za-z0-9_-]{1,128})/?")
_WEB = re.compile(r"https?://[!#-;=?-\[\]_a-z~]{1,2000}", re.IGNORECASE)
_LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Link:
    """What an address of ours says: which page, whose, and a score to show as chosen."""

    kind: Kind
    token: str
    score: str | None = None


def base(url: str) -> str:
    """The server's own address without a slash at its end; ChannelError if mails cannot use it.

    https is asked for everywhere but on this machine: what people answer is personal.

    >>> base("https://ask.example.com/")
    'https://ask.example.com'
    """
    parts = urlsplit(web_url(url))
    if parts.query or parts.fragment:
        raise ChannelError(f"address '{url}' must end with its path: leave out what follows ? or #")
    if parts.scheme != "https" and parts.hostname not in _LOCAL:
        raise ChannelError(
            f"address '{url}' is not encrypted; use https://, http:// serves only localhost"
        )
    return url.rstrip("/")


def web_url(url: str) -> str:
    """A complete http or https address as it was given; anything else is a ChannelError."""
    if not _WEB.fullmatch(url):
        raise ChannelError(f"address '{url[:80]}' is not a web address; expected https://…")
    if not _host(url):
        raise ChannelError(f"address '{url[:80]}' needs a host and no user name; write https://…")
    return url


def personal(base: str, token: str, *, score: str | None = None) -> str:
    """One person's own page, with a score to show as chosen.

    >>> personal("https://ask.example.com", "k3J", score="9")
    'https://ask.example.com/a/k3J?v=9'
    """
    return _address(base, "personal", token) + _chosen(score)


def anonymous(base: str, token: str, *, score: str | None = None) -> str:
    """A survey's page for anybody."""
    return _address(base, "anonymous", token) + _chosen(score)


def unsubscribe(base: str, token: str) -> str:
    """Where a person says that they want no more; a POST to it is the one click of RFC 8058."""
    return _address(base, "unsubscribe", token)


def referral(base: str, code: str) -> str:
    """The link that a person passes on to friends."""
    return _address(base, "referral", code)


def decoy(base: str, token: str) -> str:
    """A link that no person sees: whoever follows it is a machine."""
    return _address(base, "decoy", token)


def parse(address: str) -> Link | None:
    """What an address or path of ours says, below whatever path the server lives; None if not ours.

    >>> parse("/a/k3J?v=9")
    Link(kind='personal', token='k3J', score='9')
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    found = re.search(_PATH.pattern + "$", parts.path)
    if not found or found[1] not in _KINDS:
        return None
    score = dict(parse_qsl(parts.query)).get(SCORE, "")
    return Link(_KINDS[found[1]], found[2], score if _SCORE.fullmatch(score) else None)


def _host(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        return None if parts.username is not None or parts.port == 0 else parts.hostname
    except ValueError:
        return None


def _address(base: str, kind: Kind, token: str) -> str:
    if not _TOKEN.fullmatch(token):
        raise ChannelError(f"token '{token[:40]}' cannot stand in a link: letters, digits, - and _")
    return f"{base}/{PREFIXES[kind]}/{token}"


def _chosen(score: str | None) -> str:
    if score is None:
        return ""
    if not _SCORE.fullmatch(score):
        raise ChannelError(f"score '{score[:40]}' cannot stand in a link: letters, digits, . - _")
    return f"?{SCORE}={quote(score)}"
