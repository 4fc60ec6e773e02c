"""Keeping what was decided: a row where something changed, an invitation for whoever is asked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from milepost.programs.deciding.decision import Decision
from milepost.programs.surveys.locales import match_locale
from milepost.server.databases import moment, raw, writing
from milepost.server.models import Company, Event, Invitation, Message, Person, Program
from milepost.server.models import Decision as Row
from milepost.server.queries.asked import document_of
from milepost.server.queries.candidates import among

Detail = dict[str, Any]
Place = tuple[int, int | None]
_TABLE = Row._meta.db_table
_KEY = ("program_id", "person_id", "event_id")
_TOGETHER = 200
_VALUES = ("asked", "reason", "detail", "until", "since")


@dataclass(frozen=True, slots=True)
class Kept:
    """How many rows were written, and the invitations that were made."""

    written: int
    invited: int


class Before(NamedTuple):
    """What the table says of a person (and an event) so far, as the database gives it."""

    pk: int
    reason: str
    detail: str
    until: datetime | None
    since: datetime


class Written(NamedTuple):
    """A row to be written: new where it has no `pk`; values as the database takes them."""

    pk: int | None
    key: tuple[int, int, int | None]
    values: tuple[bool, str, str, Any, Any]


def keep(program: Program, decisions: Sequence[Decision], company: Company, now: datetime) -> Kept:
    """Keep some decisions of one program in one transaction; the same again writes nothing.

    Two workers may do it at once: the table's rules let one of each invitation through.
    """
    earlier = _earlier(program, decisions)
    found = (_written(program, each, earlier.get(_place(each)), now) for each in decisions)
    changed = [row for row in found if row]
    asked = [each for each in decisions if each.asked]
    if not changed and not asked:
        return Kept(0, 0)
    with writing():
        _write(changed)
        invited = _invite(program, asked, company) if asked else 0
    return Kept(len(changed), invited)


def detail_of(decision: Decision) -> Detail:
    """What the words of a decision need beside its reason and `until`; times in ISO 8601."""
    found: Detail = {}
    if decision.at:
        found["at"] = decision.at.isoformat()
    if decision.by is not None:
        found["by"] = decision.by
    if decision.since:
        found["since"] = decision.since.isoformat()
    if decision.channel is not None:
        found["channel"] = decision.channel
    return found


def decision_of(row: Row) -> Decision:
    """The decision that a row keeps, for its words."""
    at, since = (row.detail.get(name) for name in ("at", "since"))
    return Decision(
        person=row.person_id,
        program=row.program.name,
        reason=row.reason,
        at=datetime.fromisoformat(at) if at else None,
        channel=row.detail.get("channel"),
        until=row.until,
        by=row.detail.get("by"),
        since=datetime.fromisoformat(since) if since else None,
        event=row.event_id,
    )


def _earlier(program: Program, decisions: Sequence[Decision]) -> dict[Place, Before]:
    events = [int(each.event) for each in decisions if each.event is not None]
    # Each kind has an index of its own, which is used only if it is told which kind is meant.
    if events:
        theirs = among("event", events)
    else:
        theirs = among("person", [int(each.person) for each in decisions]) & Q(event=None)
    found = Row.objects.filter(theirs, program=program).values_list(
        "person_id", "event_id", "pk", "reason", "detail", "until", "since"
    )
    return {(person, event): Before(*rest) for person, event, *rest in raw(found)}


def _written(
    program: Program, decision: Decision, before: Before | None, now: datetime
) -> Written | None:
    """A decision as it is to be written; None where the table says so already."""
    detail = detail_of(decision)
    same = before is not None and before.reason == decision.reason
    if before is not None:
        # What was asked stays known as asked.
        if decision.reason == "already_asked":
            return None
        if same and moment(before.until) == decision.until and json.loads(before.detail) == detail:
            return None
    since = moment(before.since) if before and same else now
    text = json.dumps(detail) if detail else "{}"
    return Written(
        before.pk if before else None,
        (program.pk, *_place(decision)),
        (
            decision.asked, decision.reason, text,
            _moment(decision.until), _moment(since),
        ),
    )  # fmt: skip


def _place(decision: Decision) -> Place:
    return int(decision.person), None if decision.event is None else int(decision.event)


def _write(rows: Sequence[Written]) -> None:
    """Many rows a statement, which both databases know: PostgreSQL answers to each statement, and
    the ORM takes six times as long; there may be a million."""
    columns = (*_KEY, *_VALUES)
    again = ", ".join(f"{column} = excluded.{column}" for column in _VALUES)
    new = [row.key + row.values for row in rows if row.pk is None]
    known = [(row.pk, *row.key, *row.values) for row in rows if row.pk is not None]
    with connection.cursor() as cursor:
        _insert(cursor, columns, new, "ON CONFLICT DO NOTHING")
        _insert(cursor, ("id", *columns), known, f"ON CONFLICT (id) DO UPDATE SET {again}")


def _insert(
    cursor: Any, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], conflict: str
) -> None:
    marks = f"({', '.join(['%s'] * len(columns))})"
    begin = f"INSERT INTO {_TABLE} ({', '.join(columns)}) VALUES "
    for start in range(0, len(rows), _TOGETHER):
        some = rows[start : start + _TOGETHER]
        text = f"{begin}{', '.join([marks] * len(some))} {conflict}"
        cursor.execute(text, [value for row in some for value in row])


# Thousands become due at the same midnight.
@lru_cache(maxsize=4096)
def _moment(value: datetime | None) -> Any:
    """A moment as the server's one database takes it."""
    return connection.ops.adapt_datetimefield_value(value) if value else None


def _invite(program: Program, asked: Sequence[Decision], company: Company) -> int:
    """Make the invitations and their first messages; how many were new."""
    events = Event.objects.in_bulk([each.event for each in asked if each.event is not None])
    _forget_unsent(program, list(events))
    people = dict(
        Person.objects.filter(pk__in=[each.person for each in asked]).values_list("pk", "locale")
    )
    made = [
        invitation_of(
            program, each, locale=people[int(each.person)] or company.locale,
            event=events.get(int(each.event)) if each.event is not None else None,
        )
        for each in asked
        if each.person in people
    ]  # fmt: skip
    Invitation.objects.bulk_create(made, ignore_conflicts=True)
    new = set(
        Invitation.objects.filter(pk__in=[each.pk for each in made]).values_list("pk", flat=True)
    )
    Message.objects.bulk_create(
        Message(invitation=each, channel=each.channel, due_at=each.due_at)
        for each in made
        if each.pk in new
    )
    return len(new)


def invitation_of(
    program: Program, decision: Decision, *, locale: str, event: Event | None
) -> Invitation:
    """The invitation that a decision to ask amounts to, not stored."""
    survey = program.survey
    assert survey.current is not None
    assert decision.at is not None
    offered = document_of(survey.current).locales
    point = str(program.document.get("touchpoint") or "")
    return Invitation(
        program=program,
        survey=survey,
        version=survey.current,
        person_id=int(decision.person),
        event=event,
        touchpoint=(event.touchpoint if event else "") or point or survey.touchpoint,
        channel=decision.channel or "email",
        locale=match_locale(offered, locale),
        attributes=dict(event.details) if event else {},
        due_at=decision.at,
    )


def _forget_unsent(program: Program, events: Sequence[int]) -> None:
    """An asking that was withdrawn before anything was sent makes room for the new one."""
    Invitation.objects.filter(
        program=program, event__in=events, state="closed", sent_at=None
    ).delete()
