"""A search among the answers as a condition that the engine measures, and what of it cannot be told there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from milepost.insight.selection import Selected
from milepost.plan.facts import BY_NAME, stored
from milepost.plan.model import Period
from milepost.programs.surveys.survey_types import SURVEY_TYPES
from milepost.server.models import Person, Survey
from milepost.server.queries.responses import SEGMENT

# What the facts do not hold: they tell what was answered, not what became of it.
UNTOLD = ("quarantined", "call_me", "partial", "open")
_COLUMNS = {
    "program": "program", "language": "locale", "channel": "channel", "account": "account_id",
}  # fmt: skip
_NAME = re.compile(r"[^\W\d]\w*")
# An attribute of such a name is kept under another in the facts, where this one says something else.
_TAKEN = {*map(str.lower, stored(BY_NAME["responses"])), "tags"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A search for the engine: what narrows it, where it looks, its days, and what it `cannot` say."""

    where: str
    within: str
    touchpoint: str | None
    since: date | None
    until: date | None
    cannot: tuple[str, ...]

    def selected(self, *, metric: str | None, every: Period) -> Selected:
        """The asking for the answers that are found."""
        return Selected(
            self.where, self.within, metric, self.touchpoint, every, self.since, self.until
        )


def condition(wanted: Mapping[str, Any]) -> Condition:
    """The condition of a filter. The score of an answer is that of its first question.

    Days and the touchpoint say where it looks: everything else is looked for there, too.
    """
    last = wanted.get("last")
    parts = list(_parts(wanted))
    place = wanted.get("touchpoint")
    within = [_one_of("question", _surveys())]
    within += [f"touchpoint = {text(place)}"] if place else []
    return Condition(
        where=" AND ".join(parts) or "TRUE", within=" AND ".join(within), touchpoint=place,
        since=wanted.get("first"), until=last + timedelta(days=1) if last else None,
        cannot=tuple(name for name in wanted if name in UNTOLD or _unnamed(name)),
    )  # fmt: skip


def of_account(account: str) -> str:
    """The condition of an account's answers."""
    return f"account_id = {text(account)}"


def text(value: str) -> str:
    """A text as SQL writes it; controls, which no answer has either, are left out."""
    shown = "".join(letter for letter in value if letter.isprintable())
    return "'" + shown.replace("'", "''") + "'"


def _parts(wanted: Mapping[str, Any]) -> Iterator[str]:
    if survey := wanted.get("survey"):
        yield f"question = {text(survey)}"
    if question := wanted.get("question"):
        yield f"question = {text(question)}"
    for name, column in _COLUMNS.items():
        if wanted.get(name):
            yield f"{column} = {text(wanted[name])}"
    if wanted.get("person"):
        yield f"customer_id = {text(_customer(wanted['person']))}"
    if tag := wanted.get("tag"):
        yield f"contains(', ' || lower(tags) || ',', {text(f', {tag.lower()},')})"
    if words := wanted.get("q"):
        sought = text(words.lower())
        said = (
            f"contains(lower(coalesce({name}, '')), {sought})" for name in ("comment", "answer")
        )
        yield f"({' OR '.join(said)})"
    yield from _scores(wanted)
    for name, value in wanted.items():
        if name.startswith(SEGMENT) and not _unnamed(name):
            yield f'"{name.removeprefix(SEGMENT)}" = {text(value)}'


def _scores(wanted: Mapping[str, Any]) -> Iterator[str]:
    if wanted.get("least") is not None:
        yield f"score >= {int(wanted['least'])}"
    if wanted.get("most") is not None:
        yield f"score <= {int(wanted['most'])}"
    if wanted.get("group"):
        yield _of_class(wanted["group"])
    if wanted.get("low"):
        yield _of_class(None)


def _of_class(name: str | None) -> str:
    """Scores of a class; None: of the class that somebody has to hear about."""
    types: dict[str, list[str]] = {}
    for survey, kind in Survey.objects.order_by("pk").values_list("name", "document__type"):
        types.setdefault(kind, []).append(survey)
    found = [
        f"({_one_of('question', types[kind.name])} AND score BETWEEN {each.least} AND {each.most})"
        for kind in SURVEY_TYPES
        for each in kind.classes
        if each.name == (name or kind.low) and kind.name in types
    ]
    return f"({' OR '.join(found)})" if found else "FALSE"


def _surveys() -> list[str]:
    return list(Survey.objects.order_by("pk").values_list("name", flat=True))


def _one_of(column: str, values: list[str]) -> str:
    return f"{column} IN ({', '.join(map(text, values))})" if values else "FALSE"


def _customer(key: UUID) -> str:
    found = Person.objects.filter(key=key).first()
    return found.customer_id if found else f"person:{key}"


def _unnamed(name: str) -> bool:
    """Whether a segment's name is none that the facts keep it by."""
    own = name.removeprefix(SEGMENT)
    return own != name and (own.lower() in _TAKEN or not _NAME.fullmatch(own))
