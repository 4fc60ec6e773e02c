"""What a refusal means: whether the address is dead, the moment was wrong, or it was about us."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Kind = Literal["permanent", "transient", "policy"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to make of a refusal.

    `permanent`: the address reaches nobody; never write to it again. `transient`: try later.
    `policy`: the mail or its sender was refused; the person is not to blame and stays reachable.
    """

    kind: Kind
    reason: str


# Enhanced status codes by subject and detail (RFC 3463; registered by RFC 5248), most exact first.
_BY_STATUS: tuple[tuple[str, Kind, str], ...] = (
    ("1.1", "permanent", "no such mailbox"),
    ("1.2", "permanent", "no such mail domain"),
    ("1.3", "permanent", "the address is malformed"),
    ("1.6", "permanent", "the mailbox has moved without a new address"),
    ("1.7", "policy", "our sender address is malformed"),
    ("1.8", "policy", "our sender domain is not accepted"),
    ("1.10", "permanent", "the domain takes no mail"),
    ("2.1", "permanent", "the mailbox is closed"),
    ("2.2", "transient", "the mailbox is full"),
    ("2.3", "policy", "the mail is too large for the mailbox"),
    ("3.4", "policy", "the mail is too large for the server"),
    ("3", "transient", "the receiving server is out of order"),
    ("4.4", "permanent", "the domain cannot be found"),
    ("4", "transient", "the way to the server is interrupted"),
    ("5", "policy", "the servers did not understand each other"),
    ("6", "policy", "the mail's content was refused"),
    ("7", "policy", "refused by the receiver's rules"),
)

_FULL = r"mailbox (is )?full|over ?quota|quota exceeded|exceeded.{0,20}quota|out of storage"
_REFUSED = (
    r"spam|block ?list|black ?list|spamhaus|barracuda|reputation|dmarc|\bspf\b|dkim"
    r"|rate limit|too many|unauthenticated|message (was )?(blocked|rejected) (due|by|for)"
)
_NOBODY = (
    r"(user|recipient|mailbox|account).{0,40}"
    r"(unknown|not found|does(n't| not) exist|no longer|disabled|inactive|invalid)"
    r"|no such (user|recipient|mailbox|person)|(unknown|invalid) (user|recipient|mailbox)"
    r"|no mailbox (here )?by that name|doesn't have an? .{0,40}account"
    # Microsoft 365 answers so for mailboxes that its directory does not hold.
    r"|recipient address rejected: access denied"
)
_NOWHERE = (
    r"(host|domain) (or domain name )?(name )?(not found|unknown)|no such (host|domain)|nxdomain"
)
# Words beat a code of no detail, and the codes that large providers use in their own sense.
_BY_WORDS: tuple[tuple[str, Kind, str], ...] = (
    (r"gr[ea]y-?list", "transient", "the server asks to come again"),
    (_FULL, "transient", "the mailbox is full"),
    (_REFUSED, "policy", "refused by the receiver's rules"),
    (_NOBODY, "permanent", "no such mailbox"),
    (_NOWHERE, "permanent", "the domain cannot be found"),
)
_WORDS = tuple((re.compile(words, re.IGNORECASE), kind, why) for words, kind, why in _BY_WORDS)
_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
# These are read by their words first: servers use them for anything.
_VAGUE = re.compile(r"[45]\.(0\.\d+|1\.0|2\.0|4\.1|3\.0|7\.0)")

# After a connection that failed or a 4xx. RFC 5321 (4.5.4.1) asks for half an hour and for days,
# which the relay behind us does; greylisting opens after minutes, and a survey's question goes
# stale within two days.
_WAITS = tuple(timedelta(minutes=m) for m in (5, 30, 120, 360, 1440))


def classify(code: int | None, status: str = "", text: str = "") -> Verdict:
    """What an SMTP reply, or the status of a delivery report, says about the address.

    `code` is the reply's three digits, `status` the enhanced code such as 5.1.1, `text` the words.

    >>> classify(550, "5.1.1", "user unknown")
    Verdict(kind='permanent', reason='no such mailbox')
    """
    found = _STATUS.search(status) or _STATUS.search(text)
    by_words = _worded(text)
    if _passing(code, found[0] if found else ""):
        reason = by_words.reason if by_words else "the server could not take it now"
        return Verdict("transient", reason)
    if by_words and (not found or _VAGUE.fullmatch(found[0])):
        return by_words
    if found:
        return _coded(f"{int(found[2])}.{int(found[3])}")
    # Refused for good, but not why: the benefit of the doubt goes to the address.
    return Verdict("policy", "refused without a reason that is known")


def retry_at(tries: int, now: datetime) -> datetime | None:
    """When to try again after so many failed tries (1 or more); None: give up."""
    return now + _WAITS[tries - 1] if 1 <= tries <= len(_WAITS) else None


def _passing(code: int | None, status: str) -> bool:
    # The enhanced code is the more exact of two that disagree.
    if status:
        return status.startswith("4")
    return code is None or code < 500


def _coded(status: str) -> Verdict:
    for start, kind, reason in _BY_STATUS:
        if status == start or ("." not in start and status.split(".")[0] == start):
            return Verdict(kind, reason)
    return Verdict("policy", "refused without a reason that is known")


def _worded(text: str) -> Verdict | None:
    for words, kind, reason in _WORDS:
        if words.search(text):
            return Verdict(kind, reason)
    return None
