"""The question types: what each asks, the scales it may use and which end of them is good."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Scale = tuple[int, int]
End = Literal["high", "low"]

_NAMED = re.compile(r"(-?\d{1,4})-(-?\d{1,4})|(\d{1,4})")


@dataclass(frozen=True, slots=True)
class QuestionType:
    """One type of question.

    `scales` empty means that any scale may be stated; `good` None means that the plan has to
    state the good end, `good_fixed` that the plan cannot change it. `scaled` False: a number that
    lies on no scale. `words` are answers understood without labels, as scores.
    """

    name: str
    title: str
    scale: Scale | None = None
    scales: tuple[Scale, ...] = ()
    good: End | None = "high"
    value: Literal["score", "answer"] = "score"
    audience: Literal["customer", "employee"] = "customer"
    good_fixed: bool = False
    scaled: bool = True
    whole: bool = True
    words: dict[str, int] = field(default_factory=dict)


_YES_NO = {"yes": 1, "no": 0, "true": 1, "false": 0, "y": 1, "n": 0}
_THUMBS = {"up": 1, "down": 0, "👍": 1, "👎": 0, **_YES_NO}
_PMF = {"very disappointed": 3, "somewhat disappointed": 2, "not disappointed": 1}

QUESTION_TYPES = (
    QuestionType(
        "nps", "Likelihood to recommend", (0, 10), ((0, 10), (1, 10), (1, 5)), good_fixed=True
    ),
    QuestionType("csat", "Satisfaction", (1, 5)),
    QuestionType("ces2", "Made it easy (CES 2.0)", (1, 7), ((1, 7), (1, 5)), good_fixed=True),
    QuestionType(
        "ces1", "Effort put forth (CES 1.0)", (1, 5), ((1, 5),), good="low", good_fixed=True
    ),
    QuestionType("ease", "Ease", None, good=None),
    QuestionType("stars", "Star rating", (1, 5), ((1, 5), (1, 10)), good_fixed=True, whole=False),
    QuestionType("thumbs", "Thumbs up or down", (0, 1), ((0, 1),), words=_THUMBS),
    QuestionType("smileys", "Smileys", (1, 5), ((1, 5), (1, 3), (1, 4))),
    QuestionType("pmf", "Disappointed without it", (1, 3), ((1, 3),), good_fixed=True, words=_PMF),
    QuestionType(
        "enps",
        "Likelihood to recommend as an employer",
        (0, 10),
        good_fixed=True,
        audience="employee",
    ),
    QuestionType("esat", "Employee satisfaction", (1, 5), audience="employee"),
    QuestionType("task", "Task completed", (0, 1), ((0, 1),), good_fixed=True, words=_YES_NO),
    QuestionType("intent", "Reason for the visit", value="answer", scaled=False),
    QuestionType("choice", "Choice", value="answer", scaled=False),
    QuestionType("number", "Number", scaled=False, whole=False),
    QuestionType("text", "Open text", value="answer", scaled=False),
)

BY_NAME = {kind.name: kind for kind in QUESTION_TYPES}


def scales_named(key: str) -> tuple[Scale, ...]:
    """The scales that a key of `boxes` may mean: its ends or its number of points; none if it is none.

    >>> scales_named("0-10"), scales_named("5"), scales_named("five")
    (((0, 10),), ((1, 5), (0, 4)), ())
    """
    found = _NAMED.fullmatch(key)
    if not found:
        return ()
    named = ((int(found[1]), int(found[2])),) if found[1] else _of_points(int(found[3]))
    return tuple(scale for scale in named if scale[0] < scale[1])


def _of_points(points: int) -> tuple[Scale, ...]:
    return ((1, points), (0, points - 1))
