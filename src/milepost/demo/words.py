"""What customers write: sentences put together from many, in their language, agreeing with the score."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from milepost.demo.orders import COFFEES, FLEXBUD

LANGUAGES = ("en", "da", "de", "es", "ar", "zh-Hans")
# Scores from which on an answer is good, and up to which it is bad, by type of survey.
_TONES = {
    "nps": (9, 6), "csat": (4, 2), "ease": (4, 2), "ces2": (5, 3), "stars": (4, 2),
    "thumbs": (1, 0), "smileys": (4, 2),
}  # fmt: skip
_SPACELESS = "zh-Hans"
_MORE = 0.45


@dataclass(frozen=True, slots=True)
class Phrases:
    """Sentences by language, subject and tone; `and` holds endings by tone that fit any subject."""

    by_language: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]

    def say(self, rng: np.random.Generator, language: str, subject: str, tone: str) -> str:
        """A comment. `tone` is good, middling, bad, or the name of a fault that the subject knows."""
        known = self.by_language[language]
        said = [_one(rng, known[subject][tone])]
        ends = known["and"].get(tone if tone in ("good", "middling") else "bad", ())
        if ends and rng.random() < _MORE:
            said.append(_one(rng, ends))
        text = ("" if language == _SPACELESS else " ").join(said)
        return _styled(rng, _filled(rng, text), language)


def phrases() -> Phrases:
    """The sentences that are shipped, a file a language."""
    folder = Path(__file__).parent / "comments"
    return Phrases({
        name: tomllib.loads((folder / f"{name}.toml").read_text("utf-8")) for name in LANGUAGES
    })  # fmt: skip


def tone_of(kind: str, score: int) -> str:
    """How an answer sounds.

    >>> tone_of("nps", 9), tone_of("nps", 7), tone_of("csat", 2)
    ('good', 'middling', 'bad')
    """
    good, bad = _TONES[kind]
    return "good" if score >= good else "bad" if score <= bad else "middling"


def _one(rng: np.random.Generator, some: Sequence[str]) -> str:
    return some[int(rng.integers(len(some)))]


def _filled(rng: np.random.Generator, text: str) -> str:
    return text.format(
        coffee=_one(rng, COFFEES), courier=FLEXBUD, days=int(rng.integers(3, 9)),
        hours=int(rng.integers(14, 40)), minutes=int(rng.integers(5, 25)),
    )  # fmt: skip


def _styled(rng: np.random.Generator, text: str, language: str) -> str:
    """Some people write without capitals or without the last full stop."""
    if language in ("ar", _SPACELESS):
        return text
    style = rng.random()
    if style < 0.15:
        return text.lower().rstrip(".")
    return text.rstrip(".") if style < 0.4 else text
