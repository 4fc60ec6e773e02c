"""What a respondent was asked, word by word: its version, and what changed between two of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from milepost.programs.surveys.checks import asked_keys
from milepost.programs.surveys.spoken import voice_of
from milepost.programs.surveys.survey import Further, Survey

Asked = Mapping[str, Mapping[str, str]]

EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is asked in another way; `before` or `after` is None where there was nothing.

    `locale` is EVERYWHERE for what is the same in all languages, such as the options there are.
    """

    locale: str
    key: str
    before: str | None
    after: str | None


def asked(survey: Survey) -> dict[str, dict[str, str]]:
    """What is asked, by locale and key, shipped texts included; to be kept beside the answers.

    It is kept because shipped texts may be improved: an old survey read anew would tell a lie.
    """
    words = {locale: dict(_words(survey, locale)) for locale in survey.locales}
    return {EVERYWHERE: dict(_rules(survey)), **words}


def version_of(survey: Survey) -> str:
    """Twelve hex digits that change whenever something else is asked; the title is not asked."""
    text = json.dumps(asked(survey), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def changes(old: Asked, new: Asked) -> tuple[Change, ...]:
    """What differs between two surveys as they were asked, in the order of the new one."""
    return tuple(
        Change(locale, key, _said(old, locale, key), _said(new, locale, key))
        for locale in dict.fromkeys([*new, *old])
        for key in dict.fromkeys([*new.get(locale, ()), *old.get(locale, ())])
        if _said(old, locale, key) != _said(new, locale, key)
    )


def _said(document: Asked, locale: str, key: str) -> str | None:
    return document.get(locale, {}).get(key)


def _words(survey: Survey, locale: str) -> Iterator[tuple[str, str]]:
    texts = voice_of(survey, locale).texts
    for key in asked_keys(survey):
        yield key, texts[f"{survey.type}.{key}"]
    ends = {"low": texts["csat.low"], "high": texts["csat.high"]}
    for question in survey.further:
        usual = ends if question.kind == "rating" else {}
        for key, text in {**usual, **question.texts[locale]}.items():
            yield f"further.{question.name}.{key}", text


def _rules(survey: Survey) -> Iterator[tuple[str, str]]:
    yield "type", survey.type
    yield "company", survey.company
    yield "options", ", ".join(survey.choices)
    yield "why", survey.why
    yield "call_me", str(survey.call_me)
    yield "further", ", ".join(question.name for question in survey.further)
    for question in survey.further:
        for key, rule in _rules_of(question):
            yield f"further.{question.name}.{key}", rule


def _rules_of(question: Further) -> Iterator[tuple[str, str]]:
    yield "kind", question.kind
    yield "options", ", ".join(question.options)
    yield "bounds", f"{question.least} to {question.most}"
    yield "required", str(question.required)
    if question.when:
        yield "when", f"{question.when.question}: {', '.join(question.when.answers)}"
