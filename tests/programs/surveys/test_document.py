"""A survey as a document: there and back, and every mistake told at once in a line."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.programs.surveys.document import as_data, parse
from milepost.programs.surveys.errors import SurveyError
from milepost.programs.surveys.survey_types import SURVEY_TYPES, SurveyType
from tests.programs.surveys.documents import FULL, documents

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FURTHER = FULL["further"][0]
FIELDS = sorted({"texts", "further", "thanks", "locales", "options", "closes_at", "why", *FULL})


def mistakes(**changed: Any) -> list[str]:
    """What is wrong with the full survey after a change; `a__b` goes one table deeper."""
    document = deepcopy(FULL)
    document.update(changed)
    with pytest.raises(SurveyError) as raised:
        parse(document)
    return str(raised.value).split("\n")


def refusal(document: Any) -> SurveyError | None:
    """Why a document is no survey; None where it is one."""
    try:
        parse(document)
    except SurveyError as error:
        return error
    return None


def further(**changed: Any) -> list[str]:
    """What is wrong with the full survey after a change of its first further question."""
    return mistakes(further=[{**FURTHER, **changed}])


@given(documents())
def test_a_survey_goes_to_json_and_back(document: dict[str, Any]) -> None:
    survey = parse(document)
    assert parse(json.loads(json.dumps(as_data(survey)))) == survey


def test_the_document_holds_what_was_written() -> None:
    data = as_data(parse(FULL))
    rating = data["further"][-1]
    assert (rating.pop("least"), rating.pop("most")) == (1, 5)
    assert data == FULL


@given(st.dictionaries(st.sampled_from(FIELDS), JSON) | JSON)
def test_a_strange_document_is_refused_by_lines_and_never_crashes(document: Any) -> None:
    error = refusal({**FULL, **document} if isinstance(document, dict) else document)
    assert error is None or len(str(error).split("\n")) == len(error.faults) > 0


@given(st.dictionaries(st.sampled_from([*FURTHER, "least", "most", "when"]), JSON))
def test_a_strange_further_question_never_crashes(changed: dict[str, Any]) -> None:
    error = refusal({**FULL, "further": [{**FURTHER, **changed}]})
    assert error is None or error.faults


def test_all_mistakes_come_at_once_with_the_nearest_right_names() -> None:
    assert mistakes(
        titel="x", type="npss", call_me="yes", further=[{"name": "why", "kind": "singel"}]
    ) == [
        "titel: is unknown; did you mean 'title'?",
        "type: 'npss' is unknown; did you mean 'nps'?",
        "further[1].kind: 'singel' is unknown; did you mean 'single'?",
        "further[1].name: 'why' is taken by Milepost; choose another name",
        "call_me: expected true or false",
    ]


@pytest.mark.parametrize(
    ("changed", "mistake"),
    [
        ({"name": "After delivery"}, "name: 'After delivery' is no name;"),
        ({"title": " "}, "title: is missing"),
        ({"title": "x" * 201}, "title: has 201 characters; at most 200"),
        ({"title": "a\nb"}, "title: has several lines"),
        ({"type": None}, "type: is missing"),
        ({"why": "sometimes"}, "why: 'sometimes' is unknown"),
        ({"type": "wish", "why": "same"}, "why: 'same' does not fit the type wish; expected none"),
        ({"locales": []}, "locales: is empty"),
        ({"locales": ["en", "en"]}, "locales: expected names, each of them once"),
        ({"locales": ["dk"]}, "locales: language 'dk' has no shipped texts"),
        ({"options": ["a", "b"]}, "options: the answers of the type nps are fixed"),
        ({"type": "exit", "why": "same", "options": ["a"]}, "options: has 1 entries"),
        ({"texts": {"da": {"question": "?"}}}, "texts.da: language 'da' is not offered"),
        ({"texts": {"en": {"qestion": "?"}}}, "texts.en.qestion: there is no text 'qestion'; did"),
        ({"texts": {"en": {"low": "x" * 201}}}, "texts.en.low: has 201 characters; a label has"),
        ({"texts": {"en": {"question": "x" * 2001}}}, "texts.en.question: has 2001 characters"),
        ({"texts": {"en": {"question": "a\x00"}}}, "texts.en.question: holds control characters"),
        ({"texts": {"en": {"question": "{{ a"}}}, "texts.en.question: '{{ a' is no placeholder"),
        ({"texts": {"en": {"subject": "a\nBcc: b"}}}, "texts.en.subject: has several lines"),
        (
            {"texts": {"en": {"question": "?"}}, "locales": ["en", "da"], "further": []},
            "texts.da.question: 'question' is missing in da",
        ),
        ({"closes_at": "2026-12-31"}, "closes_at: '2026-12-31' is no moment"),
        ({"anonymous": True}, "call_me: asks for a phone number, and this survey is anonymous"),
        ({"thanks": {"happy": {}}}, "thanks.happy: nps has no class 'happy'"),
        ({"thanks": {"passive": {"action": "review"}}}, "thanks.passive.link: is missing"),
        (
            {"thanks": {"passive": {"link": "https://a.example"}}},
            "thanks.passive.link: is for the action review",
        ),
        (
            {"thanks": {"promoter": {"action": "referral"}}, "anonymous": True},
            "thanks.promoter.action: a referral link is personal",
        ),
        ({"further": [FULL["further"][1]] * 11}, "further: has 11 entries; at most 10"),
        ({"further": [FULL["further"][4]] * 2}, "further[1].name: 'packing' is there twice"),
        ({"further": "none"}, "further: expected a list"),
        ({"further": ["x"]}, "further[1]: expected a table of fields"),
    ],
)
def test_a_mistake_is_told_where_it_is(changed: dict[str, Any], mistake: str) -> None:
    assert [line for line in mistakes(**changed) if line.startswith(mistake)]


@pytest.mark.parametrize(
    ("changed", "mistake"),
    [
        ({"name": "Score?"}, "further[1].name: 'Score?' is no name"),
        ({"options": []}, "further[1].options: has 0 entries"),
        ({"options": list(map(str, range(21)))}, "further[1].options: has 21 entries; at most 20"),
        ({"options": ["friendly", "Rude"]}, "further[1].options: 'Rude' is no name"),
        ({"kind": "text"}, "further[1].options: a question of kind text has no options"),
        ({"least": 1}, "further[1].least: a question of kind single has no least and most"),
        ({"kind": "rating", "most": 6}, "further[1].least: 1 to 6 is no scale of a rating"),
        ({"kind": "number", "least": 2, "most": 1}, "further[1].least: 2 is above most (1)"),
        ({"kind": "number", "least": float("nan")}, "further[1].least: expected a number"),
        ({"required": 1}, "further[1].required: expected true or false"),
        ({"texts": {"en": {}}}, "further[1].texts.en.question: 'question' is missing in en"),
        ({"texts": {"en": {"low": "x"}}}, "further[1].texts.en.low: there is no text 'low'"),
        (
            {"when": {"question": "courier", "answers": ["x"]}},
            "further[1].when.question: no earlier",
        ),
        (
            {"when": {"question": "class", "answers": ["promotor"]}},
            "further[1].when.answers: 'prom",
        ),
        ({"when": {"question": "class"}}, "further[1].when.answers: is empty"),
        ({"when": {"question": "class", "is": []}}, "further[1].when.is: is unknown"),
    ],
)
def test_a_mistake_in_a_further_question_is_told_where_it_is(
    changed: dict[str, Any], mistake: str
) -> None:
    assert [line for line in further(**changed) if line.startswith(mistake)]


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)//https://a.example",
        "http://a.example",
        "//a.example",
        "https://",
        "https:///a",
        "https://user:secret@a.example",
        "https://a.example/\n",
        " https://a.example",
        "https://a.example/\u202egpj.exe",
        "https://a.example\\@b.example",
        'https://a.example/"onclick="x',
        "https://[a.example",
        "https://a.example:99999",
        "data:text/html,x",
        "https://a.example/" + "x" * 2_000,
    ],
)
def test_a_link_that_leads_astray_is_refused(link: str) -> None:
    lines = mistakes(thanks={"promoter": {"action": "review", "link": link}})
    assert len(lines) == 1
    assert lines[0].startswith("thanks.promoter.link: ")


def test_the_close_is_kept_in_utc_and_then_nothing_is_taken() -> None:
    survey = parse({**FULL, "closes_at": "2026-12-31T23:00:00+01:00"})
    moment = datetime(2026, 12, 31, 22, tzinfo=UTC)
    assert survey.closes_at == moment
    assert survey.closed(moment)
    assert not survey.closed(moment.replace(hour=21))


def test_own_reasons_for_leaving_need_words_in_every_language() -> None:
    own = {"options": ["price", "moved"], "locales": ["en", "da"]}
    document = {"name": "left", "title": "Left", "type": "exit", **own}
    with pytest.raises(SurveyError) as raised:
        parse(document)
    assert [fault.where for fault in raised.value.faults] == [
        "texts.en.options.moved",
        "texts.da.options.moved",
    ]
    texts = {"en": {"options.moved": "I moved"}, "da": {"options.moved": "Jeg er flyttet"}}
    assert parse({**document, "texts": texts}).choices == ("price", "moved")


@pytest.mark.parametrize("kind", [each for each in SURVEY_TYPES if each.audience == "employee"])
def test_what_employees_are_asked_is_anonymous_whatever_the_document_says(kind: SurveyType) -> None:
    assert parse({"name": "work", "title": "Work", "type": kind.name, "anonymous": False}).anonymous
