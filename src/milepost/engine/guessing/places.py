"""Where on the journey questions belong, so that different questions are never added up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from milepost.engine.guessing.profile import Profile
from milepost.engine.guessing.question import Question
from milepost.engine.guessing.words import identifier, mentions, shown, stem, words

_OVERALL = ("overall", "all", "total", "general", "whole", "gesamt*", "company")
_TYPE_WORDS = {"satisfaction", "satisfied", "csat", "rating", "ease", "easy", "effort", "score",
               "nps", "stars", "with", "of", "the", "sat"}  # fmt: skip
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Stop:
    """A touchpoint of the journey to be written; `live` where some question is asked there."""

    name: str
    title: str
    live: bool = True


@dataclass(frozen=True, slots=True)
class Stages:
    """A column that says at which touchpoint an answer was given, and its values' names."""

    column: str
    names: dict[str, str]
    sure: bool

    @property
    def stops(self) -> tuple[Stop, ...]:
        """One touchpoint a value."""
        return tuple(Stop(name, shown(value), self.sure) for value, name in self.names.items())


def stages_of(column: Profile, *, sure: bool) -> Stages:
    """The touchpoints that a column's values are, the most frequent first."""
    names: dict[str, str] = {}
    for value in sorted(column.values, key=lambda text: (-column.values[text], text)):
        names[value] = identifier(value, taken=names.values(), instead="stage")
    return Stages(column.name, names, sure)


def placed(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Each block of questions of one type at a touchpoint of its own, but for the overall one.

    Items that differ only in their number (CUSA1, CUSA2) are one block. A single block of a type
    is asked about the company as a whole.
    """
    homes = _homes(questions)
    return tuple(replace(asked, touchpoint=homes[asked.column]) for asked in questions)


def alone(questions: Sequence[Question]) -> tuple[tuple[Question, ...], tuple[Question, ...]]:
    """One block a type, and the questions that would be added up with it where stages rule."""
    kept: list[Question] = []
    dropped: list[Question] = []
    for asked in questions:
        rival = next((q for q in kept if _family(q) == _family(asked)), None)
        same = rival is not None and stem(rival.column) == stem(asked.column)
        (kept if rival is None or same else dropped).append(asked)
    return tuple(kept), tuple(dropped)


def stops_of(questions: Iterable[Question]) -> tuple[Stop, ...]:
    """The touchpoints that questions are placed at, in their order."""
    found: dict[str, Stop] = {}
    for asked in questions:
        if asked.touchpoint:
            known = found.get(asked.touchpoint)
            live = not asked.open or bool(known and known.live)
            found[asked.touchpoint] = Stop(asked.touchpoint, _title(asked), live)
    return tuple(found.values())


def _homes(questions: Sequence[Question]) -> dict[str, str | None]:
    homes: dict[str, str | None] = {}
    names: dict[str, str] = {}
    for family in dict.fromkeys(map(_family, questions)):
        mine = [asked for asked in questions if _family(asked) == family]
        blocks = dict.fromkeys(stem(asked.column) for asked in mine)
        whole = _overall(mine, questions) if len(blocks) > 1 else next(iter(blocks))
        for asked in mine:
            block = stem(asked.column)
            if block == whole:
                homes[asked.column] = None
            else:
                names.setdefault(block, _name(block, asked, taken=names.values()))
                homes[asked.column] = names[block]
    return homes


def _family(asked: Question) -> str:
    """Questions that would be added up, whichever choice is taken; unnamed ratings apart."""
    if asked.group:
        return f"{asked.type}, open"
    return "ease" if asked.open and asked.type in ("ces1", "ces2") else asked.type


def _overall(mine: Sequence[Question], questions: Sequence[Question]) -> str | None:
    """The block about the whole, unless it is an open one and another question is about it."""
    if mine[0].group and any(q.type == mine[0].type and not q.group for q in questions):
        return None
    return next((stem(q.column) for q in mine if mentions(q.column, _OVERALL)), None)


def _name(block: str, asked: Question, *, taken: Iterable[str]) -> str:
    parts = [word for word in _unnumbered(words(asked.column)) if word not in _TYPE_WORDS]
    numbered = block != asked.column.lower()
    joined = asked.column if len("".join(parts)) < 3 else " ".join(parts)
    return identifier(block if numbered else joined, taken=taken, instead="touchpoint")


def _unnumbered(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Without a question's number in front: q, 7, food is about food."""
    numbered = len(parts) > 2 and len(parts[0]) == 1 and parts[1].isdigit()
    return parts[2:] if numbered else parts


def _title(asked: Question) -> str:
    return shown((asked.touchpoint or "").replace("_", " ").capitalize(), longest=_LONGEST)
