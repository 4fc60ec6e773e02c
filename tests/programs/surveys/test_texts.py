"""Shipped texts: every language says all that English says, with the same placeholders."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from babel import Locale

from milepost.programs.surveys.locales import LOCALES, direction, shipped
from milepost.programs.surveys.placeholders import fill, malformed, placeholders_in
from milepost.programs.surveys.survey import LONGEST_OPTION

OTHERS = LOCALES[1:]
_FALL_BACK = re.compile(r"\{\{\s*(\w+)\s*\|\s*([^}]*?)\s*\}\}")


def test_every_file_of_texts_is_offered_and_every_language_offered_has_its_file() -> None:
    files = resources.files("milepost.programs.texts").iterdir()
    found = {file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")}
    assert found == set(LOCALES)


@pytest.mark.parametrize("locale", OTHERS)
def test_a_language_has_exactly_the_keys_of_english(locale: str) -> None:
    assert list(shipped(locale)) == list(shipped("en"))


@pytest.mark.parametrize("locale", OTHERS)
def test_a_language_keeps_the_placeholders_and_says_something_where_they_are_empty(
    locale: str,
) -> None:
    for key, english in shipped("en").items():
        text = shipped(locale)[key]
        assert set(placeholders_in(text)) == set(placeholders_in(english)), key
        with_words = {name for name, words in _FALL_BACK.findall(english) if words}
        assert {name for name, words in _FALL_BACK.findall(text) if words} == with_words, key


@pytest.mark.parametrize("locale", LOCALES)
def test_texts_are_clean_and_labels_short(locale: str) -> None:
    for key, text in shipped(locale).items():
        assert text == text.strip() != "", key
        assert malformed(text) is None, key
        assert "\n" not in text, key
        assert "{" not in fill(text, {}), key
        if ".options." in key or key.endswith((".low", ".high")):
            assert len(text) <= LONGEST_OPTION, key


@pytest.mark.parametrize("locale", OTHERS)
def test_questions_are_translated(locale: str) -> None:
    english, other = shipped("en"), shipped(locale)
    same = [key for key in english if key.endswith(".question") and english[key] == other[key]]
    assert same == []


@pytest.mark.parametrize("locale", LOCALES)
def test_direction_is_that_of_the_unicode_locale_data(locale: str) -> None:
    known = Locale.parse(locale, sep="-")
    assert (
        direction(locale) == {"left-to-right": "ltr", "right-to-left": "rtl"}[known.character_order]
    )
