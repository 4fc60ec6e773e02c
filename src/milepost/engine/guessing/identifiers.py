"""Columns that may say whose an answer is, or what it weighs: too little certain to be used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from milepost.engine.guessing.profile import Profile, text_of
from milepost.engine.guessing.roles import WHO, is_id, is_segment
from milepost.engine.guessing.words import mentions

_WHO = (*WHO, "kunde*", "klient*", "cliente*", "usuario*", "bruger*", "nutzer*", "medlem*", "member*",
        "customer*", "client*", "user*", "email*", "msisdn", "phone", "ssn", "cpr")  # fmt: skip
_WEIGHT = ("weight*", "wt", "wgt", "vægt*", "vaegt*", "poids", "gewicht*", "peso", "pesos", "vikt*",
           "vekt*", "waga", "paino")  # fmt: skip
_ANSWERS_EACH = 10  # people answer a few times; what comes more often is a group


@dataclass(frozen=True, slots=True)
class Repeats:
    """An identifier of answers that comes again: how many of them, and whether as exact copies."""

    column: str
    ids: int
    copies: bool


def maybe_roles(
    columns: Sequence[Profile], known: Mapping[str, str]
) -> Iterator[tuple[str, Profile]]:
    """The fact's columns that are not `known`, each with a column of the file that may be it."""
    for role, fits in (("customer_id", _maybe_who), ("weight", _maybe_weight)):
        found = next((column for column in columns if fits(column)), None)
        if role not in known and found:
            yield role, found


def repeats_of(columns: Sequence[Profile], rows: Sequence[Mapping[str, Any]]) -> Repeats | None:
    """The identifier that is the answers' own but for records that come again.

    An export that was appended to itself holds every record twice; one whose ids all come again
    with other answers is told too, and is no identifier of the answers.
    """
    for column in columns:
        if is_id(column) and not mentions(column.name, _WHO) and column.filled == column.records:
            found = _repeats(column, rows)
            if found:
                return found
    return None


def _repeats(column: Profile, rows: Sequence[Mapping[str, Any]]) -> Repeats | None:
    again = {text for text, count in column.values.items() if count > 1}
    if not again or len(column.values) * _ANSWERS_EACH < column.records:
        return None
    different = defaultdict(set)
    for row in rows:
        text = text_of(row.get(column.name))
        if text in again:
            different[text].add(tuple(map(text_of, row.values())))
    copies = bool(different) and all(len(records) == 1 for records in different.values())
    every = len(again) == len(column.values)
    return Repeats(column.name, len(again), copies) if copies or every else None


def _maybe_who(column: Profile) -> bool:
    several = len(column.values) > 1 and column.blank_share < 0.9
    if not several or column.filled > _ANSWERS_EACH * len(column.values):
        return False
    named = mentions(column.name, _WHO) and not is_segment(column)
    repeating = is_id(column) and len(column.values) < column.filled and not is_segment(column)
    return (named or repeating) and not column.is_time and not _is_sentence(column)


def _is_sentence(column: Profile) -> bool:
    return 2 * sum(n for text, n in column.texts.items() if text.count(" ") > 2) > column.filled


def _maybe_weight(column: Profile) -> bool:
    return mentions(column.name, _WEIGHT) and column.numeric and not column.is_time
