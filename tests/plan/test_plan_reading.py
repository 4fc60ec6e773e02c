"""The plan's file as a tree of text: nothing is guessed, everything knows its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from milepost.plan.reading import lines, node_at, plain, read


@pytest.fixture
def write(tmp_path):
    def written(content: str | bytes) -> Path:
        path = tmp_path / "milepost.yaml"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


def test_every_scalar_stays_what_was_typed(write):
    tree, findings = read(write('a: [no, on, 9:30, 0123, 1e3, 2017-05-01, "", null]\nb: 1_000\n'))
    assert not findings
    assert plain(tree) == {
        "a": ["no", "on", "9:30", "0123", "1e3", "2017-05-01", "", "null"],
        "b": "1_000",
    }


def test_a_key_without_a_value_is_absent(write):
    tree, _ = read(write('a:\nb: ~\nc: null\nd: ""\ne: {f: , g: 1}\n'))
    assert plain(tree) == {"d": "", "e": {"g": "1"}}


def test_every_place_knows_its_line(write):
    text = "sources:\n  - name: a\n    questions:\n      - {name: q}\n      -\n        type: nps\n"
    tree, _ = read(write(text))
    found = dict(lines(tree))
    assert found["sources",] == 1
    assert found["sources", 0] == found["sources", 0, "name"] == 2
    assert found["sources", 0, "questions", 0, "name"] == 4
    assert found["sources", 0, "questions", 1, "type"] == 6
    assert node_at(tree, ("sources", 0, "questions", 1, "type")).value == "nps"
    assert node_at(tree, ("sources", 1)) is None


def test_an_alias_stands_for_what_it_names(write):
    tree, findings = read(write("a: &codes [0, 6]\nb: *codes\n"))
    assert plain(tree) == {"a": ["0", "6"], "b": ["0", "6"]}
    assert not findings


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(write):
    tree, findings = read(write(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n"))
    assert plain(tree) == {"a": "1", "b": "2"}
    assert not findings


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{here}: &{here} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, here in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("content", "line", "text"),
    [
        ("", 1, "is empty"),
        ("# only a comment\n", 1, "is empty"),
        (b"a: 1\nb: caf\xe9\n", 2, "is not UTF-8 (byte 0xe9)"),
        ("a: 1\nb: \x00\n", 2, "a control character"),
        ("a: " + "[" * 100_000, 1, "nested more than 40 levels deep"),
        ("a: " + "{b: " * 1000 + "}" * 1000, 1, "nested more than 40 levels deep"),
        (BOMB, 1, "its aliases unfold into too much"),
        ("a: &a [*a]\n", 1, "its aliases unfold into too much"),
        ("a: 1\n" * 800_001, 1, "is larger than 4 MB"),
    ],
)
def test_what_is_no_plan_gets_one_line(write, content, line, text):
    tree, findings = read(write(content))
    assert tree is None
    assert [(finding.line, text in finding.text) for finding in findings] == [(line, True)]


def test_a_folder_or_nothing_at_all_gets_one_line(tmp_path):
    for path, text in ((tmp_path, "is a folder"), (tmp_path / "none.yaml", "no such file")):
        tree, findings = read(path)
        assert tree is None
        assert [finding.file for finding in findings] == [str(path)]
        assert text in findings[0].text
