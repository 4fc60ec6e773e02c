"""Survey documents for tests: a full one, and every valid one that hypothesis can think of."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from milepost.programs.surveys.locales import LOCALES
from milepost.programs.surveys.survey import RATING_SCALES, class_names
from milepost.programs.surveys.survey_types import SURVEY_TYPES, SurveyType

FULL: dict[str, Any] = {
    "name": "after-delivery",
    "title": "After a delivery",
    "type": "nps",
    "company": "Acme",
    "further": [
        {
            "name": "courier",
            "kind": "single",
            "options": ["friendly", "rude"],
            "required": True,
            "texts": {
                "en": {
                    "question": "How was the courier?",
                    "options.friendly": "Friendly",
                    "options.rude": "Rude",
                }
            },
        },
        {
            "name": "rude_how",
            "kind": "text",
            "when": {"question": "courier", "answers": ["rude"]},
            "texts": {"en": {"question": "What did the courier say?"}},
        },
        {
            "name": "wait",
            "kind": "number",
            "least": 0,
            "most": 60,
            "when": {"question": "class", "answers": ["detractor"]},
            "texts": {"en": {"question": "How many days did you wait?"}},
        },
        {
            "name": "goods",
            "kind": "multiple",
            "options": ["tea", "cups"],
            "texts": {
                "en": {
                    "question": "What did you buy?",
                    "options.tea": "Tea",
                    "options.cups": "Cups",
                }
            },
        },
        {
            "name": "packing",
            "kind": "rating",
            "texts": {"en": {"question": "How satisfied are you with the packing?"}},
        },
    ],
    "call_me": True,
    "thanks": {"promoter": {"action": "review", "link": "https://reviews.example/acme"}},
}

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="{}"),
    min_size=1,
    max_size=30,
)
NAMES = st.from_regex(r"q[a-z0-9_-]{0,8}", fullmatch=True)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A valid survey document."""
    kind = draw(st.sampled_from(SURVEY_TYPES))
    locales = draw(st.lists(st.sampled_from(LOCALES), min_size=1, max_size=3, unique=True))
    anonymous = kind.audience == "employee" or draw(st.booleans())
    names = draw(st.lists(NAMES, max_size=4, unique=True))
    document: dict[str, Any] = {
        "name": draw(st.from_regex(r"[a-z0-9][a-z0-9_-]{0,20}", fullmatch=True)),
        "title": draw(WORDS),
        "type": kind.name,
        "company": draw(WORDS | st.just("")),
        "locales": locales,
        "why": draw(st.sampled_from(kind.why)),
        "anonymous": anonymous,
        "call_me": not anonymous and draw(st.booleans()),
        "texts": draw(_own_texts(locales)),
        "further": [draw(_further(name, locales)) for name in names],
        "thanks": draw(_thanks(kind)),
    }
    if kind.own_options and draw(st.booleans()):
        document["options"] = draw(st.lists(NAMES, min_size=2, max_size=4, unique=True))
        for locale in locales:
            words = {f"options.{option}": draw(WORDS) for option in document["options"]}
            document["texts"].setdefault(locale, {}).update(words)
    for at, question in enumerate(document["further"]):
        draw(_condition(question, document["further"][:at], kind))
    return document


@st.composite
def _condition(
    draw: st.DrawFn, question: dict[str, Any], earlier: list[dict[str, Any]], kind: SurveyType
) -> None:
    known = {each["name"]: each["options"] for each in earlier if "options" in each}
    known |= {"class": class_names(kind)} if kind.classes else {}
    if known and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(known)))
        answers = st.lists(st.sampled_from(known[name]), min_size=1, unique=True)
        question["when"] = {"question": name, "answers": draw(answers)}


@st.composite
def _own_texts(draw: st.DrawFn, locales: list[str]) -> dict[str, dict[str, str]]:
    keys = draw(st.sets(st.sampled_from(["question", "subject", "page.send", "mail.greeting"])))
    return {locale: {key: draw(WORDS) for key in sorted(keys)} for locale in locales if keys}


@st.composite
def _further(draw: st.DrawFn, name: str, locales: list[str]) -> dict[str, Any]:
    kind = draw(st.sampled_from(["single", "multiple", "text", "rating", "number"]))
    options = draw(st.lists(NAMES, min_size=2, max_size=4, unique=True))
    keys = ["question"]
    question: dict[str, Any] = {"name": name, "kind": kind, "required": draw(st.booleans())}
    if kind in ("single", "multiple"):
        question["options"] = options
        keys += [f"options.{option}" for option in options]
    if kind == "rating":
        question["least"], question["most"] = draw(st.sampled_from(RATING_SCALES))
    if kind == "number":
        question["least"] = draw(st.integers(-9, 9) | st.none())
    question["texts"] = {locale: {key: draw(WORDS) for key in keys} for locale in locales}
    return question


@st.composite
def _thanks(draw: st.DrawFn, kind: SurveyType) -> dict[str, Any]:
    link = {"action": "review", "link": "https://reviews.example/a?b=c"}
    chosen = draw(st.sets(st.sampled_from(class_names(kind))))
    return {name: draw(st.sampled_from([link, {"action": "none"}])) for name in sorted(chosen)}
