"""Answers as a table to take away: one row an answer, a column for each further question."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from milepost.server.models import Program, Response, Survey, Version
from milepost.server.queries.asked import document_of
from milepost.server.queries.responses import class_of
from milepost.server.queries.tags import names_of
from milepost.server.queries.wording import Wording

Cell = str | int | float | None
Column = tuple[str, str]
_CHUNK = 2_000
_FIRST = ("response_id", "day")
_REST = (
    "survey", "survey_version", "program", "touchpoint", "channel", "language", "customer_id",
    "name", "email", "account", "question", "score", "class", "answer", "comment", "tags",
    "call_me", "phone", "state", "quarantined", "attributes", "recovery",
)  # fmt: skip

_NEEDED = (
    "key", "day", "answered_at", "survey_id", "version_id", "program_id", "touchpoint", "channel",
    "locale", "score", "answer", "comment", "call_me", "phone", "state", "quarantined",
    "attributes", "recovery", "contacted_at", "further", "person__external_id", "person__key",
    "person__name", "person__email", "person__account",
)  # fmt: skip


def header(columns: Sequence[Column], zone: ZoneInfo) -> list[str]:
    """The headings; times are of the zone, which they state."""
    times = [f"answered_at ({zone.key})", *_REST, f"contacted_at ({zone.key})"]
    return [*_FIRST, *times, *(f"{survey}: {name}" for survey, name in columns)]


def columns(found: QuerySet[Response]) -> list[Column]:
    """The further questions of all versions that were answered: the survey's name, the question's."""
    keys = found.order_by().values_list("version", flat=True).distinct()
    versions = Version.objects.filter(pk__in=list(keys)).select_related("survey")
    named = {
        (version.survey.name, each.name)
        for version in versions
        for each in document_of(version).further
    }
    return sorted(named)


def rows(
    found: QuerySet[Response], columns: Sequence[Column], zone: ZoneInfo
) -> Iterator[list[Cell]]:
    """The answers by day; within a day in an order that tells nothing."""
    # There are few surveys, versions and programs: read once, not with every answer.
    few: dict[str, Mapping[int, Any]] = {
        "survey": Survey.objects.in_bulk(),
        "version": Version.objects.in_bulk(),
        "program": Program.objects.in_bulk(),
    }
    answers = found.select_related("person").only(*_NEEDED).order_by("day", "pk")
    wording = Wording()
    for each, tags in _with_tags(answers.iterator(chunk_size=_CHUNK)):
        for name, known in few.items():
            setattr(each, name, known.get(getattr(each, f"{name}_id")))
        further = {(each.survey.name, name): value for name, value in each.further.items()}
        plain = _plain(each, zone, tags=tags, question=wording.first(each.version, each.locale))
        yield [*plain, *(_cell(further.get(column)) for column in columns)]


def _with_tags(answers: Iterator[Response]) -> Iterator[tuple[Response, str]]:
    while some := list(islice(answers, _CHUNK)):
        tags = names_of(each.pk for each in some)
        yield from ((each, tags.get(each.pk, "")) for each in some)


def _plain(each: Response, zone: ZoneInfo, *, tags: str, question: str) -> list[Cell]:
    person = each.person
    return [
        str(each.key), each.day.isoformat(), _moment(each.answered_at, zone), each.survey.name,
        each.version.number, each.program.name if each.program else None, each.touchpoint,
        each.channel, each.locale, person.customer_id if person else None,
        person.name if person else None, person.email if person else None,
        person.account if person else None, question, each.score, class_of(each), each.answer,
        each.comment, tags, _yes(each.call_me), each.phone, each.state, _yes(each.quarantined), _json(each.attributes), each.recovery,
        _moment(each.contacted_at, zone),
    ]  # fmt: skip


def _cell(value: object) -> Cell:
    match value:
        case None | str() | int() | float():
            return value
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _moment(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment else None


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _json(value: object) -> str | None:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else None
