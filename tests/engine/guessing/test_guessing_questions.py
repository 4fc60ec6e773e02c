"""What a column asks: its name against its values, and what is never guessed."""

from __future__ import annotations

import pytest

from milepost.engine.guessing.profile import profile
from milepost.engine.guessing.question import Question
from milepost.engine.guessing.questions import question_of

TEN = [*range(11)] * 10
SEVEN = [*range(1, 8)] * 10
FIVE = [*range(1, 6)] * 10
AGREE = ["Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"]


def ask(name: str, cells: list[object], *, employees: bool = False) -> Question | None:
    return question_of(profile(name, "text", cells), employees=employees)


@pytest.mark.parametrize(
    ("name", "cells", "kind", "scale", "missing"),
    [
        ("NPS", TEN, "nps", None, ()),
        ("NETPRO", [*TEN, 11], "nps", None, ("11",)),
        ("How likely are you to recommend us?", [*TEN, "N/A", "99"], "nps", None, ("99", "N/A")),
        ("recommend", [*range(4, 11)] * 20, "nps", None, ()),
        ("recommend", FIVE * 4, "nps", (1, 5), ()),
        ("Satisfaction rating", [*FIVE, 0], "csat", (1, 5), ("0",)),
        ("CSAT", [*FIVE, 0, 6], "csat", (1, 5), ("0", "6")),
        ("csat_7", [*SEVEN, -99], "csat", (1, 7), ("-99",)),
        ("satisfied", [*range(1, 11)] * 10, "csat", (1, 10), ()),
        ("sat", [3, 4, 5] * 30, "csat", (1, 5), ()),
        ("review_score", FIVE, "stars", (1, 5), ()),
        ("Stars", [4.5, 3.5, 5, 1], "stars", (1, 5), ()),
        ("ces2", SEVEN, "ces2", (1, 7), ()),
        ("CES1", FIVE, "ces1", (1, 5), ()),
        ("thumbs", ["up", "down", "up"], "thumbs", None, ()),
        ("pmf", ["Very disappointed", "Not disappointed", "N/A"], "pmf", None, ("N/A",)),
        ("Task completed?", ["Yes", "No", "no"], "task", None, ()),
        ("visit_intent", ["buy", "browse", "return", "buy"], "intent", None, ()),
    ],
)
def test_name_and_values_agree(name, cells, kind, scale, missing):
    asked = ask(name, cells)
    assert asked is not None
    assert (asked.type, asked.scale, asked.missing) == (kind, scale, missing)
    assert not asked.open


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("Churn Score", [81, 91, 12, 64]),
        ("PerformanceRating", ["Excellent", "Outstanding"] * 5),
        ("recommended_by", ["Anna", "Bo", "Anna"]),
        ("nps_bonus", [1200.5, 90.25, 17]),
        ("goal_amount", [12, 88, 1000]),
        ("weight", [0.7, 1.2]),
        ("Satisfaction", []),
    ],
)
def test_values_that_contradict_the_name(name, cells):
    assert ask(name, cells) is None


@pytest.mark.parametrize(
    ("name", "cells", "types"),
    [
        ("ease", FIVE, ["ease", "ease"]),
        ("effort", FIVE, ["ease", "ces1"]),
        ("CES", FIVE, ["ces2", "ces1"]),
        ("CES", SEVEN, ["ces2", "ease"]),
        ("difficulty of return", SEVEN, ["ease", "ease"]),
        ("Customer effort", ["Low", "Medium", "High", "Low"], ["ease", "ease"]),
    ],
)
def test_the_good_end_of_effort_is_never_guessed(name, cells, types):
    asked = ask(name, cells)
    assert asked is not None
    assert [choice.type for choice in asked.choices] == types
    assert [choice.name for choice in asked.choices] == ["high", "low"]


def test_labels_that_say_easy_settle_the_good_end():
    asked = ask("ease", ["Very easy", "Easy", "Very difficult", "Neutral"])
    assert asked is not None
    assert (asked.type, asked.good, asked.scale, asked.open) == ("ease", "high", (1, 5), False)
    assert asked.labels == {"Very difficult": 1, "Neutral": 3, "Easy": 4, "Very easy": 5}


@pytest.mark.parametrize(
    ("name", "texts", "kind", "scale", "scores"),
    [
        ("JobSatisfaction", ["Low", "Medium", "High", "Very_High"], "csat", (1, 4), [1, 2, 3, 4]),
        ("satisfaction", ["Very satisfied", "Dissatisfied"], "csat", (1, 5), [2, 5]),
        (
            "csat",
            ["poor", "fair", "good", "very good", "excellent"],
            "csat",
            (1, 5),
            [1, 2, 3, 4, 5],
        ),
        ("would recommend", ["Very likely", "Unlikely", "Likely"], "nps", (1, 5), [2, 4, 5]),
        ("easy to solve", AGREE, "ces2", (1, 5), [1, 2, 3, 4, 5]),
        ("NPS", ["Promoter", "Passive", "Detractor"], "nps", None, [5, 8, 10]),
    ],
)
def test_answers_in_words(name, texts, kind, scale, scores):
    asked = ask(name, texts * 3)
    assert asked is not None
    assert (asked.type, asked.scale, sorted(asked.labels.values())) == (kind, scale, scores)


def test_numbers_with_words_behind_them():
    asked = ask("NPS", ["10 - Extremely likely", "9", "0 (not at all)", "7"])
    assert asked is not None
    assert asked.labels == {"10 - Extremely likely": 10, "0 (not at all)": 0}


def test_labels_without_an_order_are_left_to_a_person():
    asked = ask("satisfaction", ["satisfied", "neutral or dissatisfied", "satisfied"])
    assert asked is not None
    assert [choice.name for choice in asked.choices] == ["labels"]


def test_a_frequent_six_may_be_an_answer():
    asked = ask("satisfaction", [1, 2, 3, 4, 5, 6] * 20)
    assert asked is not None
    code, answer = asked.choices
    assert (code.scale, code.missing) == ((1, 5), ("6",))
    assert (answer.scale, answer.missing) == ((1, 6), ())


def test_employees_have_types_of_their_own():
    assert ask("nps", TEN, employees=True).type == "enps"
    assert ask("satisfaction", FIVE, employees=True).type == "esat"


def test_texts_that_are_neither_answers_nor_codes_are_told():
    asked = ask("csat", [*FIVE, "see above"])
    assert asked is not None
    assert asked.unread == ("see above",)


def test_one_number_off_the_scale_among_many_is_named():
    asked = ask("NPS", [*TEN, 55])
    assert asked is not None
    assert (asked.type, asked.missing, asked.unread) == ("nps", (), ("55",))
    assert ask("NPS", [*TEN, 55, 56, 57, 58]) is None


def test_a_file_that_names_no_question_offers_its_ratings(guessed):
    found = guessed({
        "id": list(range(61)), "date": [f"2024-03-{1 + n % 28:02}" for n in range(61)],
        "q1": [*(n % 11 for n in range(60)), 42], "country": [*["DK", "SE"] * 30, "DK"],
    })  # fmt: skip
    assert found.columns == {"response_id": "id", "answered_at": "date"}
    assert [a.name for a in found.attributes] == ["country"]
    (asked,) = found.questions
    assert [choice.name for choice in asked.choices] == ["nps", "high", "low"]
    assert "'check' will reject 42" in found.doubts[0].text
