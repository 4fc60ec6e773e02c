"""What the engine is told: answers, invitations and people, month by month, as rows of the plan's facts.

Left out: what is of tests, quarantined answers, and the erased. An answer belongs to the month of
its day, an invitation to that of its sending, a person to that of joining, the latter two in UTC.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from milepost.plan.facts import BY_NAME, SHARED, ColumnType, collected
from milepost.server.models import Company, Invitation, Person, Response
from milepost.server.queries.answered import Questions
from milepost.server.queries.rules import zone_of
from milepost.server.queries.tags import by_response

CHUNK = 2_000
_DAY = timedelta(days=1)
# What an invitation's asking says of itself, as attributes.
_ASKING = ("survey", "program")
# What members put on an answer, as an attribute: `late, wrong size`.
_TAGGED = ("tags",)


def _own(fact: str) -> dict[str, ColumnType]:
    return {**SHARED, **collected(BY_NAME[fact]).columns}


_OF_ANSWERS, _OF_PEOPLE = frozenset((*_own("responses"), *_TAGGED)), frozenset(_own("customers"))
_OF_ASKINGS = frozenset((*_own("invitations"), *_ASKING))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a fact: its month (`2026-11`), its values in the order of the columns, its attributes."""

    month: str
    values: tuple[object, ...]
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that the server brings: its own columns, and its rows of some months in any order.

    `also` are attributes that are not of people or events but of the asking, or of members.
    """

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Collection[str]], Iterator[Row]]
    also: tuple[str, ...] = ()

    @property
    def types(self) -> dict[str, ColumnType]:
        """The columns with their types, as the plan knows them."""
        return {name: _own(self.name)[name] for name in self.columns}


def left_out() -> dict[str, int]:
    """How many answers do not count, by reason."""
    real = Response.objects.filter(test=False)
    return {
        "quarantined": real.filter(quarantined=True).count(),
        "test": Response.objects.filter(test=True).count(),
    }


def month_of(day: date) -> str:
    """The month of a day, such as 2026-11."""
    return f"{day:%Y-%m}"


def span_of(month: str) -> tuple[date, date]:
    """The first day of a month, and that of the next.

    >>> span_of("2026-12")
    (datetime.date(2026, 12, 1), datetime.date(2027, 1, 1))
    """
    since = date.fromisoformat(f"{month}-01")
    return since, (since + 31 * _DAY).replace(day=1)


def _days(months: Collection[str]) -> Iterator[tuple[str, date]]:
    """Every day of the months: read day by day, a month of any size holds up nobody."""
    for month in sorted(months):
        day, until = span_of(month)
        while day < until:
            yield month, day
            day += _DAY


_ANSWERED = (
    "pk", "key", "answered_at", "version_id", "program__name", "program__kind",
    "person__external_id", "person__key", "person__account", "touchpoint", "channel", "locale",
    "attributes", "score", "answer", "comment", "further", "recovery", "anonymous",
)  # fmt: skip


def _responses(months: Collection[str]) -> Iterator[Row]:
    zone, questions = zone_of(Company.load()), Questions()
    for month, day in _days(months):
        noon = datetime.combine(day, time(12), tzinfo=zone).astimezone(UTC)
        tags = by_response(day)
        answers = Response.objects.filter(day=day, test=False, quarantined=False)
        found = answers.order_by("pk").values_list(*_ANSWERED)
        for values in found.iterator(chunk_size=CHUNK):
            one = dict(zip(_ANSWERED, values, strict=True))
            one["tags"] = tags.get(one["pk"], ())
            yield from _answer_rows(one, month, noon, questions)


def _answer_rows(
    one: Mapping[str, Any], month: str, noon: datetime, questions: Questions
) -> Iterator[Row]:
    """A row for each question that was answered; the comment and the recovery are the first one's."""
    tags = {"tags": ", ".join(one["tags"])} if one["tags"] else {}
    attributes = tags | as_texts(one["attributes"], _OF_ANSWERS)
    # An anonymous answer has a day and no time: noon is on that day wherever the company looks.
    at = noon if one["anonymous"] else one["answered_at"] or noon
    about = (
        one["locale"], one["program__name"], one["program__kind"],
        _customer_id(one["person__external_id"], one["person__key"]), one["person__account"] or None,
        one["touchpoint"] or None, one["channel"],
    )  # fmt: skip
    for number, (put, score, answer) in enumerate(questions.answers(one)):
        first = (one["comment"] or None, one["recovery"]) if number == 0 else (None, None)
        values = (
            str(one["key"]), at, put.question, put.type, score, answer, put.scale, put.good,
            put.audience, *first, *about,
        )  # fmt: skip
        yield Row(month, values, attributes)


