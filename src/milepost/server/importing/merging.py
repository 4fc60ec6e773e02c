"""Records onto people: who is meant, what changes, and which records speak of two people at once.

The rule: a person is found by customer id, else e-mail, else phone; later values win, blank ones
change nothing. A record whose id, address or phone belong to different people is refused. Nobody
who left is made active again, and consent changes only by a column that says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from milepost.server.importing.fields import CONSENTED, IDENTITIES
from milepost.server.importing.newcomers import newcomer
from milepost.server.importing.rows import Problem, Row
from milepost.server.importing.values import ATTRIBUTES
from milepost.server.models import Person

TWO_PEOPLE = "speaks of two people: its customer id, e-mail and phone are not of the same person"
ERASED = "was erased, and is not taken again"
TOO_MANY = f"more than {ATTRIBUTES} attributes"
REASON = "import"

# What a column says is what the person has.
_COPIED = frozenset(
    (*IDENTITIES, "name", "locale", "time_zone", "account", "preferred_channel", "joined_at")
)
_CONSENTS = {f"consent_{channel}": channel for channel in CONSENTED}
_NAMES = {
    "external_id": "customer id",
    "email": "e-mail",
    "phone": "phone",
}


@dataclass(slots=True)  # filled record by record
class Merged:
    """What a batch comes to; people are not saved yet.

    `columns` are those in which somebody of `changed` is changed. `freed` are people of the table
    who gave up an id or address, which another may take in the same batch. `left` are people of the table who are unsubscribed by it. `stood` are the days by which
    those who changed were customers before; `renamed` go by another customer id or account now.
    """

    new: list[Person] = field(default_factory=list)
    changed: dict[int, Person] = field(default_factory=dict)
    columns: set[str] = field(default_factory=set)
    freed: dict[str, set[int]] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    stood: set[date] = field(default_factory=set)
    renamed: dict[int, Person] = field(default_factory=dict)
    refused: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("new", "changed", "unchanged", "merged"), 0)
    )


class Merging:
    """Takes the records of one batch in their order. `known` are the people they may mean.

    `moment` is the import's own: a person who bears it as `updated_at` was touched by this import
    already, in this run or in one before it was cut short.
    """

    def __init__(self, known: Iterable[Person], *, moment: datetime, test: bool) -> None:
        self.found = Merged()
        self._moment = moment
        self._test = test
        self._index: dict[str, dict[str, Person]] = {name: {} for name in IDENTITIES}
        for person in known:
            self._enter(person)

    def take(self, row: Row) -> None:
        """Merge one record."""
        meant = row.refused or self.meant(row)
        if isinstance(meant, Problem):
            self.found.refused.append(meant)
        elif meant is None:
            self.add(row)
        else:
            self._merge(meant, row)

    def meant(self, row: Row) -> Person | Problem | None:
        """The person a record means, None for somebody new, or why it cannot be told."""
        matches = self._matches(row)
        if not matches:
            return None
        name, person = matches[0]
        if any(other is not person for _, other in matches):
            return _problem(row, matches[-1][0], TWO_PEOPLE)
        if person.status == "erased":
            return _problem(row, name, ERASED)
        # Found by e-mail or phone, but of another customer id: two people who share an address.
        for stronger in IDENTITIES[: IDENTITIES.index(name)]:
            has, says = getattr(person, stronger), row.values.get(stronger)
            if has and says and has != says:
                return _problem(row, name, TWO_PEOPLE)
        if len({**person.attributes, **row.attributes}) > ATTRIBUTES:
            return _problem(row, name, TOO_MANY)
        return person

    def add(self, row: Row) -> Person:
        """Make somebody new of a record."""
        person = newcomer(self._moment, test=self._test)
        apply(person, row, self._moment)
        self._enter(person)
        self.found.new.append(person)
        self.found.counts["new"] += 1
        return person

    def contacted(self, person: Person, at: datetime) -> None:
        """Somebody had to do with the company at a moment."""
        if person.last_contact_at is None or person.last_contact_at < at:
            person.last_contact_at, person.updated_at = at, self._moment
            self._changed(person, {"last_contact_at"})

    def _matches(self, row: Row) -> list[tuple[str, Person]]:
        found = []
        for name, known in self._index.items():
            value = row.values.get(name)
            if value is not None and (person := known.get(str(value))):
                found.append((name, person))
        return found

    def _merge(self, person: Person, row: Row) -> None:
        before = {name: getattr(person, name) for name in IDENTITIES}
        stood = (person.joined_at or person.created_at).date()
        changed = apply(person, row, self._moment)
        touched = person.updated_at == self._moment
        self.found.counts["merged" if touched else "changed" if changed else "unchanged"] += 1
        if not changed:
            return
        person.updated_at = self._moment
        self._rename(person, before)
        self._changed(person, changed)
        if person.pk not in self.found.changed:
            return
        if "joined_at" in changed:
            self.found.stood.add(stood)
        if changed & {"external_id", "account"}:
            self.found.renamed[person.pk] = person

    def _changed(self, person: Person, columns: set[str]) -> None:
        if person.pk is not None:
            self.found.changed[person.pk] = person
            self.found.columns |= columns
            if "status" in columns:
                self.found.left.append(person.pk)

    def _rename(self, person: Person, before: dict[str, str | None]) -> None:
        for name, value in before.items():
            if value and value != getattr(person, name):
                self._index[name].pop(value, None)
                if person.pk is not None:
                    self.found.freed.setdefault(name, set()).add(person.pk)
        self._enter(person)

    def _enter(self, person: Person) -> None:
        for name, known in self._index.items():
            value = getattr(person, name)
            if value:
                known[value] = person


def apply(person: Person, row: Row, moment: datetime) -> set[str]:
    """Put what a record says onto a person; the columns that changed."""
    values = row.values
    changes: dict[str, object] = {name: values[name] for name in values if name in _COPIED}
    if name := _name(row):
        changes["name"] = name
    if row.attributes:
        changes["attributes"] = {**person.attributes, **row.attributes}
    if consent := _consent(row):
        changes["consent"] = {**person.consent, **consent}
    contact = values.get("last_contact_at")
    if isinstance(contact, datetime) and (
        person.last_contact_at is None or contact > person.last_contact_at
    ):
        changes["last_contact_at"] = contact
    if values.get("unsubscribed") is True and person.status == "active":
        changes |= {"status": "unsubscribed", "status_since": moment, "status_reason": REASON}
    changed = {column for column, value in changes.items() if getattr(person, column) != value}
    for column in changed:
        setattr(person, column, changes[column])
    return changed


def _name(row: Row) -> str:
    if "name" in row.values:
        return str(row.values["name"])
    first, last = str(row.values.get("first_name", "")), str(row.values.get("last_name", ""))
    # Chinese, Japanese and Korean names begin with the family's, and have no space.
    if first and last and min(first + last) >= "\u2e80":
        return last + first
    return f"{first} {last}".strip()


def _consent(row: Row) -> dict[str, bool]:
    overall = row.values.get("consent")
    found = {} if overall is None else dict.fromkeys(CONSENTED, bool(overall))
    for column, channel in _CONSENTS.items():
        if column in row.values:
            found[channel] = bool(row.values[column])
    return found


def _problem(row: Row, name: str, reason: str) -> Problem:
    return Problem(row.record, _NAMES[name], str(row.values.get(name, "")), reason)
