"""The version of a survey changes with what is asked, and with nothing else."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from milepost.programs.surveys.document import parse
from milepost.programs.surveys.versions import EVERYWHERE, Change, asked, changes, version_of
from tests.programs.surveys.documents import FULL

SAME: list[dict[str, Any]] = [
    {"title": "Another title"},
    {"name": "another-name"},
    {"closes_at": "2026-12-31T23:00:00+00:00"},
    {"thanks": {}},
    {"texts": {"en": {"thanks.promoter": "Yes!", "page.send": "Go", "subject": "Hi"}}},
]
OTHER: list[dict[str, Any]] = [
    {"texts": {"en": {"question": "Would you recommend us?"}}},
    {"texts": {"en": {"high": "Sure"}}},
    {"texts": {"en": {"why.passive": "How?"}}},
    {"why": "none"},
    {"company": "Emca"},
    {"further": []},
    {"further": FULL["further"][::-1][:2]},
    {"type": "enps", "call_me": False},
]


@pytest.mark.parametrize("changed", SAME, ids=str)
def test_what_is_not_asked_leaves_the_version(changed: dict[str, Any]) -> None:
    assert version_of(parse({**FULL, **changed})) == version_of(parse(FULL))


@pytest.mark.parametrize("changed", OTHER, ids=str)
def test_what_is_asked_makes_the_version(changed: dict[str, Any]) -> None:
    old, new = parse(FULL), parse({**FULL, **changed})
    assert version_of(new) != version_of(old)
    assert changes(asked(old), asked(new))


@pytest.mark.parametrize("key", ["required", "options", "kind", "when"])
def test_a_rule_of_a_further_question_makes_the_version(key: str) -> None:
    document = deepcopy(FULL)
    document["further"][0][key] = {
        "required": False,
        "options": ["rude", "friendly"],
        "kind": "multiple",
        "when": {"question": "class", "answers": ["passive"]},
    }[key]
    assert version_of(parse(document)) != version_of(parse(FULL))


def test_changes_name_the_language_the_key_and_both_wordings() -> None:
    old = parse({**FULL, "texts": {"en": {"question": "A?"}}})
    new = parse({**FULL, "texts": {"en": {"question": "B?"}}, "call_me": False})
    assert changes(asked(old), asked(new)) == (
        Change(EVERYWHERE, "call_me", "True", "False"),
        Change("en", "question", "A?", "B?"),
    )


def test_nothing_changes_between_a_survey_and_itself_kept_as_json() -> None:
    words = asked(parse(FULL))
    assert changes(json.loads(json.dumps(words)), words) == ()


def test_a_language_that_came_in_is_a_change() -> None:
    plain = {"name": "a", "title": "A", "type": "csat"}
    old, new = parse(plain), parse({**plain, "locales": ["en", "da"]})
    found = changes(asked(old), asked(new))
    assert {(each.locale, each.before) for each in found} == {("da", None)}


def test_what_is_kept_holds_shipped_words_too() -> None:
    words = asked(parse(FULL))["en"]
    assert words["question"].startswith("How likely are you to recommend")
    assert words["further.packing.high"] == "Very satisfied"
