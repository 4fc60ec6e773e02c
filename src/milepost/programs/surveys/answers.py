"""A respondent's answers held against the survey: the last word on what is stored.

Whatever a page enforces is enforced here again, since a form may be sent without the page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from milepost.programs.surveys.placeholders import without_controls
from milepost.programs.surveys.survey import Further, Survey, When

Value = str | int | float | tuple[str, ...]
Given = Mapping[str, str | Sequence[str]]

LONGEST_ANSWER = 5_000
# Nobody's number or telephone is longer, and to normalize text takes the square of its length.
_LONGEST_LINE = 100
# Three decimals could as well be thousands, depending on who writes them.
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,2})?")
_PHONE = re.compile(r"\+[1-9][0-9]{5,14}")
# Hyphens and dashes of every kind; in Japanese the mark of a long vowel is typed for one.
_PHONE_SPACING = re.compile(r"[\s().\-/\u2010-\u2015\u2212\u30fc\ufe63]")
_MARKS = str.maketrans({"−": "-", "‐": "-", "‑": "-", ",": ".", "٫": "."})


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with the field `name` of the form: the key of the text to say, its values."""

    name: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """Clean answers; what was not given, did not fit or was not to be asked is absent.

    `first` is the score or, where the type has none, the word or text. `further` holds a name or a
    text, several names, or a number. `phone` has its country code: +4512345678.
    """

    first: int | str | None = None
    why: str = ""
    further: Mapping[str, Value] = field(default_factory=dict)
    call: bool = False
    phone: str = ""
    flaws: tuple[Flaw, ...] = ()


def take(survey: Survey, given: Given) -> Taken:
    """The answers of a form (fields as text) that fit the survey, and what is wrong with the rest.

    Partial answers are fine; `missing` says what is still to be answered. A question that is not
    to be asked after the earlier answers is dropped, and so is every unknown field.
    """
    flaws: list[Flaw] = []
    first = _first(survey, given, flaws)
    call = survey.call_me and _one(given, "call") not in ("", "0", "false")
    return Taken(
        first=first,
        why=_text(given, "why", flaws) if survey.why != "none" else "",
        further=_all_further(survey, given, first, flaws),
        call=call,
        phone=_phone(given, flaws) if call else "",
        flaws=tuple(flaws),
    )


def merge(survey: Survey, before: Taken, given: Given, fields: Sequence[str]) -> Taken:
    """The answers so far with those of one page, which asked for `fields`, over them.

    A field of the page that the form leaves out was unticked or emptied; one that is not of the
    page is left as it was. A field with a flaw is empty: store nothing of such a page.
    """
    kept = {key: value for key, value in as_given(survey, before).items() if key not in fields}
    return take(survey, {**kept, **{key: given[key] for key in fields if key in given}})


def missing(survey: Survey, taken: Taken, *, phone_known: bool = False) -> tuple[Flaw, ...]:
    """What has to be answered before the survey is finished."""
    kind = survey.kind
    flaws = [] if taken.first is not None else [_absent(kind.field, text=kind.drawn == "text")]
    flaws += [
        _absent(question.name, text=question.kind in ("text", "number"))
        for question in to_ask(survey, taken)
        if question.required and question.name not in taken.further
    ]
    if taken.call and not taken.phone and not phone_known:
        flaws.append(Flaw("phone", "error.phone_missing"))
    told = {flaw.name for flaw in taken.flaws}
    return tuple(flaw for flaw in flaws if flaw.name not in told)


def to_ask(survey: Survey, taken: Taken) -> tuple[Further, ...]:
    """The further questions whose conditions the answers so far meet."""
    return tuple(
        question
        for question in survey.further
        if _met(question.when, survey, taken.first, taken.further)
    )


def class_of(survey: Survey, first: int | str | None) -> str | None:
    """The class of a score; None without one, and where the type has no classes."""
    return survey.kind.class_of(first) if isinstance(first, int) else None


def is_low(survey: Survey, first: int | str | None) -> bool:
    """Whether somebody has to hear about the answer at once."""
    return survey.kind.low is not None and class_of(survey, first) == survey.kind.low


