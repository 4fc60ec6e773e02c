"""Names and values that break lines or are no letters: one line of a message, and no crash."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from milepost.engine.mapping.binding import MappingError, Tables, tree_of
from milepost.engine.reading import columns_of, stage
from milepost.engine.reading.plain import brief, called, plain
from milepost.errors import DataError
from milepost.plan.model import Read

ODD = os.fsdecode(b"a\xff\x1b[1m\n.csv")


def test_what_does_not_print_is_escaped():
    assert plain("é 日本 'x'") == "é 日本 'x'"
    assert plain("a\r\n\x85\u2028\x1b\x00") == "a\\r\\n\\x85\\u2028\\x1b\\x00"
    assert plain("\udcff\ud800") == "\\xff\\ud800"
    assert brief("x" * 100_000) == "x" * 60 + "…"


def test_a_file_name_that_is_no_utf8(put, table):
    file = put(os.fsdecode(b"d/a\xff.csv"), b"score\n9\n1,2\n")
    found = table(file, base=file.parent.parent)
    (label,) = found.staged.before
    assert label == "d/a\\xff.csv"
    assert [one.file for one in found.staged.refused] == [label]
    json.dumps(label, ensure_ascii=False).encode()
    assert called(Path("b.csv"), None) == "b.csv"


@pytest.mark.parametrize(
    ("name", "content"),
    [(ODD, b""), (ODD, b"\0"), (ODD, b"\n\n"), (ODD.replace(".csv", ".parquet"), b"x")],
)
def test_errors_name_any_file_on_one_line(con, put, tmp_path, name, content):
    file = put(name, content)
    with pytest.raises(DataError) as caught:
        stage(con, [file], read=Read(), name="x", folder=tmp_path / "staged")
    message = str(caught.value)
    assert "a\\xff\\x1b[1m\\n." in message
    assert message.isprintable()


def test_a_parquet_file_whose_name_is_no_utf8(con, put, tmp_path, parquet_file):
    file = tmp_path / os.fsdecode(b"\xff.parquet")
    parquet_file.rename(file)
    with pytest.raises(DataError, match=r"\\xff.parquet: DuckDB cannot open .* rename it"):
        stage(con, [file], read=Read(), name="x", folder=tmp_path / "staged")


@pytest.fixture
def parquet_file(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": [1]}), tmp_path / "a.parquet")
    return tmp_path / "a.parquet"


def test_headers_that_break_lines(put, table):
    one, two = put("1.csv", b'"a\nb",c\n1,2\n'), put("2.csv", b'"a\x1b",c\n1,2\n')
    with pytest.raises(DataError) as caught:
        columns_of([one, two], read=Read())
    assert "'a\\nb'" in str(caught.value)
    assert "'a\\x1b'" in str(caught.value)
    assert str(caught.value).isprintable()
    twice = put("3.csv", b'"a\nb","a\nb"\n1,2\n')
    assert all(note.isprintable() for note in table(twice).staged.notes)


def test_a_header_in_the_list_of_known_columns_is_one_short_line():
    columns = {"a\nb": "text", "x" * 5_000: "text"}
    with pytest.raises(MappingError) as caught:
        tree_of("zzz", Tables({"s": columns}, {"s": "s.csv"}), place=("sources", 0))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


def test_json_keys_that_are_half_a_letter(put, table):
    found = table(put("a.jsonl", b'{"a\\ud800": 1, "b\\nc": 2}\n'))
    assert (found.names, found.rows) == (["a?", "b\nc"], [("1", "2")])
