"""A survey as it is said: whole in every language, by class, and with an invitation's values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from milepost.programs.surveys.document import parse
from milepost.programs.surveys.locales import LOCALES, shipped
from milepost.programs.surveys.placeholders import placeholders_in
from milepost.programs.surveys.spoken import spoken
from milepost.programs.surveys.survey_types import SURVEY_TYPES
from milepost.programs.surveys.voice import speak
from tests.programs.surveys.documents import FULL, documents


@given(documents())
@settings(max_examples=60)
def test_every_survey_is_said_whole_in_each_of_its_languages(document: dict[str, Any]) -> None:
    survey = parse(document)
    for locale in survey.locales:
        said = spoken(survey, locale, {"name": "Ann"})
        questions = [said.first, *said.further]
        labels = [text for each in questions for o in each.options for text in (o.label, o.aria)]
        texts = [each.text for each in questions]
        texts += [*labels, *said.why.values(), *said.thanks.values(), said.subject]
        assert all(text.strip() and not placeholders_in(text) for text in texts)
        assert tuple(option.value for option in said.first.options) == survey.choices
        assert [each.name for each in said.further] == [each.name for each in survey.further]
        assert said.voice.lang == locale


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", SURVEY_TYPES, ids=lambda kind: kind.name)
def test_no_two_answers_sound_the_same(kind: Any, locale: str) -> None:
    survey = parse({"name": "a", "title": "A", "type": kind.name, "locales": [locale]})
    arias = [option.aria for option in spoken(survey, locale).first.options]
    assert len(set(arias)) == len(arias)


def test_a_screen_reader_hears_what_the_ends_mean() -> None:
    first = spoken(parse(FULL), "en").first
    arias = [option.aria for option in first.options]
    assert arias[0] == "0 of 10: Not at all likely"
    assert arias[7] == "7 of 10"
    assert arias[10] == "10 of 10: Extremely likely"
    assert first.ends == "0 means: Not at all likely. 10 means: Extremely likely."


def test_a_rating_without_own_ends_asks_for_satisfaction() -> None:
    ends = {"low": "Awful", "high": "Lovely"}
    rating = FULL["further"][-1]
    own = {**rating, "texts": {"en": {**rating["texts"]["en"], **ends}}}
    usual, worded = (
        spoken(parse({**FULL, "further": [each]}), "en").further[0] for each in (rating, own)
    )
    assert (usual.low, usual.high) == ("Very dissatisfied", "Very satisfied")
    assert (worded.low, worded.high) == ("Awful", "Lovely")
    assert worded.options[0].aria == "1 of 5: Awful"


def test_the_values_of_an_invitation_stand_in_the_texts() -> None:
    survey = parse(
        {
            **FULL,
            "texts": {
                "en": {"subject": "{{ name | Hello }}, order {{ order }} from {{ company }}"}
            },
        }
    )
    values = {"name": "Ann", "order": "{{ company }}", "company": "The customer's own"}
    assert spoken(survey, "en", values).subject == "Ann, order {{ company }} from Acme"
    assert spoken(survey, "en").subject == "Hello, order  from Acme"


def test_own_texts_stand_over_shipped_ones_and_leave_the_rest() -> None:
    own = {"why.detractor": "What broke?", "page.send": "Go", "mail.intro.relationship": "Dear"}
    said = spoken(parse({**FULL, "texts": {"en": own}}), "en")
    assert said.why["detractor"] == "What broke?"
    assert said.why["passive"] == shipped("en")["nps.why.passive"]
    assert (said.voice.say("page.send"), said.voice.say("page.next")) == ("Go", "Next")
    assert said.voice.part("mail.intro")["relationship"] == "Dear"


@pytest.mark.parametrize(
    ("why", "asked"),
    [
        ("by_class", {"promoter", "passive", "detractor"}),
        ("same", {"any"}),
        ("none", set()),
    ],
)
def test_the_why_is_by_class_the_same_or_none(why: str, asked: set[str]) -> None:
    said = spoken(parse({**FULL, "why": why}), "en")
    assert set(said.why) == asked
    assert bool(said.why_for("detractor")) == (why != "none")


def test_arabic_is_written_from_right_to_left() -> None:
    assert speak("ar").direction == "rtl"
    assert speak("en").direction == "ltr"


def test_a_language_that_is_not_offered_is_an_error() -> None:
    with pytest.raises(ValueError, match="not offered in 'da'"):
        spoken(parse(FULL), "da")


def test_running_values_are_said_when_they_are_known() -> None:
    voice = speak("en", values={"company": "Acme"})
    assert voice.say("page.progress", step=1, steps=3) == "Question 1 of 3"
    assert voice.say("page.asked_by") == "A question from Acme"
    with pytest.raises(KeyError):
        voice.say("page.nothing")