_SENT = (
    "key", "sent_at", "delivered_at", "answered_at", "state", "response__quarantined",
    "person__external_id", "person__key", "person__account", "person__attributes", "touchpoint",
    "channel", "attributes", "program__name", "survey__name",
)  # fmt: skip


def _invitations(months: Collection[str]) -> Iterator[Row]:
    for month, day in _days(months):
        since = datetime.combine(day, time(), tzinfo=UTC)
        sent = Invitation.objects.filter(sent_at__gte=since, sent_at__lt=since + _DAY, test=False)
        for values in sent.order_by("pk").values_list(*_SENT).iterator(chunk_size=CHUNK):
            yield _invitation_row(dict(zip(_SENT, values, strict=True)), month)


def _invitation_row(one: Mapping[str, Any], month: str) -> Row:
    answered = one["state"] == "answered" and not one["response__quarantined"]
    values = (
        str(one["key"]), one["sent_at"], one["delivered_at"],
        # An anonymous asking knows that it was answered, and keeps to itself when.
        (one["answered_at"] or one["sent_at"]) if answered else None,
        _customer_id(one["person__external_id"], one["person__key"]), one["person__account"] or None,
        one["touchpoint"] or None, one["channel"],
    )  # fmt: skip
    asking = {name: one[f"{name}__name"] for name in _ASKING if one[f"{name}__name"]}
    about = as_texts({**one["person__attributes"], **one["attributes"]}, _OF_ASKINGS)
    return Row(month, values, asking | about)


_KNOWN = ("pk", "key", "external_id", "joined_at", "created_at", "account", "attributes")


def _people(months: Collection[str]) -> Iterator[Row]:
    """One look at everybody, by their ids: so that many months cost no more than one."""
    since, until = span_of(min(months))[0], span_of(max(months))[1]
    low, high = (datetime.combine(day, time(), tzinfo=UTC) for day in (since, until))
    people = Person.objects.counted().present().filter(
        Q(joined_at__gte=low, joined_at__lt=high)
        | Q(joined_at=None, created_at__gte=low, created_at__lt=high)
    )  # fmt: skip
    last = 0
    while found := list(people.filter(pk__gt=last).order_by("pk").values_list(*_KNOWN)[:CHUNK]):
        last = found[-1][0]
        for _, key, external_id, joined_at, created_at, account, attributes in found:
            joined = joined_at or created_at
            month = month_of(joined)
            if month in months:
                values = (_customer_id(external_id, key), joined, account or None)
                yield Row(month, values, as_texts(attributes, _OF_PEOPLE))


def _customer_id(external_id: str | None, key: object) -> str | None:
    """As `Person.customer_id`, without the person."""
    if key is None:
        return None
    return external_id or f"person:{key}"


def as_texts(attributes: Mapping[str, Any], taken: Collection[str]) -> dict[str, str]:
    """Attributes as texts, without the empty ones.

    One that bears a `taken` name, such as a column's, gets a space at its end, for which the engine
    gives it a name of its own; no other attribute has one.

    >>> as_texts({"plan": "pro", "seats": 3.0, "vip": True, "tags": ["a", "b"], "x": None}, {"plan"})
    {'plan ': 'pro', 'seats': '3', 'vip': 'true', 'tags': 'a, b'}
    """
    found = {}
    for name, value in attributes.items():
        text = value if isinstance(value, str) else _text(value)
        if text:
            known = name.strip()
            found[f"{known} " if known in taken else known] = text
    return found


def _text(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


FACTS = (
    Fact(
        "responses",
        (
            "response_id", "answered_at", "question", "question_type", "score", "answer", "scale",
            "good", "audience", "comment", "recovery", "locale", "program", "kind", "customer_id",
            "account_id", "touchpoint", "channel",
        ),
        _responses,
        also=_TAGGED,
    ),
    Fact(
        "invitations",
        (
            "invitation_id", "sent_at", "delivered_at", "answered_at", "customer_id", "account_id",
            "touchpoint", "channel",
        ),
        _invitations,
        also=_ASKING,
    ),
    Fact("customers", ("customer_id", "joined_at", "account_id"), _people),
)  # fmt: skip
