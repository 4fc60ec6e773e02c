"""Any table that Python's csv module writes comes back as that module reads it."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milepost.engine.reading import delimited, line_of
from milepost.plan.model import Read

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"]


def cells(encoding: str) -> st.SearchStrategy[str]:
    codec = None if encoding.startswith("utf") else encoding
    letters = st.characters(codec=codec, exclude_characters="\0", exclude_categories=["Cs"])
    marks = st.sampled_from(list(' \t\n\r",;|"'))
    return st.text(letters | marks, max_size=8)


@st.composite
def written_tables(draw: st.DrawFn) -> tuple[str, str, bytes, list[list[str]]]:
    encoding, mark = draw(st.sampled_from(ENCODINGS)), draw(st.sampled_from(",;\t|"))
    width = draw(st.integers(1, 4))
    row = st.lists(cells(encoding), min_size=width, max_size=width)
    rows = draw(st.lists(row, max_size=12))
    text = io.StringIO()
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer = csv.writer(text, delimiter=mark, quoting=quoting, lineterminator="\r\n")
    writer.writerows([[f"name{place}" for place in range(width)], *rows])
    return encoding, mark, text.getvalue().encode(encoding), rows


@given(written=written_tables(), block=st.sampled_from([16, 64, 1 << 20]))
@settings(max_examples=150, deadline=None)
def test_a_written_table_comes_back(read_into, written, block):
    encoding, mark, content, rows = written
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(delimited, "BLOCK", block)
        file = Path(folder) / "a.csv"
        file.write_bytes(content)
        with duckdb.connect() as con:
            found = read_into(con, file, Path(folder), encoding=encoding, delimiter=mark)
    assert found.rows == [tuple(cell.strip() or None for cell in row) for row in rows]
    assert found.records == list(range(1, len(rows) + 1))
    assert found.staged.refused == ()


@st.composite
def ragged_texts(draw: st.DrawFn) -> str:
    cell = st.sampled_from(["", "1", " x ", '"q"', '"two\nlines"', '"a,b"', 'in"side'])
    line = st.lists(cell, min_size=1, max_size=4).map(",".join)
    lines = draw(st.lists(line | st.sampled_from(["", "  ", "\t"]), max_size=30))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return end.join(["", "a,b", *lines]) + draw(st.sampled_from(["", end]))


@given(text=ragged_texts(), block=st.sampled_from([16, 64, 1 << 20]))
@settings(max_examples=150, deadline=None)
def test_every_record_is_read_or_refused_under_its_number(read_into, text, block):
    expected, refused, lines = as_python_reads(text)
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(delimited, "BLOCK", block)
        file = Path(folder) / "a.csv"
        file.write_text(text, encoding="utf-8", newline="")
        with duckdb.connect() as con:
            found = read_into(con, file, Path(folder), delimiter=",")
        assert line_of(file, list(lines), read=Read(delimiter=",")) == lines
    assert dict(zip(found.records, found.rows, strict=True)) == expected
    assert {one.record: one.line for one in found.staged.refused} == refused
    assert found.staged.records == len(lines)


def as_python_reads(
    text: str,
) -> tuple[dict[int, tuple[str | None, ...]], dict[int, int], dict[int, int]]:
    """Rows by record, lines of refused records, lines of all: from the csv module alone."""
    reader = csv.reader(io.StringIO(text, newline=""))
    good, refused, lines = {}, {}, {}
    start, seen_header = 1, False
    for row in reader:
        blank = not row or (len(row) == 1 and not row[0].strip())
        if not blank and not seen_header:
            seen_header = True
        elif not blank:
            record = len(lines) + 1
            lines[record] = start
            if len(row) == 2:
                good[record] = tuple(cell.strip() or None for cell in row)
            else:
                refused[record] = start
        start = reader.line_num + 1
    return good, refused, lines
