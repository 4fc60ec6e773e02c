"""Answers: only what the survey asks is taken, whatever a form sends."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.programs.surveys.answers import (
    LONGEST_ANSWER,
    Taken,
    as_given,
    is_low,
    merge,
    missing,
    take,
    to_ask,
)
from milepost.programs.surveys.document import parse
from milepost.programs.surveys.locales import shipped
from milepost.programs.surveys.survey import Survey
from milepost.programs.surveys.survey_types import SURVEY_TYPES, SurveyType
from tests.programs.surveys.documents import FULL, documents

SURVEY = parse(FULL)
HAPPY = {"score": "10"}


def flaws(survey: Survey, form: dict[str, Any]) -> list[tuple[str, str]]:
    """The fields that are wrong, and the keys of what is said there."""
    return [(flaw.name, flaw.key) for flaw in take(survey, form).flaws]


def made(type_name: str) -> Survey:
    """A survey of a type with nothing of its own."""
    return parse({"name": "a", "title": "A", "type": type_name})


def test_a_whole_form_is_taken() -> None:
    form = {
        "score": "3",
        "why": " Late.\r\nAnd cold.\x00 ",
        "courier": "rude",
        "rude_how": "Nothing",
        "wait": "2,5",
        "goods": ["cups", "tea"],
        "packing": "4",
        "call": "on",
        "phone": "0045 12 34-56 78",
        "unknown": "x",
    }
    assert take(SURVEY, form) == Taken(
        first=3,
        why="Late.\nAnd cold.",
        further={
            "courier": "rude",
            "rude_how": "Nothing",
            "wait": 2.5,
            "goods": ("tea", "cups"),
            "packing": 4,
        },
        call=True,
        phone="+4512345678",
    )


@pytest.mark.parametrize("kind", SURVEY_TYPES, ids=lambda kind: kind.name)
def test_exactly_the_answers_shown_are_taken(kind: SurveyType) -> None:
    survey = made(kind.name)
    for choice in survey.choices:
        assert str(take(survey, {kind.field: choice}).first) == choice
    for strange in ("-1", "11", "1.0", " 1", "01", "+1", "١", "1e0", "x", "price\n", "1" * 5_000):
        taken = take(survey, {kind.field: strange})
        assert bool(taken.flaws) == (kind.name != "wish")
        assert (taken.first is None) == (kind.name != "wish")


@given(documents(), st.data())
def test_taking_what_was_taken_changes_nothing(document: dict[str, Any], data: Any) -> None:
    survey = parse(document)
    names = ["score", "answer", "why", "call", "phone", *(each.name for each in survey.further)]
    answers = sorted({*survey.choices, *(c for each in survey.further for c in each.choices)})
    values = st.one_of(
        st.text(max_size=20),
        st.sampled_from([*answers, "1", "-3.50", "+45 12 34 56 78"]),
        st.lists(st.sampled_from([*answers, "x"]), max_size=3),
    )
    form = data.draw(st.dictionaries(st.sampled_from(names), values))
    taken = take(survey, form)
    again = take(survey, as_given(survey, taken))
    assert again.flaws == ()
    assert (again.first, again.why, again.further, again.phone) == (
        taken.first,
        taken.why,
        taken.further,
        taken.phone,
    )
    assert again.call == taken.call
    assert str(again).encode()
    assert set(taken.further) <= {question.name for question in to_ask(survey, taken)}
    assert {flaw.key for flaw in (*taken.flaws, *missing(survey, taken))} <= set(shipped("en"))


def test_what_is_not_to_be_asked_is_dropped() -> None:
    form = {**HAPPY, "courier": "friendly", "rude_how": "Things", "wait": "3"}
    taken = take(SURVEY, form)
    assert taken.further == {"courier": "friendly"}
    assert taken.flaws == ()


def test_a_condition_on_a_dropped_answer_is_not_met() -> None:
    texts = {"en": {"question": "?"}}
    when = {"question": "class", "answers": ["detractor"]}
    choice = {
        "options": ["a", "b"],
        "texts": {"en": {**texts["en"], "options.a": "A", "options.b": "B"}},
    }
    first = {"name": "one", "kind": "single", **choice, "when": when}
    second = {
        "name": "two",
        "kind": "text",
        "texts": texts,
        "when": {"question": "one", "answers": ["a"]},
    }
    survey = parse({"name": "a", "title": "A", "type": "nps", "further": [first, second]})
    assert take(survey, {"score": "9", "one": "a", "two": "x"}).further == {}
    assert take(survey, {"score": "0", "one": "a", "two": "x"}).further == {"one": "a", "two": "x"}


def test_a_call_is_asked_for_only_where_it_is_offered() -> None:
    assert take(SURVEY, {"call": "1"}).call
    assert not take(SURVEY, {"phone": "+4512345678"}).phone
    quiet = take(made("nps"), {"call": "1", "phone": "+4512345678"})
    assert (quiet.call, quiet.phone) == (False, "")


def test_no_why_is_taken_where_none_is_asked() -> None:
    silent = parse({"name": "a", "title": "A", "type": "nps", "why": "none"})
    assert take(silent, {"why": "x"}).why == ""


@pytest.mark.parametrize(
    ("form", "flaw"),
    [
        ({"score": "11"}, ("score", "error.score_unknown")),
        ({"why": "x" * (LONGEST_ANSWER + 1)}, ("why", "error.text_long")),
        ({"courier": "kind"}, ("courier", "error.option_unknown")),
        ({"goods": ["tea", "gold"]}, ("goods", "error.option_unknown")),
        ({"packing": "6"}, ("packing", "error.option_unknown")),
        ({"score": "0", "wait": "soon"}, ("wait", "error.number_unknown")),
        ({"score": "0", "wait": "1,000"}, ("wait", "error.number_unknown")),
        ({"score": "0", "wait": "nan"}, ("wait", "error.number_unknown")),
        ({"score": "0", "wait": "1e3"}, ("wait", "error.number_unknown")),
        ({"score": "0", "wait": "-1"}, ("wait", "error.number_low")),
        ({"score": "0", "wait": "61"}, ("wait", "error.number_high")),
        ({"call": "1", "phone": "12345678"}, ("phone", "error.phone_unknown")),
        ({"call": "1", "phone": "+45 call me"}, ("phone", "error.phone_unknown")),
    ],
)
def test_what_does_not_fit_is_told_at_its_field_and_not_kept(
    form: dict[str, Any], flaw: tuple[str, str]
) -> None:
    assert flaws(SURVEY, form) == [flaw]
    kept = as_given(SURVEY, take(SURVEY, form)).get(flaw[0])
    assert kept in (None, ["tea"])


@pytest.mark.parametrize(
    ("written", "number"),
    [("3", 3), ("３", 3), ("٣", 3), ("2.5", 2.5), ("2,5", 2.5), ("٢٫٥", 2.5), (" 7 ", 7)],
)
def test_numbers_are_read_as_people_write_them(written: str, number: float) -> None:
    taken = take(SURVEY, {"score": "0", "wait": written})
    assert taken.further["wait"] == number


def test_the_longest_answer_is_kept_whole() -> None:
    assert len(take(SURVEY, {"why": "é" * LONGEST_ANSWER}).why) == LONGEST_ANSWER


def test_required_questions_are_missing_only_while_they_are_asked() -> None:
    names = [flaw.name for flaw in missing(SURVEY, take(SURVEY, {}))]
    assert names == ["score", "courier"]
    assert missing(SURVEY, take(SURVEY, {**HAPPY, "courier": "rude"})) == ()


@pytest.mark.parametrize(
    "written",
    [
        "+45 12-34-56-78",
        "0045 12345678",
        "+４５ １２３４５６７８",
        "+45\u201012\u201134\u201256\u201378",
        "+45ー12ー34ー56ー78",
        "\u200f\u202a+٤٥ ١٢ ٣٤ ٥٦ ٧٨\u202c",
        "+۴۵ ۱۲ ۳۴ ۵۶ ۷۸",
        "+४५ १२३४५६७८",
    ],
)
def test_a_phone_number_is_read_in_every_script(written: str) -> None:
    taken = take(SURVEY, {"call": "1", "phone": written})
    assert (taken.phone, taken.flaws) == ("+4512345678", ())


@given(st.text(max_size=30))
def test_what_is_kept_as_a_phone_number_can_be_dialled(written: str) -> None:
    phone = take(SURVEY, {"call": "1", "phone": f"+45{written}"}).phone
    assert phone == "" or (phone.isascii() and phone[1:].isdigit() and len(phone) <= 16)


def test_a_call_needs_a_number_unless_one_is_known() -> None:
    taken = take(SURVEY, {**HAPPY, "courier": "rude", "call": "1"})
    assert [flaw.key for flaw in missing(SURVEY, taken)] == ["error.phone_missing"]
    assert missing(SURVEY, taken, phone_known=True) == ()


def test_a_page_is_merged_over_the_earlier_ones() -> None:
    form = {"score": "0", "why": "Late", "wait": "4", "goods": ["tea"], "call": "1"}
    before = take(SURVEY, {**form, "phone": "+4512345678"})
    unticked = merge(SURVEY, before, {"why": "Cold"}, ("why", "call", "phone"))
    assert (unticked.first, unticked.why, unticked.call, unticked.phone) == (0, "Cold", False, "")
    assert unticked.further == {"wait": 4, "goods": ("tea",)}
    changed = merge(SURVEY, before, {"score": "10", "why": "Not of this page"}, ("score",))
    assert (changed.first, changed.why, changed.further) == (10, "Late", {"goods": ("tea",)})


@pytest.mark.parametrize(
    ("kind", "first", "low"),
    [
        ("nps", 6, True),
        ("nps", 7, False),
        ("nps", None, False),
        ("ces1", 4, True),
        ("ces1", 1, False),
        ("thumbs", 0, True),
        ("pmf", 1, False),
        ("exit", "price", False),
    ],
)
def test_a_low_answer_is_one_that_somebody_must_hear_of(
    kind: str, first: int | str | None, low: bool
) -> None:
    assert is_low(made(kind), first) is low
