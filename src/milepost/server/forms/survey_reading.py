"""From the survey form to a document: fields are named by their path in it, such as `further[2].kind`.

What is read has the document's shape and may still be wrong: `parse` is the judge of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.text import slugify

from milepost.programs.surveys.document import RESERVED
from milepost.programs.surveys.locales import LOCALES, shipped
from milepost.programs.surveys.survey import (
    KINDS,
    LONGEST_TITLE,
    MOST_FURTHER,
    MOST_OPTIONS,
    class_names,
)
from milepost.programs.surveys.survey_types import BY_NAME, SurveyType
from milepost.programs.surveys.voice import SHARED

Data = dict[str, Any]

# The texts of a mail that a survey may word anew on the page; others are reached by its file.
MAIL_KEYS = (
    "mail.greeting",
    "mail.intro.relationship",
    "mail.intro.transactional",
    "mail.intro.employee",
)
# A question or an option has such a name until it has words to be named by.
_NEW = "new-"
_LONGEST_SLUG = 40


def read(post: QueryDict, *, before: Mapping[str, Any], zone: str) -> Data:
    """The document that a sent form describes; `before` is the draft that it began from.

    `zone` is the company's time zone, in which the closing date is written.
    """
    kind = BY_NAME[before["type"]]
    locales = _locales(post)
    data: Data = {
        "name": before["name"],
        "type": kind.name,
        "title": post.get("title", ""),
        "company": post.get("company", ""),
        "locales": locales,
        "why": post.get("why") or kind.why[0],
        "call_me": "call_me" in post,
        "anonymous": "anonymous" in post,
        "closes_at": _moment(post.get("closes_at", ""), zone),
        "thanks": _thanks(post, kind),
        "options": _names(post.getlist("options")) if kind.own_options else [],
        "further": _further(post, locales),
    }
    data["texts"] = _texts(post, kind, before, locales, data["options"])
    _name_all(data)
    if tuple(data["options"]) == kind.options:
        data["options"] = []
    return data


def type_keys(kind: SurveyType) -> tuple[str, ...]:
    """The keys of the type's own texts, and of the mail's, that the page offers."""
    section = f"{kind.name}."
    own = tuple(key.removeprefix(section) for key in shipped("en") if key.startswith(section))
    employee = kind.audience == "employee"
    mail = (
        key
        for key in MAIL_KEYS
        if not key.startswith("mail.intro.") or employee == key.endswith("employee")
    )
    return (*own, *mail)


def shipped_text(kind: SurveyType, locale: str, key: str) -> str:
    """What is said in a language unless the survey words it anew."""
    return shipped(locale).get(key if key.startswith(SHARED) else f"{kind.name}.{key}", "")


def _locales(post: QueryDict) -> list[str]:
    chosen = [each for each in LOCALES if each in post.getlist("locales")]
    first = post.get("first", "")
    return [
        *(each for each in chosen if each == first),
        *(each for each in chosen if each != first),
    ]


def _texts(
    post: QueryDict,
    kind: SurveyType,
    before: Mapping[str, Any],
    locales: list[str],
    options: list[str],
) -> Data:
    shown = (*type_keys(kind), *(f"options.{name}" for name in options))
    kept = before.get("texts", {})
    texts: Data = {
        locale: {
            key: text
            for key, text in kept.get(locale, {}).items()
            if key not in shown and not key.startswith("options.")
        }
        for locale in locales
    }
    for key in dict.fromkeys(shown):
        said = {locale: post.get(f"texts.{locale}.{key}", "").strip() for locale in locales}
        # Worded anew in one language, it is kept in each: the others then say what they mean by it.
        if any(text and text != shipped_text(kind, locale, key) for locale, text in said.items()):
            for locale, text in said.items():
                texts[locale] |= {key: text} if text else {}
    return {locale: own for locale, own in texts.items() if own}


def _thanks(post: QueryDict, kind: SurveyType) -> Data:
    found = {}
    for name in class_names(kind):
        action, link = (
            post.get(f"thanks.{name}.action", "none"),
            post.get(f"thanks.{name}.link", ""),
        )
        if action != "none":
            found[name] = {"action": action} | (
                {"link": link.strip()} if action == "review" and link.strip() else {}
            )
    return found


def _further(post: QueryDict, locales: list[str]) -> list[Data]:
    places = (f"further[{number}]" for number in range(1, MOST_FURTHER + 1))
    return [_question(post, at, locales) for at in places if post.get(f"{at}.kind") in KINDS]


def _question(post: QueryDict, at: str, locales: list[str]) -> Data:
    kind, options = post.get(f"{at}.kind", ""), _names(post.getlist(f"{at}.options"))
    ends = ["low", "high"] if kind == "rating" else []
    keys = ["question", *ends, *(f"options.{name}" for name in options)]
    said = {
        locale: {key: post.get(f"{at}.texts.{locale}.{key}", "").strip() for key in keys}
        for locale in locales
    }
    least, most = _bounds(post, at, kind)
    data: Data = {
        "name": post.get(f"{at}.name") or f"{_NEW}1",
        "kind": kind,
        "texts": {
            locale: {key: text for key, text in words.items() if text}
            for locale, words in said.items()
        },
        "options": options,
        "least": least,
        "most": most,
        "required": f"{at}.required" in post,
    }
    return data | _when(post.getlist(f"{at}.when"))


def _bounds(post: QueryDict, at: str, kind: str) -> tuple[object, object]:
    least = post.get(f"{at}.least", "").strip()
    if kind == "rating":
        low, _, high = least.partition("-")
        return _number(low), _number(high)
    if kind == "number":
        return _number(least), _number(post.get(f"{at}.most", "").strip())
    return None, None


def _when(chosen: Iterable[str]) -> Data:
    pairs = [tuple(value.split(":", 1)) for value in chosen if ":" in value]
    if not pairs:
        return {}
    # Answers to a second question find nothing there, and are told as a mistake.
    return {
        "when": {"question": pairs[0][0], "answers": list(dict.fromkeys(pair[1] for pair in pairs))}
    }


def _number(text: str) -> object:
    """A number where it is one, else the text, for `parse` to tell."""
    if not text:
        return None
    if re.fullmatch(r"[+-]?\d{1,15}", text, re.ASCII):
        return int(text)
    return float(text) if re.fullmatch(r"[+-]?\d{1,15}\.\d{1,6}", text, re.ASCII) else text


def _moment(text: str, zone: str) -> str | None:
    """A moment of the company's clock as ISO 8601 with its offset; a text that is none as it stands."""
    if not text.strip():
        return None
    try:
        written = datetime.fromisoformat(text.strip())
    except ValueError:
        return text[:LONGEST_TITLE]
    return (written if written.tzinfo else written.replace(tzinfo=ZoneInfo(zone))).isoformat()


