"""JSON lines, workbooks and Parquet."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from milepost.engine.reading import Column, columns_of, line_of, sample
from milepost.errors import DataError
from milepost.plan.model import Read


def test_json_objects_become_rows(put, table):
    lines = [
        '{"id": 1, "at": {"day": "2024-01-02", "zone": {"name": "CET"}}, "tags": ["a", 1.5]}',
        "",
        '{"id": 2.50, "ok": true, "note": " x ", "none": null, "nan": NaN}',
        "{}",
    ]
    found = table(put("a.jsonl", "\n".join(lines).encode()))
    assert found.names == ["id", "at.day", "at.zone.name", "tags", "ok", "note", "none", "nan"]
    assert found.rows == [
        ("1", "2024-01-02", "CET", '["a", 1.5]', None, None, None, None),
        ("2.5", None, None, None, "true", "x", None, None),
        (None,) * 8,
    ]


def test_lines_that_are_no_objects_are_refused(put, table):
    lines = ['{"a": 1}', "{bad", "[1]", "[" * 100_000, '{"a": "\\u0000"}', '{"a": "\\ud800"}']
    file = put("a.jsonl", "\n\n".join(lines).encode())
    found = table(file)
    assert found.rows == [("1",), ("?",)]
    assert found.records == [1, 6]
    assert [one.line for one in found.staged.refused] == [3, 5, 7, 9]
    assert set(found.staged.refused_count) == {
        "not valid JSON (Expecting property name enclosed in double quotes)",
        "not a JSON object",
        "nested too deeply",
        "a NUL in a value",
    }
    assert line_of(file, [1, 6], read=Read()) == {1: 1, 6: 11}


def test_json_files_of_one_pattern_may_differ(put, table):
    files = [put("1.jsonl", b'{"a": 1}\n'), put("2.jsonl", b'{"b": 2}\n{"a": 3}\n')]
    found = table(files)
    assert found.rows == [("1", None), (None, "2"), ("3", None)]
    files.append(put("3.jsonl", b'{"A": 1}\n'))
    with pytest.raises(DataError, match="differ only in case"):
        table(files)


def test_one_json_array_is_no_json_lines(put, table):
    with pytest.raises(DataError, match="expected one object a line"):
        table(put("a.json", b'[\n{"a": 1}\n]\n'))


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Answers"
    sheet["A2"], sheet["B2"], sheet["C2"] = "id", " when ", "what"
    sheet["A4"], sheet["B4"], sheet["C4"] = 1, dt.datetime(2024, 1, 2, 3, 4, 5), True  # noqa: DTZ001 -- such files hold naive times
    sheet["A5"], sheet["B5"], sheet["C5"] = 2.5, dt.date(2024, 1, 2), dt.time(1, 2, 3)
    sheet["A6"], sheet["B6"], sheet["C6"] = 3.0, " ", dt.timedelta(hours=30)
    book.create_sheet("Other")["A1"] = "x"
    book.create_sheet("Empty")
    file = tmp_path / "a.xlsx"
    book.save(file)
    return file


def test_a_sheet_becomes_text(workbook, table, con):
    found = table(workbook)
    assert found.names == ["id", "when", "what"]
    assert found.rows == [
        ("1", "2024-01-02 03:04:05", "true"),
        ("2.5", "2024-01-02", "01:02:03"),
        ("3", None, "30:00:00"),
    ]
    assert con.execute("SELECT DISTINCT _sheet FROM x").fetchall() == [("Answers",)]
    assert "there are also 'Other', 'Empty'" in found.staged.notes[0]
    assert line_of(workbook, [1, 3], read=Read()) == {1: 4, 3: 6}


def test_a_sheet_by_name(workbook, table):
    assert table(workbook, sheet="Other").names == ["x"]
    assert table(workbook, sheet="Other", header="none").rows == [("x",)]
    with pytest.raises(DataError, match="has no sheet 'Othr'; did you mean 'Other'"):
        table(workbook, sheet="Othr")
    with pytest.raises(DataError, match="sheet 'Empty' is empty"):
        table(workbook, sheet="Empty")


def test_parquet_keeps_its_types(tmp_path, table):
    day = dt.datetime(2024, 1, 2)  # noqa: DTZ001 -- such files hold naive times
    one, two = tmp_path / "it's [1].parquet", tmp_path / "it's [2].parquet"
    pq.write_table(pa.table({"a": [1, 2], "t": [day, None], "_file": [" x ", ""]}), one)
    pq.write_table(pa.table({"_file": ["y"], "a": [3], "t": [day]}), two)
    found = table([one, two], base=tmp_path, wanted=frozenset({"a", "t", "_file_2"}))
    assert found.staged.columns == (
        Column("a", "BIGINT"),
        Column("t", "TIMESTAMP"),
        Column("_file_2", "VARCHAR"),
    )
    assert found.rows == [(1, day, " x "), (2, None, ""), (3, day, "y")]
    assert found.records == [1, 2, 3]
    assert found.staged.records == 3
    assert found.staged.before == {one.name: 0, two.name: 2}
    assert sample([one], read=Read(), rows=1) == [{"a": 1, "t": day, "_file_2": " x "}]


def test_parquet_files_with_different_columns(tmp_path):
    one, two = tmp_path / "1.parquet", tmp_path / "2.parquet"
    pq.write_table(pa.table({"a": [1]}), one)
    pq.write_table(pa.table({"b": [1]}), two)
    with pytest.raises(DataError, match="different columns under one pattern"):
        columns_of([one, two], read=Read())


def test_one_pattern_one_format(put, tmp_path):
    pq.write_table(pa.table({"a": [1]}), tmp_path / "1.parquet")
    with pytest.raises(DataError, match="two formats under one pattern"):
        columns_of([put("1.csv", b"a\n1\n"), tmp_path / "1.parquet"], read=Read())
