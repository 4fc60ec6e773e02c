"""Finding people among millions: by the beginning of what is known of them, page by page; and one person's story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from phonenumbers import country_code_for_region

from milepost.programs.deciding.decision import BY_CODE
from milepost.server.actions.decisions import decision_of
from milepost.server.importing.values import Unusable, clean
from milepost.server.importing.values import phone as phone_of
from milepost.server.models import Company, Decision, Event, Invitation, Message, Person, Response
from milepost.server.models.people import STATUSES, folded
from milepost.server.queries.rules import zone_of

PAGE = 50
# Beyond that a list says "more than": counting a million rows takes longer than reading a page.
COUNTED = 10_000
STORY = 200
_FEWEST_DIGITS = 3
_LAST = "\U0010ffff"
_SEARCHED = ("name_key", "surname_key", "account_key")


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of people. `after` is where the next begins, None on the last; `more` that a search cut off."""

    people: Sequence[Person]
    after: int | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a person's story: when, what kind, what it says, what stands behind it.

    `key` is the invitation's or the answer's, which have pages of their own.
    """

    at: datetime
    kind: str
    words: str
    detail: str = ""
    details: dict[str, str] = field(default_factory=dict)
    key: UUID | None = None


def listed(*, status: str = "", test: bool = False, before: int | None = None) -> Listed:
    """The people of a status, the newest first; `before` is the last page's `after`."""
    found = _chosen(status, test=test).order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    people = list(found[: PAGE + 1])
    return Listed(people[:PAGE], after=people[PAGE - 1].pk if len(people) > PAGE else None)


def count(*, status: str = "", test: bool = False) -> int:
    """How many there are, at most COUNTED + 1."""
    return _chosen(status, test=test)[: COUNTED + 1].count()


def search(text: str, *, region: str | None = None, most: int = PAGE) -> Listed:
    """Whoever's name, last name, e-mail, phone, customer id or account begins so, at most `most`.

    A query a column: each walks its own index, so that a million people cost what fifty do.
    """
    found: dict[int, Person] = {}
    for sought in _sought(clean(text), region):
        for person in Person.objects.present().filter(sought).order_by()[: most + 1]:
            found.setdefault(person.pk, person)
        if len(found) > most:
            break
    people = sorted(found.values(), key=lambda one: (one.name_key, one.pk))
    return Listed(people[:most], more=len(people) > most)


def one(text: str, *, region: str | None = None) -> Person | None:
    """The person whom a customer id, e-mail address or phone number names exactly."""
    sought = clean(text)
    keys = {"external_id": sought, "email": sought.lower()}
    try:
        keys["phone"] = phone_of(sought, region)
    except Unusable:
        pass
    found = (
        Person.objects.present().filter(**{column: key}).first() for column, key in keys.items()
    )
    return next(filter(None, found), None)


def story(person: Person) -> list[Moment]:
    """What happened to a person and what they were asked, the latest first, at most STORY of a kind."""
    moments = [
        *_events(person), *_askings(person), *_messages(person), *_answers(person),
        *_decisions(person),
    ]  # fmt: skip
    return sorted(moments, key=lambda one: one.at, reverse=True)


def _chosen(status: str, *, test: bool) -> QuerySet[Person]:
    people = Person.objects.filter(test=True) if test else Person.objects.all()
    return people.filter(status=status) if status in STATUSES else people


def _sought(text: str, region: str | None) -> Iterator[Q]:
    if not text:
        return
    yield from (begins(column, folded(text)) for column in _SEARCHED)
    yield begins("email", text.lower())
    yield begins("external_id", text)
    for digits in _digits(text, region):
        yield begins("phone", digits)


def begins(column: str, text: str) -> Q:
    """Rows whose column begins with a text, by its index: SQLite's LIKE would not use it."""
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": text, f"{column}__lt": text + _LAST})
    return Q(**{f"{column}__startswith": text})


def _digits(text: str, region: str | None) -> Iterator[str]:
    """How a phone number that is typed in part may begin in E.164."""
    digits = "".join(letter for letter in text if letter.isdecimal())
    if len(digits) < _FEWEST_DIGITS or any(letter.isalpha() for letter in text):
        return
    abroad = text.startswith(("+", "00"))
    if region and not abroad:
        yield f"+{country_code_for_region(region)}{digits}"
    yield f"+{digits.removeprefix('00') if abroad else digits}"


def _events(person: Person) -> Iterable[Moment]:
    for event in Event.objects.filter(person=person).order_by("-at")[:STORY]:
        place = event.touchpoint and f"at {event.touchpoint}"
        by = event.channel and f"by {event.channel}"
        yield Moment(
            event.at, "event", event.name, " ".join(filter(None, (place, by))), event.details
        )


def _askings(person: Person) -> Iterable[Moment]:
    rows = Invitation.objects.filter(person=person).select_related("survey", "program")
    for asking in rows.order_by("-due_at")[:STORY]:
        why = asking.closed_because and f", because {asking.closed_because}"
        program = f" by {asking.program}" if asking.program else ""
        yield Moment(
            asking.sent_at or asking.due_at,
            "asking",
            f"{asking.survey}{program}",
            f"{asking.state}{why}, {asking.channel}{', a test' if asking.test else ''}",
            key=asking.key,
        )


def _messages(person: Person) -> Iterable[Moment]:
    rows = Message.objects.filter(invitation__person=person, sent_at__isnull=False)
    for message in rows.select_related("invitation__survey").order_by("-sent_at")[:STORY]:
        if message.sent_at:
            what = "reminder" if message.ordinal > 1 else "first"
            yield Moment(
                message.sent_at, "message", str(message.invitation.survey),
                f"{what}, {message.channel}", key=message.invitation.key,
            )  # fmt: skip


def _answers(person: Person) -> Iterable[Moment]:
    rows = Response.objects.filter(person=person, answered_at__isnull=False).select_related(
        "survey"
    )
    for answer in rows.order_by("-answered_at")[:STORY]:
        score = "" if answer.score is None else f"{answer.score}: "
        quarantined = "quarantined" if answer.quarantined else answer.state
        if answer.answered_at:
            yield Moment(
                answer.answered_at,
                "answer",
                f"{score}{answer.survey}",
                answer.comment or quarantined,
                key=answer.key,
            )


def _decisions(person: Person) -> Iterable[Moment]:
    rows = Decision.objects.filter(person=person, asked=False).select_related("program")
    zone = zone_of(Company.load())
    for decision in rows.order_by("-since")[:STORY]:
        known = decision.reason in BY_CODE
        why = decision_of(decision).words(zone) if known else decision.reason
        yield Moment(decision.since, "not asked", f"{decision.program}", why)
