"""The pages of a respondent: one question, the why, what else is to be asked, the thanks."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from milepost.programs.surveys.answers import take, to_ask
from milepost.programs.surveys.cost import cost, lost
from milepost.programs.surveys.document import parse
from milepost.programs.surveys.steps import Step, next_step, steps
from tests.programs.surveys.documents import FULL, documents

SURVEY = parse(FULL)


def test_an_unhappy_customer_is_asked_on_and_a_dependent_question_waits_for_its_page() -> None:
    taken = take(SURVEY, {"score": "2", "courier": "rude"})
    assert steps(SURVEY, taken) == (
        Step("first", ("score",)),
        Step("why", ("why", "call", "phone")),
        Step("further-1", ("courier",)),
        Step("further-2", ("rude_how", "wait", "goods", "packing")),
        Step("thanks"),
    )


def test_a_happy_customer_skips_what_is_not_for_them() -> None:
    taken = take(SURVEY, {"score": "10", "courier": "friendly"})
    assert steps(SURVEY, taken)[3] == Step("further-2", ("goods", "packing"))


def test_one_question_is_one_page_and_the_thanks() -> None:
    survey = parse({"name": "a", "title": "A", "type": "thumbs", "why": "none"})
    assert steps(survey, take(survey, {"score": "1"})) == (
        Step("first", ("score",)),
        Step("thanks"),
    )


def test_nothing_comes_before_the_first_answer() -> None:
    assert next_step(SURVEY, take(SURVEY, {"why": "x"}), after="further-1").name == "first"


def test_a_page_that_is_no_longer_there_leads_on() -> None:
    survey = parse({**FULL, "further": FULL["further"][:2]})
    taken = take(survey, {"score": "10", "courier": "friendly"})
    assert next_step(survey, taken, after="further-2").name == "thanks"
    assert next_step(survey, taken, after="no such page").name == "why"


@given(documents(), st.data())
def test_every_question_to_ask_is_met_once_on_the_way_to_the_thanks(
    document: dict[str, Any], data: Any
) -> None:
    survey = parse(document)
    first = data.draw(st.sampled_from(survey.choices)) if survey.choices else "A wish"
    taken = take(survey, {survey.kind.field: first})
    step, met = steps(survey, taken)[0], list[str]()
    while step.name != "thanks":
        met += step.fields
        step = next_step(survey, taken, after=step.name)
    expected = [survey.kind.field, *(["why"] if survey.why != "none" else [])]
    expected += ["call", "phone"] if survey.call_me else []
    assert met == expected + [question.name for question in to_ask(survey, taken)]


def test_further_questions_have_their_price_and_none_is_free() -> None:
    line = cost(SURVEY)
    assert line is not None
    assert line.startswith("5 further questions cost about 3 of 100 finished answers")
    assert "MacElroy" in line
    assert cost(parse({"name": "a", "title": "A", "type": "nps"})) is None


def test_ten_screens_lose_what_the_study_found() -> None:
    assert abs(lost(10) - 0.07) < 0.005
