"""Answers in words as scores: the sets of labels whose order is beyond doubt."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

# Each line is a scale, lowest answer first; '|' parts words for the same answer.
_SATISFACTION = (
    "very dissatisfied|very unsatisfied|extremely dissatisfied|completely dissatisfied,"
    "dissatisfied|unsatisfied|somewhat dissatisfied,"
    "neutral|neither|neither satisfied nor dissatisfied|neither satisfied nor unsatisfied,"
    "satisfied|somewhat satisfied,"
    "very satisfied|extremely satisfied|completely satisfied"
)
_QUALITY = (
    "very poor|very bad|terrible,poor|bad,fair|average|ok|okay|acceptable|neutral,good,"
    "very good|excellent|great"
)
_QUALITY_TO_EXCELLENT = "poor,fair|average,good,very good,excellent"
_AGREEMENT = (
    "strongly disagree|completely disagree,disagree|somewhat disagree,"
    "neutral|neither|neither agree nor disagree,agree|somewhat agree,"
    "strongly agree|completely agree"
)
_AGREEMENT_7 = (
    "strongly disagree,disagree,somewhat disagree|slightly disagree,"
    "neutral|neither|neither agree nor disagree,somewhat agree|slightly agree,agree,strongly agree"
)
_EASE = (
    "very difficult|very hard|extremely difficult,difficult|hard|somewhat difficult,"
    "neutral|neither|neither easy nor difficult,easy|somewhat easy,very easy|extremely easy"
)
_EASE_7 = (
    "very difficult|extremely difficult,difficult,somewhat difficult|slightly difficult,"
    "neutral|neither|neither easy nor difficult,somewhat easy|slightly easy,easy,"
    "very easy|extremely easy"
)
_LIKELIHOOD = (
    "very unlikely|extremely unlikely,unlikely|somewhat unlikely,neutral|neither|maybe,"
    "likely|somewhat likely,very likely|extremely likely"
)
_FAMILIES = {
    "satisfaction": (_SATISFACTION,),
    "quality": (_QUALITY, _QUALITY_TO_EXCELLENT, "bad,good,better,best"),
    "agreement": (_AGREEMENT, _AGREEMENT_7),
    "ease": (_EASE, _EASE_7),
    "likelihood": (_LIKELIHOOD,),
    "level": (
        "low,medium|moderate|average,high",
        "low,medium|moderate|average,high,very high",
        "very low,low,medium|moderate|average|neutral,high,very high",
    ),
}
_NO_ANSWER = frozenset(
    [
        "-",
        "--",
        ".",
        "?",
        "blank",
        "(blank)",
        "n/a",
        "na",
        "#n/a",
        "nan",
        "null",
        "none",
        "nil",
        "dk",
        "dk/na",
        "don't know",
        "dont know",
        "do not know",
        "no answer",
        "no response",
        "not answered",
        "not applicable",
        "not used",
        "never used",
        "not sure",
        "no opinion",
        "prefer not to say",
        "prefer not to answer",
        "refused",
        "skipped",
        "missing",
        "unknown",
        "keine angabe",
        "k.a.",
        "weiß nicht",
        "ved ikke",
        "sans opinion",
        "ne sait pas",
        "no sabe",
    ]
)
_NUMBERED = re.compile(r"(\d{1,2})\s*(?:[-–—:=.)(]\s*\D|\s[^\W\d]).*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A family of labels ("numbered" where each begins with its score), with the scores."""

    family: str
    points: int
    scores: Mapping[str, int]


def no_answer(text: str) -> bool:
    """Whether a text says that nothing was answered."""
    return plain(text) in _NO_ANSWER


def plain(text: str) -> str:
    """A label without case, underscores and typographic quotes.

    >>> plain("Very_High")
    'very high'
    """
    return " ".join(text.lower().replace("_", " ").replace("’", "'").split())


def labelled(texts: Collection[str]) -> Labelled | None:
    """The scores of labels, where one family holds them all, in the shortest scale that does.

    A scale that gives two labels one score comes last.

    >>> labelled(["Low", "Very_High", "Medium"]).scores
    {'Low': 1, 'Very_High': 4, 'Medium': 2}
    """
    if len(texts) < 2:
        return None
    fitting = [found for found in _fitting(texts) if len(set(found.scores.values())) > 1]
    return min(fitting, key=lambda found: (_shared(found), found.points), default=None)


def numbered(texts: Collection[str]) -> dict[str, int] | None:
    """The scores of labels that begin with them, such as `10 - Extremely likely`.

    >>> numbered(["10 - Extremely likely", "0 (not at all)"])
    {'10 - Extremely likely': 10, '0 (not at all)': 0}
    """
    found = {text: _NUMBERED.fullmatch(text) for text in texts}
    scores = {text: int(match[1]) for text, match in found.items() if match}
    return scores if scores and len(scores) == len(found) else None


def _shared(found: Labelled) -> int:
    """How many labels have the score of another one, case aside."""
    return len(set(map(plain, found.scores))) - len(set(found.scores.values()))


def _fitting(texts: Collection[str]) -> Iterator[Labelled]:
    for family, scales in _FAMILIES.items():
        for scale in scales:
            points = [group.split("|") for group in scale.split(",")]
            ranks = {label: rank for rank, group in enumerate(points, 1) for label in group}
            scores = {text: ranks.get(plain(text), 0) for text in texts}
            if all(scores.values()):
                yield Labelled(family, len(points), scores)
