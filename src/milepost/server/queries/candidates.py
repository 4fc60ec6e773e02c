"""People as deciding sees them, streamed from the database a few thousand at a time.

Consent: a channel that takes none may be used; one with `opt_out` (e-mail) unless the person's
consent says no; one with `opt_in` only where it says yes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, Value

from milepost.channels.catalogue import CHANNELS
from milepost.programs.deciding.decision import BY_CODE
from milepost.programs.deciding.person import Asking, Candidate, Event, holds_of
from milepost.programs.deciding.program import After, Program
from milepost.programs.deciding.run import AHEAD, AccountAskings
from milepost.server.databases import moment, raw
from milepost.server.models import Decision, Invitation, Person
from milepost.server.models import Event as EventRow
from milepost.server.models import Program as Row
from milepost.server.queries.rules import OCCASIONS, Needs

People = Iterator[tuple[Candidate, Sequence[Event]]]
Ids = QuerySet[Any, tuple[int]]

CHUNK = 2_000
BY_HAND = "by hand"
EARLIER = "an earlier survey"
# What changed is stored some time after the moment it bears: no transaction takes longer than that.
_LATE = timedelta(minutes=10)
_COLUMNS = (
    "pk", "status", "email", "phone", "consent", "preferred_channel", "time_zone", "account", "test",
    "created_at", "contact", "last_asked_at", "told",
)  # fmt: skip
# Whom a cap left out has no place before the next day; all else is planned as far ahead as others are.
_PLANNED = tuple(reason for reason in BY_CODE if reason != "cap")


def everybody(needs: Needs, *, part: int = 1) -> People:
    """Everybody who counts, by their ids; with `part` one of so many, for a look in a hurry."""
    people, last = Person.objects.counted().present(), 0
    if part > 1:
        people = people.alias(slot=F("pk") % part).filter(slot=0)
    while rows := _rows(people.filter(pk__gt=last).order_by("pk")[:CHUNK], needs):
        yield from _candidates(rows, needs)
        last = rows[-1][0]


def some(ids: Iterable[int], needs: Needs) -> People:
    """The people of these ids, by their ids."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        rows = _rows(Person.objects.filter(among("pk", some)).order_by("pk"), needs)
        sought = set(some)
        yield from _candidates([row for row in rows if row[0] in sought], needs)


def concerned(row: Row, program: Program, now: datetime) -> set[int]:
    """Whom a program has to look at that has looked at everybody: those whose decision may come out
    otherwise by now, and those to whom something happened since.

    Of a transactional program these are people with an event it has not decided about yet.
    """
    found = [_again(row, now)]
    if isinstance(program.when, After):
        found += [_fresh(row, program.when.event, now), _freed(row, program)]
    else:
        found += [_asked(row), _changed(row), _held(row, program)]
    return {person for each in found for (person,) in raw(each)}


def askings_by_account(since: datetime) -> AccountAskings:
    """When people of each account were or will be asked, from a moment on."""
    found: dict[str, list[datetime]] = defaultdict(list)
    askings = counted_askings().filter(due_at__gte=since).exclude(person__account="")
    columns = askings.values_list("person__account", "due_at", "sent_at")
    for account, due, sent in columns.iterator():
        found[account].append(sent or due)
    return found


def counted_askings() -> QuerySet[Invitation]:
    """Invitations that the budget counts: sent ones, and planned ones that were not withdrawn."""
    return Invitation.objects.filter(test=False).exclude(state="closed", sent_at=None)


def among(column: str, ids: Sequence[int]) -> Q:
    """Rows whose column is one of these ids, or lies between them where they lie close together:
    a long list of numbers takes the database and the ORM longer than some rows too many."""
    low, high = min(ids), max(ids)
    if high - low < 4 * len(ids):
        return Q(**{f"{column}__gte": low, f"{column}__lte": high})
    return Q(**{f"{column}__in": sorted(set(ids))})


def _again(row: Row, now: datetime) -> Ids:
    planned = Q(reason__in=_PLANNED, until__lt=now + AHEAD)
    due = planned | Q(reason="cap", until__lte=now)
    return Decision.objects.filter(due, program=row).values_list("person_id")


def _asked(row: Row) -> Ids:
    """Those whose next turn is not worked out yet."""
    return Decision.objects.filter(program=row, reason="asked").values_list("person_id")


def _changed(row: Row) -> Ids:
    people = Person.objects.counted().present().filter(_since(row, "updated_at"))
    return people.values_list("pk")


def _held(row: Row, program: Program) -> Ids:
    names = _holding(program)
    events = EventRow.objects.filter(_since(row, "received_at"), name__in=names)
    return events.values_list("person_id")


def _fresh(row: Row, name: str, now: datetime) -> Ids:
    received = _since(row, "received_at")
    events = EventRow.objects.filter(received, name=name, at__gte=now - OCCASIONS)
    undecided = ~Exists(Decision.objects.filter(program=row, event=OuterRef("pk")))
    return events.filter(undecided).values_list("person_id")


