"""A decision about one person, and the closed list of reasons it may have, each in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from milepost.errors import one_line
from milepost.programs.deciding.person import Key


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is asked or not; `words` may name {by}, {since} and {channel}.

    `plain` are the words when there is no cause of which to tell the moment.
    """

    code: str
    words: str
    plain: str | None = None


REASONS = (
    Reason("asked", "asked by {channel}"),
    Reason("program_paused", "the program is paused"),
    Reason("erased", "the person was erased"),
    Reason("test", "a test person; programs ask real people alone"),
    Reason("unsubscribed", "unsubscribed"),
    Reason("complained", "reported a message of ours as spam"),
    Reason("bounced", "mail to the address came back"),
    Reason("no_event", "the program's event did not happen"),
    Reason("already_asked", "was asked about this event on {since}"),
    Reason("event_too_old", "the event of {since} is too long ago to ask about"),
    Reason("outside_segment", "not in the program's segment"),
    Reason("outside_sample", "not in the program's sample"),
    Reason("no_recent_contact", "no contact lately; the last one: {since}", "no contact known"),
    Reason("no_address", "no address for any of the program's channels"),
    Reason("no_consent", "no consent to any of the program's channels"),
    Reason("event_channel", "can be reached only by {by}, which the event just came by"),
    Reason("held", "held by {by} since {since}"),
    Reason("not_due", "not due yet; was asked by {by}, {since}", "not due yet"),
    Reason("throttled", "was asked by {by}, {since}"),
    Reason("account_limit", "the account {by} has been asked enough for now"),
    Reason("window", "waits for the program's hours"),
    Reason("cap", "the program's daily cap was reached"),
)  # fmt: skip
BY_CODE = {reason.code: reason for reason in REASONS}


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a person is asked, when and how, or why not; `reason` is a code of REASONS.

    Asked: `at` is when the message goes, `since` when the person became due. Not asked: `until` is
    when it is worth deciding again, None if only something new can change it; `by` and `since` tell
    which program or event is the cause, and of when.
    """

    person: Key
    program: str
    reason: str
    at: datetime | None = None
    channel: str | None = None
    until: datetime | None = None
    by: str | None = None
    since: datetime | None = None
    event: Key | None = None

    @property
    def asked(self) -> bool:
        """Whether the person is asked."""
        return self.at is not None

    def words(self, zone: ZoneInfo) -> str:
        """The decision on one line, with times of a zone.

        >>> Decision(1, "after_call", "not_due").words(ZoneInfo("UTC"))
        'not due yet'
        """
        reason = BY_CODE[self.reason]
        words = reason.plain if reason.plain and self.since is None else reason.words
        text = words.format(by=self.by, since=_told(self.since, zone), channel=self.channel)
        at = f" at {_told(self.at, zone)}" if self.at else ""
        until = f", until {_told(self.until, zone)}" if self.until else ""
        return one_line(text + at + until)


def _told(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""
