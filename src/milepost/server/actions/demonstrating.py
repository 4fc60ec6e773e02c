"""Filling an empty database with the company to look at: its people, surveys, programs, askings and answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Count

from milepost import clock
from milepost.demo import programs as asked_of
from milepost.demo.span import TIMEZONE, Span
from milepost.demo.world import World
from milepost.errors import MilepostError
from milepost.programs.deciding.documents import as_data
from milepost.programs.deciding.documents import parse as parse_program
from milepost.programs.surveys.document import parse as parse_survey
from milepost.server.actions import surveys
from milepost.server.actions.auditing import record
from milepost.server.actions.demonstrated import (
    Placed,
    decisions,
    events,
    invitations,
    messages,
    months,
    nameless,
    people,
    responses,
)
from milepost.server.databases import writing
from milepost.server.importing.tables import insert
from milepost.server.models import (
    Company,
    Decision,
    Dirty,
    Event,
    Invitation,
    Member,
    Person,
    Program,
    Response,
    Survey,
)

ADMINISTRATOR = "admin@morgenrist.example"
_COLLEAGUES = {
    "crm@morgenrist.example": ("Sofie Lund", "manager"),
    "support@morgenrist.example": ("Nuno Prates", "manager"),
    "logistics@morgenrist.example": ("Henrik Bjerre", "analyst"),
    "web@morgenrist.example": ("Ida Krogh", "analyst"),
    "roastery@morgenrist.example": ("Bo Friis", "responder"),
}
# Rows in memory and in one transaction at a time.
_TOGETHER = 2_000
_Row = TypeVar("_Row", bound=models.Model)


class DemoError(MilepostError, ValueError):
    """The demo cannot be made as it was asked for."""


@dataclass(frozen=True, slots=True)
class _Asking:
    surveys: dict[str, Survey]
    programs: dict[str, Program]


def fill(found: World, password: str, *, told: Callable[[str], None] = lambda _: None) -> None:
    """Fill an empty database with the company. Raises DemoError for a database that is not empty.

    What is stored is marked to be told to the engine; whoever calls this writes the facts.
    """
    if Member.objects.exists() or Person.objects.exists():
        raise DemoError("the database is not empty; the demo is made in one of its own only")
    span = found.span
    told("people")
    with writing():
        company = _company()
        _members(password, span)
        record("make_demo", company)
    with clock.at(span.moment(0)):
        asking = _asking(span)
    for some in _batches(people(found)):
        with writing():
            insert(some)
    placed = Placed(
        people=dict(Person.objects.values_list("external_id", "pk")), surveys=asking.surveys,
        programs=asking.programs,
    )  # fmt: skip
    told("invitations and answers")
    _askings(found, placed)
    _count(placed)
    _mark(found)


def pack() -> None:
    """Give back the pages of the SQLite file that filling it left half empty."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def check_password(password: str) -> None:
    """Refuse what no member could have. Raises DemoError."""
    try:
        validate_password(password, Member(email=ADMINISTRATOR))
    except ValidationError as error:
        raise DemoError(f"--password: {' '.join(error.messages)}") from None


def _company() -> Company:
    # The pulse was let off the budget: that is what it is there to show.
    budget = {"days": asked_of.BUDGET_DAYS, "by_type": {"thumbs": 7}}
    return Company.objects.create(
        pk=1, name=asked_of.COMPANY, time_zone=TIMEZONE, locale="en", accent="#7a4a2b",
        sender_name=asked_of.COMPANY, sender_address="hello@morgenrist.example", budget=budget,
        website="https://morgenrist.example", postal_address="Ristervej 7, 8000 Aarhus C, Denmark",
    )  # fmt: skip


def _members(password: str, span: Span) -> None:
    administrator = Member(
        email=ADMINISTRATOR, name="Anna Holm", role="administrator", created_at=span.moment(0)
    )
    administrator.set_password(password)
    administrator.save()
    for email, (name, role) in _COLLEAGUES.items():
        colleague = Member(email=email, name=name, role=role, created_at=span.moment(20))
        colleague.set_unusable_password()
        colleague.save()


def _asking(span: Span) -> _Asking:
    found = {one.name: _survey(one) for one in asked_of.SURVEYS}
    made = {one.name: _program(one, found[one.survey.name], span) for one in asked_of.PROGRAMS}
    return _Asking(found, made)


def _survey(one: asked_of.Survey) -> Survey:
    row = surveys.take_in(parse_survey(one.document), replacing=False, by=None)
    row.touchpoint, row.open_link = one.touchpoint, one.anonymous
    with writing():
        row.save(update_fields=["touchpoint", "open_link"])
    surveys.publish(row, seen=surveys.stamp(row), by=None)
    row.refresh_from_db()
    return row


def _program(one: asked_of.Program, survey: Survey, span: Span) -> Program:
    """Without `decide_at` it rests until somebody saves it: looking at the demo asks nobody."""
    began = span.pulse if one.tiring else span.since
    rule = parse_program(one.document(began))
    with writing():
        made = Program.objects.create(
            name=one.name, title=one.title, survey=survey, kind=rule.kind, document=as_data(rule),
            active=one.active, created_at=span.moment(span.day(began)), updated_at=clock.now(),
        )  # fmt: skip
        record("create_program", made, kind=rule.kind)
    return made


def _askings(found: World, placed: Placed) -> None:
    asked = found.asking.asked
    for start in range(0, len(asked), _TOGETHER):
        part = range(start, min(start + _TOGETHER, len(asked)))
        with writing():
            happened = events(found, placed, part)
            Event.objects.bulk_create(happened.values())
            invited = invitations(found, placed, part, happened)
            _insert_named(invited)
            insert(messages(invited))
            insert(responses(found, invited))
            insert(decisions(found, placed, part, happened))
    with writing():
        Response.objects.bulk_create(nameless(found, placed))


def _insert_named(invited: dict[int, Invitation]) -> None:
    """Store invitations, and give them the ids by which others name them."""
    rows = list(invited.values())
    insert(rows)
    keys = dict(
        Invitation.objects.filter(key__in=[row.key for row in rows]).values_list("key", "pk")
    )
    for row in rows:
        row.pk = keys[row.key]


def _batches(rows: Iterator[_Row]) -> Iterator[list[_Row]]:
    while some := list(islice(rows, _TOGETHER)):
        yield some


def _count(placed: Placed) -> None:
    """What the last round of each program came to, as far as its decisions are kept."""
    for program in placed.programs.values():
        kept = Decision.objects.filter(program=program).values_list("reason").annotate(Count("pk"))
        with writing():
            program.counts, program.decided_at = dict(kept), clock.now()
            program.save(update_fields=["counts", "decided_at"])


def _mark(found: World) -> None:
    marks = [Dirty(fact=fact, month=month) for fact, month in months(found)]
    with writing():
        Dirty.objects.bulk_create(marks)
