"""The parts of a question as people give them, in a terminal or in Python, checked in one place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar, get_args

from milepost.engine.question import Against, Question
from milepost.errors import QuestionError, hint
from milepost.plan.calendar import parse_duration
from milepost.plan.model import Period

Names = str | Iterable[str]
Day = date | str
LONGEST_DAYS = 36_525
PERIODS: tuple[Period, ...] = get_args(Period)
AGAINST: tuple[Against, ...] = get_args(Against)
_Known = TypeVar("_Known", bound=str)


def question_of(
    *,
    metrics: Names = (),
    touchpoint: str | None = None,
    by: Names = (),
    every: str | None = None,
    rolling: str | timedelta | None = None,
    since: Day | None = None,
    until: Day | None = None,
    where: str | None = None,
    against: str = "previous",
    pooled: bool = False,
    unweighted: bool = False,
    confidence: float = 0.95,
    mark: str = "",
) -> Question:
    """The question that its parts make; `mark` is what stands before a part's name, such as '--'.

    Raises QuestionError for the first part that is wrong.
    """
    return Question(
        metrics=names_of("metrics", metrics),
        touchpoint=_text(f"{mark}touchpoint", touchpoint, "a touchpoint's name"),
        by=names_of(f"{mark}by", by),
        every=None if every is None else period(f"{mark}every", every),
        rolling=_length(f"{mark}rolling", rolling),
        since=_day(f"{mark}since", since),
        until=_day(f"{mark}until", until),
        where=_text(f"{mark}where", where, "a condition such as \"country = 'DK'\""),
        against=one_of(f"{mark}against", against, AGAINST),
        pooled=_switch(f"{mark}pooled", pooled),
        unweighted=_switch(f"{mark}unweighted", unweighted),
        confidence=_confidence(f"{mark}confidence", confidence),
    )


def one_of(part: str, value: object, known: Sequence[_Known]) -> _Known:
    """The one of those known that a value is. Raises QuestionError."""
    for name in known:
        if isinstance(value, str) and name == value:
            return name
    near = hint(value, known) if isinstance(value, str) else f"; known: {', '.join(known)}"
    raise QuestionError(f"{part} {shown(value)} is unknown{near}")


def names_of(part: str, names: object) -> tuple[str, ...]:
    """Names, each once; a text is one name. Raises QuestionError."""
    listed = (names,) if isinstance(names, str) else names
    if not isinstance(listed, Iterable) or isinstance(listed, bytes):
        raise QuestionError(f"{part} takes a name or a list of names, not {shown(names)}")
    found: dict[str, None] = {}
    for name in listed:
        if not isinstance(name, str) or not name.strip():
            raise QuestionError(f"{part} takes names, and {shown(name)} is none; leave it out")
        found[name] = None
    return tuple(found)


def one_touchpoint(names: Sequence[str]) -> str | None:
    """The touchpoint that a terminal names. Raises QuestionError where it names several."""
    if len(names) > 1:
        raise QuestionError(
            f"--touchpoint takes one touchpoint, not {len(names)}; ask for each by itself"
        )
    return names[0] if names else None


def period(part: str, value: object) -> Period:
    """A period's name. Raises QuestionError."""
    return one_of(part, value, PERIODS)


def _text(part: str, value: object, what: str) -> str | None:
    if value is None or (isinstance(value, str) and value.strip()):
        return value
    raise QuestionError(f"{part} {shown(value)} is not {what}")


def _length(part: str, value: object) -> timedelta | None:
    if value is None:
        return None
    length = parse_duration(value) if isinstance(value, str) else value
    if not isinstance(length, timedelta) or length % timedelta(days=1):
        raise QuestionError(f"{part} {shown(value)} is not whole days, such as '90 days' or '13w'")
    if not 0 < length.days <= LONGEST_DAYS:
        raise QuestionError(f"{part} {length.days:,} days: expected 1 to {LONGEST_DAYS:,}")
    return length


def _day(part: str, value: object) -> date | None:
    """A day; of a moment the day it names."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value.strip()) if isinstance(value, str) else value
        day = moment.date() if isinstance(moment, datetime) else moment
    except ValueError:
        day = None
    if isinstance(day, date) and day == day:  # pandas' NaT is a date, and unlike itself
        return day
    raise QuestionError(f"{part} {shown(value)} is not a day; write it as YYYY-MM-DD")


def _switch(part: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise QuestionError(f"{part} {shown(value)} is neither True nor False")


def _confidence(part: str, value: object) -> float:
    if isinstance(value, int | float) and 0.5 <= value <= 0.9999:
        return float(value)
    raise QuestionError(f"{part} {shown(value)} is not a share from 0.5 to 0.9999, such as 0.95")


def shown(value: object) -> str:
    """A value as a message shows it, on one line."""
    text = f"'{value}'" if isinstance(value, str) else " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:60]}…"