def _freed(row: Row, program: Program) -> Ids:
    """Events that may have opened or released the hold of somebody who is held."""
    held = Decision.objects.filter(program=row, person=OuterRef("person_id"), reason="held")
    events = EventRow.objects.filter(
        _since(row, "received_at"), Exists(held), name__in=_holding(program)
    )
    return events.values_list("person_id")


def _holding(program: Program) -> set[str]:
    # A set of no names would be no query at all.
    return {name for rule in program.holds for name in (rule.event, rule.release)} or {""}


def _since(row: Row, column: str) -> Q:
    return Q(**{f"{column}__gte": row.decided_at - _LATE}) if row.decided_at else Q()


def _rows(people: QuerySet[Person], needs: Needs) -> list[tuple[Any, ...]]:
    """What `_COLUMNS` names. What is not needed is left in the database: reading a million takes
    longer than deciding about them."""
    nothing = Value(None, TextField())
    return raw(
        people.annotate(
            contact=F("last_contact_at") if needs.recency else nothing,
            told=F("attributes") if needs.attributes else nothing,
        ).values_list(*_COLUMNS)
    )


def _candidates(rows: Sequence[tuple[Any, ...]], needs: Needs) -> People:
    ids = [row[0] for row in rows]
    events, askings = _events(ids, needs), _askings(ids, needs)
    for row in rows:
        own = events.get(row[0], ())
        yield _candidate(row, own, askings.get(row[0], ()), needs), own


def _candidate(
    row: tuple[Any, ...], events: Sequence[Event], askings: tuple[Asking, ...], needs: Needs
) -> Candidate:
    (pk, status, email, phone, consent, preferred, zone, account, test, known, contact, last,
     attributes) = row  # fmt: skip
    asked = moment(last)
    # The last one may be older than those that are read, or of a service that came before us.
    if asked is not None and all(each.at < asked for each in askings):
        askings = (*askings, Asking(asked, EARLIER, "", ""))
    channels = _REACHED[bool(email), bool(phone)]
    return Candidate(
        id=pk, status=status, channels=channels, consented=_consented(channels, consent),
        preferred=preferred or None, zone=zone or None, account=account or None, test=bool(test),
        attributes=json.loads(attributes) if attributes else {},
        known_since=moment(known) if asked is None else None, last_contact=moment(contact),
        askings=askings, holds=holds_of(events, needs.holds) if events and needs.holds else (),
    )  # fmt: skip


def _reached(*, email: bool, phone: bool) -> frozenset[str]:
    known = {"email": email, "phone": phone}
    return frozenset(each.name for each in CHANNELS if each.address and known[each.address])


_REACHED = {
    (email, phone): _reached(email=email, phone=phone)
    for email in (False, True)
    for phone in (False, True)
}
_CONSENT = {each.name: each.consent for each in CHANNELS}


@lru_cache(maxsize=500)
def _consented(channels: frozenset[str], consent: str) -> frozenset[str]:
    """Which channels may be used by a consent as JSON."""
    said = json.loads(consent)
    return frozenset(name for name in channels if _agreed(name, said.get(name)))


def _agreed(channel: str, said: bool | None) -> bool:
    match _CONSENT[channel]:
        case "opt_in":
            return said is True
        case "opt_out":
            return said is not False
        case None:
            return True


def _events(ids: Sequence[int], needs: Needs) -> dict[int, list[Event]]:
    """The events of people by their ids: those that hold however old, occasions while they count."""
    if not needs.occasions and not needs.holding:
        return {}
    recent = Q(name__in=needs.occasions, at__gte=needs.events_since)
    rows = EventRow.objects.filter(recent | Q(name__in=needs.holding), among("person", ids))
    columns = ("person_id", "pk", "name", "at", "channel", "key", "details")
    found: dict[int, list[Event]] = defaultdict(list)
    for person, pk, name, at, channel, key, details in rows.values_list(*columns):
        event = Event(pk, name, at, channel or None, _subject(key, details), details)
        found[person].append(event)
    return found


def _subject(key: str | None, details: Mapping[str, Any]) -> str | None:
    """What an event is about: its detail `subject`, else the company's own id of it."""
    if details.get("subject"):
        return str(details["subject"])
    # An import gives ids of its own to events that have none: they are about nothing known.
    return None if key is None or key.startswith("row:") else key


def _askings(ids: Sequence[int], needs: Needs) -> dict[int, tuple[Asking, ...]]:
    found: dict[int, tuple[Asking, ...]] = {}
    rows = counted_askings().filter(among("person", ids), due_at__gte=needs.since)
    columns = (
        "person_id",
        "due_at",
        "sent_at",
        "program__name",
        "survey_id",
        "channel",
        "event_id",
    )
    for person, due, sent, program, survey, channel, event in rows.values_list(*columns):
        asking = Asking(
            sent or due, program or BY_HAND, needs.types.get(survey, ""), channel, event
        )
        found[person] = (*found.get(person, ()), asking)
    return found
