"""Words of data that pages translate as they show them: the catalogues hold them, though no call names them."""

from __future__ import annotations

from collections.abc import Iterator

from milepost.channels.catalogue import CHANNELS
from milepost.insight import sentences
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
# How a metric's boxes are told; the engine writes them. The last would take the others in.
BOXES = (
    "{scale} (low is good): top {top}, bottom {bottom}",
    "{scale} (neither is good): top {top}, bottom {bottom}", "{scale}: top {top}, bottom {bottom}",
)  # fmt: skip
SENTENCES = (*sentences.SENTENCES, *BOXES)
# What the name of an interval's method is put together from.
METHODS = (
    "Wilson", "Agresti-Coull", "Goodman", "adjusted Wald", "Student's t", "delta method",
    "delta method on log odds", "exact Poisson", "counted", "Kaplan-Meier", "log-log", "Woodruff",
    "cluster-robust", "design effect of all segments", "carried on for a year",
)  # fmt: skip
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

# Lengths of time are told in these, which are words of their own elsewhere.
TIME, TIMES = "length of time", ("d", "h", "min", "s")

# What the engine calls the columns of a list of rows beside a fact's own.
LISTED = ("Day", "Question", "Question type", "Scale", "Good", "Score", "Answer", "Row")


def _found() -> Iterator[str]:
    yield from (*VERDICTS, *KINDS, *GOOD, *UNITS, *PERIODS, *WEEKDAYS, *STATES, *CLOSED, *RECORDS)
    for word in (*ROLES, "people", "events", "relationship", "transactional"):
        yield from (word, word.capitalize())
    yield from (*PARTS, *MOMENTS, *METHODS, *SENTENCES)
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
