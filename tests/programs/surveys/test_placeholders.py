"""Placeholders: what is put in is text, whatever it holds."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.programs.surveys.placeholders import (
    LONGEST_VALUE,
    fill,
    malformed,
    placeholders_in,
    plain,
)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hi {{ name | there }}", "Hi Ann"),
        ("Hi {{name}}", "Hi Ann"),
        ("Hi {{ nobody | there }}", "Hi there"),
        ("Hi {{ nobody }}!", "Hi !"),
        ("Hi {{ empty | there }}", "Hi there"),
        ("Hi {{ blank | there }}", "Hi there"),
        ("{ name } {% name %} {{ na me }}", "{ name } {% name %} {{ na me }}"),
        ("{{ zero | none }}", "0"),
    ],
)
def test_a_value_or_the_fall_back_stands_in_the_text(text: str, filled: str) -> None:
    values = {"name": "Ann", "empty": "", "blank": " \n", "zero": 0, "nobody": None}
    assert fill(text, values) == filled


@given(st.text(), st.text())
def test_values_are_never_expanded(name: str, other: str) -> None:
    values = {"name": f"{{{{ other }}}}{name}", "other": other}
    assert fill("a {{ name }} z", values) == f"a {plain(values['name'])} z"


@given(st.text(max_size=1_000))
def test_a_value_is_one_clean_line_of_bounded_length(value: str) -> None:
    kept = plain(value)
    assert len(kept) <= LONGEST_VALUE
    assert kept.splitlines() in ([kept], [])
    assert kept.encode() is not None
    assert not any(each in kept for each in "\x00\x1b\u202e\u2066")


def test_the_direction_of_a_text_cannot_be_turned_by_a_value() -> None:
    assert fill("{{ name }}", {"name": "\u202eevil\u2069\x00\x1b[31m"}) == "evil[31m"


def test_placeholders_are_named_once_in_order() -> None:
    assert placeholders_in("{{ b }}{{a|x}} {{b | y}} {{ }}") == ("b", "a")


@pytest.mark.parametrize(
    "text", ["{{ name", "name }}", "{{ na me }}", "{{ }}", "{{ a | {{ b }} }}", "{{ a | b | c }}"]
)
def test_a_broken_placeholder_is_found(text: str) -> None:
    found = malformed(f"Hello\n{text}")
    assert found is not None
    assert "\n" not in found


_WORDS = st.text(string.ascii_letters + " .,!|")
_PIECES = st.one_of(
    _WORDS.map(lambda words: (words, words)),
    st.sampled_from([("{{ a }}", "A"), ("{{b|none}}", "none"), ("{{ c }}", "")]),
)


@given(st.lists(_PIECES))
def test_a_text_is_its_words_with_each_placeholder_said(pieces: list[tuple[str, str]]) -> None:
    text = "".join(piece for piece, _ in pieces)
    assert malformed(text) is None
    assert fill(text, {"a": "A"}) == "".join(said for _, said in pieces)
