"""The catalogues hold every text of the interface, whole and with its placeholders."""

from __future__ import annotations

import gettext
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from babel.messages import Message
from babel.messages.pofile import read_po

from milepost.insight import words as verdicts
from milepost.plan.model import KINDS, Good, Period, Unit
from milepost.server.importing.fields import FIELDS
from milepost.server.models import askings, members, people, plans, surveys
from milepost.server.words import WORDS

ROOT = Path(__file__).parents[3]
SERVER = ROOT / "src" / "milepost" / "server"
CATALOGUES = sorted((SERVER / "locale").glob("*/LC_MESSAGES/django.po"))
PLACE = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")
TAG = re.compile(r"</?\w[^>]*>")
# A text between tags, or one that a reader hears.
HEARD = re.compile(r'(?:aria-label|placeholder|alt|title)="([^"]*)"')
# The product's name, a format's, and how a pair of words is joined.
NAMES = re.compile(r"Milepost|CSV|nbsp")


def messages(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [each for each in read_po(file, locale=path.parts[-3]) if each.id]


def both(text: str | list[str] | tuple[str, ...] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or [""])


def places(text: str) -> list[str]:
    return sorted([*PLACE.findall(text), *TAG.findall(text)])


def test_there_are_two_catalogues_beside_english() -> None:
    assert [path.parts[-3] for path in CATALOGUES] == ["da", "zh_Hans"]


def test_the_catalogues_are_what_the_sources_say() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/translations.py", "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout + done.stderr == ""


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_text_is_translated_and_none_is_a_guess(path: Path) -> None:
    assert [each.id for each in messages(path) if each.fuzzy or not all(both(each.string))] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_translation_has_the_placeholders_and_tags_of_its_text(path: Path) -> None:
    wrong = [
        (each.id, said)
        for each in messages(path)
        for said in both(each.string)
        if places(said) not in [places(text) for text in both(each.id)]
    ]
    assert wrong == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_what_is_compiled_says_what_is_written(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for each in messages(path):
        first, said = both(each.id)[0], both(each.string)
        if each.context:
            assert compiled.pgettext(each.context, first) == said[0]
        elif len(both(each.id)) == 1:
            assert compiled.gettext(first) == said[0]
        else:
            one, many = both(each.id)
            assert {compiled.ngettext(one, many, n) for n in (1, 2)} == set(said)


def test_a_text_that_differs_only_in_number_is_told_by_numbers() -> None:
    (danish,) = (path for path in CATALOGUES if path.parts[-3] == "da")
    with danish.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    said = [compiled.ngettext("%(count)s day", "%(count)s days", n) for n in (0, 1, 2)]
    assert said == ["%(count)s dage", "%(count)s dag", "%(count)s dage"]


def test_the_words_of_data_that_pages_show_are_in_the_catalogues() -> None:
    shown = {
        *(each for name, each in vars(verdicts).items() if name.isupper()),
        *KINDS, *get_args(Good), *get_args(Period), *get_args(Unit),
        *members.ROLES, *(role.capitalize() for role in members.ROLES),
        *askings.STATES, *askings.SENDINGS, *people.STATUSES, *plans.STATES, *surveys.KINDS,
        *(field.title for fields in FIELDS.values() for field in fields),
    }  # fmt: skip
    assert shown - set(WORDS) == set()


def unmarked(template: str) -> list[str]:
    """What of a template is text and comes from no tag that translates."""
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", template, flags=re.DOTALL)
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", text, flags=re.DOTALL)
    text = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    text = re.sub(r"<(code|script)\b.*?</\1>", "", text, flags=re.DOTALL)
    found = [*re.sub(r"<[^>]*>", "\n", text).split("\n"), *HEARD.findall(text)]
    return [each.strip() for each in found if re.search(r"[^\W\d_]{2}", NAMES.sub("", each))]


def test_a_text_that_no_tag_translates_is_found() -> None:
    marked = '<p aria-label="{% translate \'All\' %}">{% translate "Yes" %} {{ name }}</p>'
    assert unmarked(marked) == []
    assert unmarked('<p title="Hint">{{ name }} is late</p>') == ["is late", "Hint"]


@pytest.mark.parametrize(
    "path", sorted((SERVER / "templates" / "web").rglob("*.html")), ids=lambda path: path.name
)
def test_pages_show_no_text_past_the_catalogues(path: Path) -> None:
    assert unmarked(path.read_text(encoding="utf-8")) == []