def _names(given: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for name in given if name))[: MOST_OPTIONS + 1]


def _name_all(data: Data) -> None:
    """Give what is new a name made of its words, and conditions the names they meant."""
    first = data["locales"][0] if data["locales"] else ""
    renamed: dict[str, str] = {}
    answers: dict[str, dict[str, str]] = {"answer": _name_options(data, first)}
    for question in data["further"]:
        answers[question["name"]] = _name_options(question, first)
        text = question["texts"].get(first, {}).get("question", "")
        if question["name"].startswith(_NEW) and text:
            taken = {*RESERVED, *(each["name"] for each in data["further"])}
            renamed[question["name"]] = question["name"] = _named(text, taken, "question")
    for question in data["further"]:
        if when := question.get("when"):
            known = answers.get(when["question"], {})
            when["answers"] = [known.get(answer, answer) for answer in when["answers"]]
            when["question"] = renamed.get(when["question"], when["question"])


def _name_options(asked: Data, first: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for name in asked["options"]:
        text = asked["texts"].get(first, {}).get(f"options.{name}", "")
        if name.startswith(_NEW) and text:
            taken = {*asked["options"], *names.values()}
            names[name] = _named(text, taken, "option")
    asked["options"] = [names.get(name, name) for name in asked["options"]]
    for words in asked["texts"].values():
        for old, new in names.items():
            if f"options.{old}" in words:
                words[f"options.{new}"] = words.pop(f"options.{old}")
    return names


def _named(text: str, taken: set[str], stem: str) -> str:
    slug = slugify(text)[:_LONGEST_SLUG].strip("-_")
    slug = slug if slug and not slug.startswith(_NEW) else stem
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return next(name for name in (slug, *numbered) if name not in taken)