def as_given(survey: Survey, taken: Taken) -> dict[str, str | list[str]]:
    """Answers as a form would send them: to show them again, and to merge later steps over them.

    `take` of what it gives is the same again.
    """
    form: dict[str, str | list[str]] = {
        name: list(value) if isinstance(value, tuple) else str(value)
        for name, value in taken.further.items()
    }
    if taken.first is not None:
        form[survey.kind.field] = str(taken.first)
    form |= {"why": taken.why, "phone": taken.phone, "call": "1" if taken.call else ""}
    return {name: value for name, value in form.items() if value}


def _first(survey: Survey, given: Given, flaws: list[Flaw]) -> int | str | None:
    name = survey.kind.field
    if survey.kind.drawn == "text":
        return _text(given, name, flaws) or None
    value = _one(given, name)
    if not value:
        return None
    if value not in survey.choices:
        flaws.append(
            Flaw(name, "error.score_unknown" if name == "score" else "error.option_unknown")
        )
        return None
    return int(value) if name == "score" else value


def _all_further(
    survey: Survey, given: Given, first: int | str | None, flaws: list[Flaw]
) -> dict[str, Value]:
    clean: dict[str, Value] = {}
    for question in survey.further:
        if _met(question.when, survey, first, clean):
            value = _answer(question, given, flaws)
            if value not in (None, "", ()):
                clean[question.name] = value
    return clean


def _answer(question: Further, given: Given, flaws: list[Flaw]) -> Value | None:
    if question.kind == "text":
        return _text(given, question.name, flaws)
    if question.kind == "number":
        return _number(question, _one(given, question.name), flaws)
    if question.kind == "multiple":
        return _several(question, given, flaws)
    value = _one(given, question.name)
    if value and value not in question.choices:
        flaws.append(Flaw(question.name, "error.option_unknown"))
        return None
    return int(value) if value and question.kind == "rating" else value


def _several(question: Further, given: Given, flaws: list[Flaw]) -> tuple[str, ...]:
    value = given.get(question.name, ())
    chosen = {value} - {""} if isinstance(value, str) else set(value)
    if not chosen <= set(question.choices):
        flaws.append(Flaw(question.name, "error.option_unknown"))
    return tuple(name for name in question.choices if name in chosen)


def _number(question: Further, text: str, flaws: list[Flaw]) -> int | float | None:
    written = _plain(text).translate(_MARKS).strip()
    if not written:
        return None
    if not _NUMBER.fullmatch(written):
        flaws.append(Flaw(question.name, "error.number_unknown"))
        return None
    number = float(written) if "." in written else int(written)
    if question.least is not None and number < question.least:
        flaws.append(Flaw(question.name, "error.number_low", {"least": question.least}))
    elif question.most is not None and number > question.most:
        flaws.append(Flaw(question.name, "error.number_high", {"most": question.most}))
    else:
        return number
    return None


def _text(given: Given, name: str, flaws: list[Flaw]) -> str:
    text = without_controls(_one(given, name).replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(text) > LONGEST_ANSWER:
        flaws.append(Flaw(name, "error.text_long", {"most": LONGEST_ANSWER}))
        return ""
    return text


def _phone(given: Given, flaws: list[Flaw]) -> str:
    digits = _PHONE_SPACING.sub("", _plain(_one(given, "phone")))
    number = f"+{digits[2:]}" if digits.startswith("00") else digits
    if number and not _PHONE.fullmatch(number):
        flaws.append(Flaw("phone", "error.phone_unknown"))
        return ""
    return number


def _plain(text: str) -> str:
    """Digits of every script as 0 to 9, and no marks of writing direction; what is too long is cut.

    >>> _plain("\u200f+٤٥ ۱۲"), _plain("+４５ ১২")
    ('+45 12', '+45 12')
    """
    return "".join(
        str(unicodedata.decimal(letter, letter))
        for letter in unicodedata.normalize("NFKC", text[:_LONGEST_LINE])
        if unicodedata.category(letter) != "Cf"
    )


def _met(
    when: When | None, survey: Survey, first: int | str | None, further: Mapping[str, Value]
) -> bool:
    if when is None:
        return True
    if when.question == "class":
        return class_of(survey, first) in when.answers
    answer = first if when.question == "answer" else further.get(when.question)
    chosen = answer if isinstance(answer, tuple) else (str(answer),)
    return answer is not None and bool(set(chosen) & set(when.answers))


def _absent(name: str, *, text: bool) -> Flaw:
    return Flaw(name, "error.text_missing" if text else "error.answer_missing")


def _one(given: Given, name: str) -> str:
    value = given.get(name, "")
    return value if isinstance(value, str) else next(iter(value), "")
