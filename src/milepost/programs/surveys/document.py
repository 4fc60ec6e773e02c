"""A survey as JSON and back: reads every field, and tells every mistake at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from typing import Any, cast

from milepost.programs.surveys.checks import faults_of
from milepost.programs.surveys.errors import Fault, SurveyError
from milepost.programs.surveys.reading import Reader
from milepost.programs.surveys.survey import (
    KINDS,
    LONGEST_NAME,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_FURTHER,
    MOST_OPTIONS,
    Action,
    Further,
    Kind,
    Survey,
    Texts,
    Thanks,
    When,
)
from milepost.programs.surveys.survey_types import BY_NAME, WHYS, Why

# Names that the respondent's form uses itself.
RESERVED = ("score", "answer", "class", "why", "call", "phone", "locale", "step", "nonce", "csrf")
_ACTIONS = ("none", "referral", "review")
_MOST_LOCALES = 40
_RATING = (1, 5)


def parse(data: object) -> Survey:
    """The survey of a JSON document; SurveyError holds every mistake in it."""
    if not isinstance(data, Mapping):
        raise SurveyError([Fault("survey", "expected a table of fields")])
    faults: list[Fault] = []
    survey = _survey(Reader(data, where="", faults=faults))
    if survey.type in BY_NAME:
        told = tuple(fault.where for fault in faults)
        faults.extend(fault for fault in faults_of(survey) if not fault.where.startswith(told))
    if faults:
        raise SurveyError(faults)
    return survey


def as_data(survey: Survey) -> dict[str, Any]:
    """The JSON document of a survey without what is left at its default; `parse` reads it back."""
    return cast("dict[str, Any]", _plain(survey))


def _survey(read: Reader) -> Survey:
    read.only(_names(Survey))
    kind = read.one_of("type", tuple(BY_NAME))
    usual = BY_NAME[kind].why[0] if kind in BY_NAME else WHYS[0]
    return Survey(
        name=read.name("name"),
        title=read.line("title", longest=LONGEST_TITLE, required=True),
        type=kind,
        company=read.line("company", longest=LONGEST_TITLE),
        locales=read.words("locales", most=_MOST_LOCALES, default=("en",)),
        texts=_texts(read),
        options=read.words("options", most=MOST_OPTIONS),
        why=cast("Why", read.one_of("why", WHYS, default=usual)),
        further=tuple(map(_further, read.tables("further", most=MOST_FURTHER))),
        call_me=read.flag("call_me"),
        anonymous=read.flag("anonymous"),
        closes_at=read.moment("closes_at"),
        thanks=_thanks(read.table("thanks")),
    )


def _further(read: Reader) -> Further:
    read.only(_names(Further))
    kind = cast("Kind", read.one_of("kind", tuple(KINDS)))
    least, most = _RATING if kind == "rating" else (None, None)
    return Further(
        name=read.name("name", reserved=RESERVED),
        kind=kind,
        texts=_texts(read),
        options=read.words("options", most=MOST_OPTIONS),
        least=read.number("least", default=least),
        most=read.number("most", default=most),
        required=read.flag("required"),
        when=_when(read.table("when")) if read.data.get("when") is not None else None,
    )


def _when(read: Reader) -> When:
    read.only(_names(When))
    question = read.line("question", longest=LONGEST_NAME, required=True)
    return When(question, read.words("answers", most=MOST_OPTIONS))


def _thanks(read: Reader) -> dict[str, Thanks]:
    return {name: _thanks_of(read.table(name)) for name in read.data}


def _thanks_of(read: Reader) -> Thanks:
    read.only(_names(Thanks))
    action = read.one_of("action", _ACTIONS, default="none")
    return Thanks(cast("Action", action), read.link("link"))


def _texts(read: Reader) -> Texts:
    by_locale = read.table("texts")
    tables = {locale: by_locale.table(locale) for locale in by_locale.data}
    found = {
        locale: {key: table.text(key, longest=LONGEST_TEXT) for key in table.data}
        for locale, table in tables.items()
    }
    return {locale: texts for locale, texts in found.items() if texts}


def _names(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def _plain(value: object) -> object:
    if is_dataclass(value):
        kept = [each for each in fields(value) if getattr(value, each.name) != _default(each)]
        return {each.name: _plain(getattr(value, each.name)) for each in kept}
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _default(each: Field[Any]) -> object:
    return each.default_factory() if each.default_factory is not MISSING else each.default
