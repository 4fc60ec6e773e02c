"""A change of the plan's text changes what it says by that change alone, and no line besides."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from milepost.plan.editing.edit import EditError
from milepost.plan.editing.splicing import drop, drop_each, insert, move, put, read

ROOT = Path(__file__).parents[3]
PLANS = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("examples/*/milepost.yaml"))]

NASTY = """\
# The head.
company: {name: "Größe & Söhne",   # inside
          timezone: Europe/Berlin,
         }
every: 'month'\t# a tab behind the value

targets:
# no target yet
journeys:
- name: buy   # indentless
  touchpoints:
  # about delivery
  -   name: delivery
      title: |
        Two
        lines

      owner: 包裹 😀@example.com
      perception: [csat, # why
        {metric: nps, of: company}]
  - {name: pay, title: Paying}

  # about help
  - name: help
    needs: >-
      folded
      text
notes:
  - {day: 2026-01-01, text: "a: b # no comment"}
last: one
"""
VARIANTS = {
    "plain": NASTY,
    "crlf": NASTY.replace("\n", "\r\n"),
    "no end": NASTY.rstrip("\n"),
    "marked": "---\n" + NASTY,
    "ended": NASTY + "...\n",
    "bom": "\ufeff" + NASTY,
}
TEXTS = [*PLANS, *VARIANTS.values()]


def _says(text: str) -> Any:
    """What PyYAML's own loader says, every scalar a text."""
    return yaml.load(text.removeprefix("\ufeff"), Loader=yaml.CBaseLoader)


def _places(said: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        said.items()
        if isinstance(said, dict)
        else enumerate(said)
        if isinstance(said, list)
        else ()
    )
    found = [] if not at else [at]
    for step, child in inner:
        found += _places(child, (*at, step))
    return found


