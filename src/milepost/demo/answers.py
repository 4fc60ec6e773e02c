"""What people answer: scores by how it felt, and comments in their language that agree with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from milepost.demo.asking import Asked
from milepost.demo.customers import Customers
from milepost.demo.programs import BY_NAME, Survey
from milepost.demo.span import Span, dice
from milepost.demo.words import LANGUAGES, Phrases, tone_of

# Where a feeling of mean 0 and deviation 1 becomes the next score, from the lowest one up.
_STEPS: dict[str, tuple[int, tuple[float, ...]]] = {
    "nps": (0, (-2.4, -2.2, -2.0, -1.8, -1.6, -1.25, -0.9, -0.5, 0.1, 0.75)),
    "csat": (1, (-1.9, -1.45, -1.0, 0.05)),
    "ease": (1, (-1.9, -1.4, -0.95, 0.1)),
    "ces2": (1, (-2.1, -1.75, -1.35, -0.95, -0.35, 0.4)),
    "stars": (1, (-2.0, -1.5, -0.85, 0.1)),
    "thumbs": (0, (-0.9,)),
    "smileys": (1, (-1.9, -1.4, -0.9, 0.1)),
}
_REASONS = {
    "price": 0.3, "need": 0.22, "service": 0.14, "competitor": 0.12, "difficult": 0.1,
    "quality": 0.08, "other": 0.04,
}  # fmt: skip
# How much of an answer is the customer's own warmth: of a relationship most, of one contact little.
_WARMTH = {"nps": 0.72}
_A_LITTLE = 0.2
# The share that writes something, when all was well and when not.
_WRITES, _COMPLAINS = 0.34, 0.62
_TIRED_AFTER = 3
_GIFTS_A_MONTH = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """A score or a word, and what was written (empty: nothing)."""

    score: int | None
    answer: str
    comment: str


@dataclass(frozen=True, slots=True)
class Nameless:
    """An answer of nobody known: its day, language and what it said."""

    survey: Survey
    day: float
    locale: str
    answer: Answer


def answers(
    people: Customers, asked: Sequence[Asked], phrases: Phrases, seed: int
) -> dict[int, Answer]:
    """The answer to each asking that came back, by its place."""
    rng = dice(seed, "answers")
    back = [n for n, one in enumerate(asked) if one.fate in ("answered", "quarantined")]
    return {n: _answer(rng, people, asked[n], phrases) for n in back}


def gifts(span: Span, phrases: Phrases, seed: int) -> list[Nameless]:
    """The few who scan the code on the gift card."""
    rng = dice(seed, "gifts")
    survey, found = BY_NAME["gift"], []
    for month in span.months:
        for day in rng.uniform(0, 28, rng.poisson(_GIFTS_A_MONTH)):
            at, locale = span.day(month) + np.floor(day), str(rng.choice(LANGUAGES[:4]))
            if at < span.days:
                found.append(Nameless(survey, float(at), locale,
                                      _said(rng, survey, locale, rng.normal(), "", phrases)))  # fmt: skip
    return found


def _answer(rng: np.random.Generator, people: Customers, one: Asked, phrases: Phrases) -> Answer:
    survey, locale = one.program.survey, str(people.locale[one.who])
    if survey.type == "exit":
        return _reason(rng, survey, locale, phrases)
    if one.fate == "quarantined":
        # Whatever link the machine opened last.
        return Answer(
            int(rng.integers(0, 2) if survey.type == "thumbs" else rng.integers(1, 6)), "", ""
        )
    own = _WARMTH.get(survey.type, _A_LITTLE)
    noise = (1 - own**2) ** 0.5 * rng.normal()
    feel = float(one.feel + own * people.warmth[one.who] + noise)
    tired = one.program.tiring and one.before >= _TIRED_AFTER
    return _said(rng, survey, locale, feel, "tired" if tired else one.fault, phrases)


def _said(
    rng: np.random.Generator, survey: Survey, locale: str, feel: float, fault: str, phrases: Phrases
) -> Answer:  # fmt: skip
    lowest, steps = _STEPS[survey.type]
    score = lowest + int(np.searchsorted(steps, feel))
    tone = tone_of(survey.type, score)
    writes = _WRITES if tone == "good" else _COMPLAINS
    if rng.random() >= writes:
        return Answer(score, "", "")
    # Whom something happened to says so, unless they were happy all the same.
    told = fault if fault and (tone != "good" or fault == "tired") else tone
    return Answer(score, "", phrases.say(rng, locale, survey.subject, told))


def _reason(rng: np.random.Generator, survey: Survey, locale: str, phrases: Phrases) -> Answer:
    reason = str(rng.choice(list(_REASONS), p=list(_REASONS.values())))
    writes = rng.random() < _COMPLAINS
    return Answer(None, reason, phrases.say(rng, locale, survey.subject, "any") if writes else "")
