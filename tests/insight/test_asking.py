"""Asking from Python: each part of a question as people give it, or one line that says what is wrong."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from milepost.engine.question import Question
from milepost.errors import QuestionError
from milepost.insight.asking import one_touchpoint, question_of


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({"metrics": "nps"}, Question(metrics=("nps",))),
        ({"metrics": ["nps", "csat", "nps"]}, Question(metrics=("nps", "csat"))),
        ({"by": iter(["a", "b"])}, Question(by=("a", "b"))),
        ({"since": "2017-01-01"}, Question(since=date(2017, 1, 1))),
        ({"until": datetime(2017, 1, 1, 12, tzinfo=UTC)}, Question(until=date(2017, 1, 1))),
        ({"until": pd.Timestamp("2017-01-01")}, Question(until=date(2017, 1, 1))),
        ({"rolling": "13 weeks"}, Question(rolling=timedelta(91))),
        ({"rolling": timedelta(90)}, Question(rolling=timedelta(90))),
        ({"confidence": 0.9}, Question(confidence=0.9)),
    ],
)
def test_what_can_be_asked(given: dict[str, Any], asked: Question) -> None:
    assert question_of(**given) == asked


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"metrics": ""}, "metrics takes names, and '' is none"),
        ({"metrics": 5}, "metrics takes a name or a list of names, not 5"),
        ({"by": 5}, "by takes a name or a list"),
        ({"by": ["language", 3]}, "by takes names, and 3 is none"),
        ({"touchpoint": 5}, "touchpoint 5 is not"),
        ({"every": "fortnight"}, "every 'fortnight' is unknown; known: all, day"),
        ({"every": 5}, "every 5 is unknown; known: day"),
        ({"against": "previos"}, "did you mean 'previous'?"),
        ({"since": "soon"}, "since 'soon' is not a day; write it as YYYY-MM-DD"),
        ({"since": 2017}, "since 2017 is not a day"),
        ({"since": pd.NaT}, "since NaT is not a day"),
        ({"rolling": "90 bananas"}, "'90 bananas' is not a length of time"),
        ({"rolling": "99999w"}, "rolling 699,993 days: expected 1 to 36,525"),
        ({"rolling": timedelta(10**8)}, "expected 1 to 36,525"),
        ({"rolling": timedelta(hours=5)}, "is not whole days"),
        ({"rolling": timedelta(-5)}, "expected 1 to 36,525"),
        ({"rolling": 90}, "rolling 90 is not whole days"),
        ({"where": ""}, "where '' is not a condition"),
        ({"pooled": "no"}, "pooled 'no' is neither True nor False"),
        ({"confidence": 95}, "confidence 95 is not a share"),
        ({"confidence": 0}, "confidence 0 is not"),
        ({"confidence": 1}, "confidence 1 is not"),
        ({"confidence": math.nan}, "confidence nan is not"),
        ({"confidence": True}, "confidence True is not"),
    ],
)
def test_what_cannot_be_asked(given: dict[str, Any], text: str) -> None:
    with pytest.raises(QuestionError) as error:
        question_of(**given)
    assert text in str(error.value)
    assert "\n" not in str(error.value)


def test_a_terminal_names_its_options() -> None:
    with pytest.raises(QuestionError, match=r"^--every 'x' is unknown"):
        question_of(every="x", mark="--")


def test_a_terminal_names_one_touchpoint() -> None:
    assert (one_touchpoint(()), one_touchpoint(["web"])) == (None, "web")
    with pytest.raises(QuestionError, match="--touchpoint takes one touchpoint, not 2"):
        one_touchpoint(["web", "desk"])