def _at(said: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        said = said[step]
    return said


def _removed_lines(before: str, after: str) -> list[str]:
    return list((Counter(before.split("\n")) - Counter(after.split("\n"))).elements())


def _node(text: str, place: tuple[Any, ...]) -> yaml.Node:
    node: Any = yaml.compose(text.removeprefix("\ufeff"), Loader=yaml.CBaseLoader)
    for step in place:
        values = (
            [value for key, value in node.value if key.value == step]
            if isinstance(step, str)
            else node.value
        )
        node = values[0 if isinstance(step, str) else step]
    return node


def _scalars(text: str) -> list[tuple[Any, ...]]:
    said = _says(text)
    return [place for place in _places(said) if isinstance(_at(said, place), str)]


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
tricky = st.sampled_from(
    ["yes", "no", "~", "null", "", " a", "a ", "a: b", "a #b", "- a", "[a", "{", "12:30", "1e3",
     "2026-01-01", "'", '"', "\\", "=", "@x", "%", "a,b", "a]b", "\u2028", "\x85", "\ufeff", "tab\tin", "line\nbreak"]
)  # fmt: skip


@st.composite
def scalars_of(draw: st.DrawFn) -> tuple[str, tuple[Any, ...]]:
    text = draw(st.sampled_from(TEXTS))
    return text, draw(st.sampled_from(_scalars(text)))


@given(scalars_of(), words | tricky)
def test_a_value_put_is_read_back_and_everything_else_says_what_it_said(
    found: tuple[str, tuple[Any, ...]], value: str
) -> None:
    text, place = found
    after = put(text, place, value)
    expected = _says(text)
    _at(expected, place[:-1])[place[-1]] = value
    assert _says(after) == expected
    assert put(after, place, value) == after


@given(scalars_of(), st.sampled_from(["plain", "a: b", "85"]))
def test_a_value_put_leaves_every_other_line_as_it_was(
    found: tuple[str, tuple[Any, ...]], value: str
) -> None:
    text, place = found
    node = _node(text, place)
    after = put(text, place, value)
    first, last = node.start_mark.line, node.end_mark.line
    before, behind = text.split("\n"), after.split("\n")
    assert behind[:first] == before[:first]
    rest = len(before) - last - 1
    assert rest == 0 or behind[-rest:] == before[-rest:]


@st.composite
def mappings_of(draw: st.DrawFn) -> tuple[str, tuple[Any, ...]]:
    text = draw(st.sampled_from(TEXTS))
    said = _says(text)
    found = [place for place in [(), *_places(said)] if isinstance(_at(said, place), dict)]
    return text, draw(st.sampled_from(found))


@given(
    mappings_of(),
    words | tricky | st.just({"a": "b"}) | st.just(["x", "y"]) | st.just([{"n": "x", "l": [{"m": "z"}]}]),
)  # fmt: skip
def test_a_new_key_comes_last_and_dropping_it_gives_the_same_bytes(
    found: tuple[str, tuple[Any, ...]], value: Any
) -> None:
    text, place = found
    after = put(text, (*place, "fresh"), value)
    expected = _says(text)
    _at(expected, place)["fresh"] = value
    assert _says(after) == expected
    assert list(_at(_says(after), place))[-1] == "fresh"
    assert len(_removed_lines(text, after)) <= 1  # the line of braces that took the key
    assert drop(after, (*place, "fresh")) == text


@st.composite
def entries_of(draw: st.DrawFn) -> tuple[str, tuple[Any, ...]]:
    text = draw(st.sampled_from(TEXTS))
    return text, draw(st.sampled_from(_places(_says(text))))


@given(entries_of())
def test_what_is_dropped_is_gone_and_its_comments_above_stay(
    found: tuple[str, tuple[Any, ...]],
) -> None:
    text, place = found
    try:
        after = drop(text, place)
    except EditError:
        # Only the single or first key of an item cannot go on its own.
        assert isinstance(place[-2], int)
        return
    expected = _says(text)
    while len(place) > 1 and isinstance(place[-2], str) and len(_at(expected, place[:-1])) == 1:
        place = place[:-1]
    del _at(expected, place[:-1])[place[-1]]
    assert (_says(after) or {}) == expected
    inside = _removed_lines(text, after)
    assert all(not line.startswith("#") for line in inside)


@st.composite
def lists_of(draw: st.DrawFn) -> tuple[str, tuple[Any, ...], int, int]:
    text = draw(st.sampled_from(TEXTS))
    said = _says(text)
    found = [place for place in _places(said) if isinstance(_at(said, place), list)]
    place = draw(st.sampled_from(found))
    many = len(_at(said, place))
    return text, place, draw(st.integers(0, many)), draw(st.integers(0, many))


@given(
    lists_of(), st.sampled_from(["x", "a: b", {"name": "new"}, {"name": "n", "l": [{"m": "1"}]}])
)
def test_an_item_inserted_stands_where_it_was_wanted_and_goes_without_a_trace(
    found: tuple[str, tuple[Any, ...], int, int], value: Any
) -> None:
    text, place, position, _ = found
    after = insert(text, place, position, value)
    expected = _says(text)
    _at(expected, place).insert(position, value)
    assert _says(after) == expected
    assert drop(after, (*place, position)) == text


@given(lists_of())
def test_an_item_moved_there_and_back_gives_the_same_bytes(
    found: tuple[str, tuple[Any, ...], int, int],
) -> None:
    text, place, origin, target = found
    items = len(_at(_says(text), place))
    origin, target = origin % items, target % items
    after = move(text, place, origin, target)
    expected = _says(text)
    moved = _at(expected, place)
    moved.insert(target, moved.pop(origin))
    assert _says(after) == expected
    assert (
        sorted(line.rstrip("\r") for line in after.split("\n"))
        == sorted(line.rstrip("\r") for line in text.split("\n"))
        or "[" in text
    )
    assert move(after, place, target, origin) == text


def test_a_moved_touchpoint_takes_the_comment_above_it_along() -> None:
    after = move(NASTY, ("journeys", 0, "touchpoints"), 2, 0)
    assert after.index("# about help") < after.index("name: help") < after.index("# about delivery")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: &x {b: 1}\nc: *x\n", "line 1: an anchor"),
        ("a: !!str 1\n", "line 1: a tag"),
        ("a: 1\n---\nb: 2\n", "a second document"),
        ("a: [1\n", "is not valid YAML"),
        ("a: 1\na: 2\n", "line 2: 'a', given twice"),
        ("? [a]\n: 1\n", "a key that is a list"),
        ("[" * 60 + "]" * 60, "too deep a nesting"),
    ],
)
def test_what_a_page_cannot_change_safely_is_refused_in_one_line(text: str, told: str) -> None:
    with pytest.raises(EditError) as refused:
        put(text, ("new",), "x")
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "# only a comment", "# a\r\n", "---\n"])
def test_an_empty_file_takes_its_first_key(text: str) -> None:
    after = put(text, ("company", "name"), "Acme")
    assert _says(after) == {"company": {"name": "Acme"}}
    assert after.startswith(text)


