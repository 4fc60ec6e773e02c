"""One batch of records taken in: people merged, or events tied to their people; with what was counted."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from milepost.errors import hint
from milepost.server.importing.fields import IDENTITIES, Kind
from milepost.server.importing.keeping import Keeping
from milepost.server.importing.mapping import Mapping
from milepost.server.importing.merging import Merged, Merging
from milepost.server.importing.rows import Problem, Row
from milepost.server.models import Event, Person
from milepost.server.queries.owners import touchpoints

UNKNOWN = "nobody is known by this customer id, e-mail or phone"
NO_TIME = "no time at which it happened"
NO_EVENT = "no name of the event"
AHEAD = "lies more than a day ahead"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: records by outcome, those refused, the people it touched, and remarks."""

    counts: Counter[str]
    refused: Sequence[Problem]
    merged: Merged = field(default_factory=Merged)
    remarks: Counter[str] = field(default_factory=Counter)


Take = Callable[[Keeping, Sequence[Row], Mapping, datetime], Taken]


def take_people(keeping: Keeping, rows: Sequence[Row], mapping: Mapping, moment: datetime) -> Taken:
    """Merge records onto people; counts new, changed, unchanged and merged."""
    merging = Merging(keeping.find(rows), moment=moment, test=mapping.test)
    for row in rows:
        merging.take(row)
    keeping.keep(merging.found)
    return Taken(Counter(merging.found.counts), merging.found.refused, merging.found)


def take_events(keeping: Keeping, rows: Sequence[Row], mapping: Mapping, moment: datetime) -> Taken:
    """Tie events to people; counts new and known, and people made for them as `created`."""
    merging = Merging(keeping.find(rows), moment=moment, test=mapping.test)
    refused: list[Problem] = []
    made: list[Event] = []
    for row in rows:
        found = row.refused or _objection(row, mapping, moment) or _person(merging, row, mapping)
        if isinstance(found, Problem):
            refused.append(found)
            continue
        event = _event(row, mapping, found, moment)
        if event.channel:
            merging.contacted(found, min(event.at, moment))
        made.append(event)
    keeping.keep(merging.found)
    new = _new(keeping, made)
    keeping.keep_events(new)
    counts = Counter(new=len(new), known=len(made) - len(new), created=merging.found.counts["new"])
    return Taken(counts, refused, merging.found, _remarks(new))


TAKES: dict[Kind, Take] = {"people": take_people, "events": take_events}


def _remarks(events: Sequence[Event]) -> Counter[str]:
    """Touchpoints that the plan does not know: their events are kept, for a plan may follow its data."""
    known = touchpoints()
    named = Counter(one.touchpoint for one in events if one.touchpoint)
    return Counter(
        {
            f"touchpoint '{name}' is not in the plan{hint(name, known)}": count
            for name, count in named.items()
            if known and name not in known
        }
    )


def _objection(row: Row, mapping: Mapping, moment: datetime) -> Problem | None:
    at = row.values.get("at")
    if not isinstance(at, datetime):
        return Problem(row.record, "", "", NO_TIME)
    if at > moment + _DAY:
        return Problem(row.record, "at", at.isoformat(), AHEAD)
    if not (row.values.get("event") or mapping.event):
        return Problem(row.record, "", "", NO_EVENT)
    return None


def _person(merging: Merging, row: Row, mapping: Mapping) -> Person | Problem:
    who = {name: row.values[name] for name in IDENTITIES if name in row.values}
    only = Row(row.record, who)
    found = merging.meant(only)
    if found is not None:
        return found
    if mapping.create and ("email" in who or "phone" in who):
        return merging.add(only)
    name, value = next(iter(who.items()))
    return Problem(row.record, name, str(value), UNKNOWN)


def _event(row: Row, mapping: Mapping, person: Person, moment: datetime) -> Event:
    at = row.values["at"]
    assert isinstance(at, datetime)
    return Event(
        person=person,
        name=str(row.values.get("event") or mapping.event),
        key=str(row.values.get("key") or _own_key(row)),
        at=at,
        touchpoint=str(row.values.get("touchpoint", "")),
        channel=str(row.values.get("channel", "")),
        details=row.attributes,
        received_at=moment,
    )


def _own_key(row: Row) -> str:
    """The id of an event whose file gives none: the same record again is the same event."""
    said = {name: str(value) for name, value in row.values.items()}
    text = json.dumps([said, row.attributes], sort_keys=True)
    return f"row:{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:32]}"


def _new(keeping: Keeping, events: Sequence[Event]) -> list[Event]:
    known = keeping.known((one.name, str(one.key)) for one in events)
    new = {(one.name, str(one.key)): one for one in reversed(events)}
    return [one for name, one in reversed(new.items()) if name not in known]
