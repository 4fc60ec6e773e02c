"""Whatever the bytes are: found out, stated, mixed, or no text at all."""

from __future__ import annotations

import codecs

import pytest

from milepost.errors import DataError

DANISH = "navn;by\r\nÅse Sørensen;Århus €\r\nBjørn;Ølgod\r\n"
ROWS = [("Åse Sørensen", "Århus €"), ("Bjørn", "Ølgod")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (DANISH.encode(), None),
        (codecs.BOM_UTF8 + DANISH.encode(), None),
        (codecs.BOM_UTF16_LE + DANISH.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + DANISH.encode("utf-16-be"), "utf-16-be"),
        (DANISH.encode("utf-16-le"), "utf-16-le"),
        (DANISH.encode("utf-16-be"), "utf-16-be"),
        (codecs.BOM_UTF32_LE + DANISH.encode("utf-32-le"), "utf-32-le"),
        (DANISH.encode("cp1252"), "cp1252"),
    ],
)
def test_an_encoding_is_found(put, table, content, said):
    found = table(put("a.csv", content))
    assert (found.names, found.rows) == (["navn", "by"], ROWS)
    assert [said in note for note in found.staged.notes] == ([True] if said else [])


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("Latin-1", "a;b\nsmørrebrød;é\n"),
        ("cp1252", "a;b\n“x”;€\n"),
        ("shift_jis", "a;b\nとても良い;9\n"),
        ("gb18030", "a;b\n上海;9\n"),
        ("utf-16", "a;b\nÅ;9\n"),
        ("UTF-8", "a;b\nÅ;9\n"),
        ("utf-8-sig", "a;b\nÅ;9\n"),
        ("cp850", "a;b\nÅ;9\n"),
    ],
)
def test_a_stated_encoding(put, table, encoding, text):
    found = table(put("a.csv", text.encode(encoding)), encoding=encoding)
    assert found.rows == [tuple(text.splitlines()[1].split(";"))]
    assert found.staged.notes == ()


def test_chinese_and_russian_in_utf16_without_a_mark(put, table):
    for text in ("名字,分数\n" + "上海很好的,9\n" * 9, "имя,оценка\n" + "Иван,9\n" * 9):
        for encoding in ("utf-16-le", "utf-16-be"):
            found = table(put("a.csv", text.encode(encoding)))
            assert found.rows == [tuple(text.splitlines()[1].split(","))] * 9


def test_stray_bytes_in_utf8_are_read_and_told(put, table):
    content = DANISH.encode() + "Øre;“2”\r\n".encode("cp1252") + "Åå;ÆØÅ\r\n".encode()
    found = table(put("a.csv", content))
    assert found.rows == [*ROWS, ("Øre", "“2”"), ("Åå", "ÆØÅ")]
    assert "3 bytes are not UTF-8, read as cp1252 (first on line 4)" in found.staged.notes[0]


def test_a_character_cut_by_a_chunk(put, table):
    cell = "æ" * 700_001
    content = f"a,b\n{cell},1\n".encode()
    assert table(put("a.csv", content)).rows == [(cell, "1")]
    assert table(put("b.csv", content + b"\xe6,2\n")).rows == [(cell, "1"), ("æ", "2")]


def test_what_the_stated_encoding_cannot_read_is_counted(put, table):
    found = table(put("a.csv", "a,b\n1,ø\n2,x\n".encode("cp1252")), encoding="ascii")
    assert found.rows == [("1", "\ufffd"), ("2", "x")]
    assert "1 byte is not ascii, read as U+FFFD (first on line 2)" in found.staged.notes[0]


@pytest.mark.parametrize("encoding", [None, "utf-8", "latin-1"])
def test_a_nul_is_told_with_its_line(put, table, encoding):
    with pytest.raises(DataError, match=r"a\.csv:3: a NUL"):
        table(put("a.csv", b"a,b\n1,2\n3,\0\n"), encoding=encoding)