def test_a_key_without_a_value_takes_one() -> None:
    text = "a:\n  targets:   # none yet\n  next: 1\n"
    after = put(text, ("a", "targets", "csat"), 85)
    assert _says(after) == {"a": {"targets": {"csat": "85"}, "next": "1"}}
    assert "# none yet" in after


def test_a_list_of_the_files_own_indentation_is_followed() -> None:
    text = "a:\n    b: 1\n    c:\n    - x: 1\n      y: 2\n"
    after = insert(text, ("a", "d"), 0, {"x": "3", "deep": [{"z": "4"}]}, block=True)
    assert after == text + '    d:\n    - x: "3"\n      deep:\n      - z: "4"\n'


def test_reading_says_what_pyyaml_says() -> None:
    for text in PLANS:
        assert read(text) == _says(text)


def test_what_a_change_would_alter_besides_is_refused() -> None:
    kept_open = "a: |+\n  text\n\n\n"
    with pytest.raises(EditError, match="edit the file by hand"):
        put(kept_open, ("b",), "1")


names = st.from_regex(r"[a-z]{1,6}", fullmatch=True)
contents = st.recursive(
    words | tricky,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(names, inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(names, contents, min_size=1, max_size=4),
    st.sampled_from([None, True, False]),
    st.sampled_from([2, 4]),
    st.sampled_from([20, 80]),
    words | tricky,
    st.data(),
)
def test_whatever_a_yaml_writer_wrote_takes_a_value_and_a_key(
    said: Any, flow: bool | None, indent: int, width: int, value: str, data: st.DataObject
) -> None:
    text = yaml.safe_dump(
        said, default_flow_style=flow, indent=indent, width=width, allow_unicode=True
    )
    assume(_says(text) == said)  # the writer itself loses a few characters
    place = data.draw(st.sampled_from(_places(said)))
    try:
        after = put(text, place, value)
    except EditError:
        assert not value.isprintable()  # what nobody types may be refused, in one line
        reject()
    _at(said, place[:-1])[place[-1]] = value
    assert _says(after) == said
    added = put(after, ("Fresh", "deep"), value)
    assert _says(added) == {**said, "Fresh": {"deep": value}}
    assert drop(added, ("Fresh", "deep")) == after


QUESTIONS = """\
questions:
  - {name: a, touchpoint: x, type: nps}   # the first
  # the second
  - name: b
    touchpoint: x   # lost
    type: csat
  - {touchpoint: y, name: c}
  - {name: d,
     touchpoint: z}
"""


@given(st.sets(st.integers(0, 3), min_size=1))
def test_keys_dropped_at_once_are_those_dropped_one_by_one(chosen: set[int]) -> None:
    places = [("questions", number, "touchpoint") for number in chosen]
    one_by_one = QUESTIONS
    for place in places:
        one_by_one = drop(one_by_one, place)
    assert drop_each(QUESTIONS, places) == one_by_one != QUESTIONS


def test_nothing_to_drop_leaves_the_text() -> None:
    assert drop_each(QUESTIONS, []) == QUESTIONS


LONG = "They have to get through in time: " * 14


@pytest.mark.parametrize("place", [("needs",), ("not_wanted", "outcome"), ("a", "b", "c")])
def test_a_long_text_is_written_where_none_was(place: tuple[str, ...]) -> None:
    after = put("name: x\nquestions: [a]\n", place, LONG)
    said: Any = read(after)
    for step in place:
        said = said[step]
    assert said == LONG
    assert drop(after, place) == "name: x\nquestions: [a]\n"
