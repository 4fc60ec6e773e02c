"""Words of data that pages translate as they show them: the catalogues hold them, though no call names them."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.channels.catalogue import CHANNELS
from milepost.insight import words as verdicts
from milepost.plan.facts import FACTS, SHARED
from milepost.programs.deciding.decision import REASONS
from milepost.programs.surveys.survey import QUESTION_KINDS
from milepost.programs.surveys.survey_types import SURVEY_TYPES
from milepost.server.settings import FILE, SETTINGS

VERDICTS = (*(each for name, each in vars(verdicts).items() if name.isupper()), "counted in full")
KINDS = ("interaction", "perception", "outcome")
GOOD = ("high", "low", "neither")
UNITS = ("percent", "points", "score", "count", "ratio", "money", "seconds", "days")
PERIODS = ("day", "week", "month", "quarter", "year", "all")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ROLES = ("administrator", "manager", "analyst", "responder")
# Of invitations, messages, answers, people, imports and changes of the plan.
STATES = (
    "planned", "sent", "answered", "closed", "waiting", "claimed", "failed", "cancelled",
    "partial", "complete", "active", "unsubscribed", "bounced", "complained", "erased",
    "uploaded", "running", "done", "pending", "written", "lost", "unsure",
)  # fmt: skip
# What happened to a person.
MOMENTS = ("event", "asking", "message", "answer", "asked", "not asked")
# Why an invitation was closed, as its row says it.
CLOSED = (
    "by hand", "survey closed", "no_address", "expired", "not sent", "bounced",
    "asked again or too late", "throttled", "held", "unsubscribed", "complained", "erased",
)  # fmt: skip
# What an import made of the records.
RECORDS = ("new", "changed", "unchanged", "merged", "known", "created", "rejected")
# What a program's form calls the parts of a rule in which two versions differ.
PARTS = (
    "kind", "survey", "survey type", "channels", "touchpoint", "priority", "sample", "segment",
    "recency", "daily cap", "window", "skip event channel", "holds", "reminder days", "every days",
    "starts on", "newcomer days", "event", "after minutes", "title",
)  # fmt: skip

# What a column of an imported file can be.
COLUMNS = (
    "Customer id", "E-mail", "Phone", "Name", "First name", "Last name", "Language", "Time zone",
    "Account", "Preferred channel", "Consent (all channels)", "Consent to E-mail", "Unsubscribed",
    "Customer since", "Last contact", "Event", "When", "The event's own id", "Touchpoint",
    "Channel",
)  # fmt: skip

# What the engine calls the columns of a list of rows beside a fact's own.
LISTED = ("Day", "Question", "Scale", "Score", "Answer", "Row")


def _found() -> Iterator[str]:
    yield from (*VERDICTS, *KINDS, *GOOD, *UNITS, *PERIODS, *WEEKDAYS, *STATES, *CLOSED, *RECORDS)
    for word in (*ROLES, "people", "events", "relationship", "transactional"):
        yield from (word, word.capitalize())
    yield from (*PARTS, *MOMENTS)
    yield from ("default", "environment", FILE)
    for kind in SURVEY_TYPES:
        yield kind.title
        yield from (each.name for each in kind.classes)
    yield from (kind.title for kind in QUESTION_KINDS)
    for channel in CHANNELS:
        yield from (channel.name, channel.title)
    for reason in REASONS:
        yield from filter(None, (reason.words, reason.plain))
    yield from (setting.help for setting in SETTINGS)
    yield from COLUMNS
    for fact in FACTS:
        yield from map(_label, fact.columns)
    yield from map(_label, SHARED)
    yield from LISTED


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


WORDS = tuple(dict.fromkeys(_found()))
