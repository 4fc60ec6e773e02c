"""Files that mean no good: each is one clear line, never a traceback."""

from __future__ import annotations

import gzip
import random
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from milepost.engine.guessing.sheets import sheets_of
from milepost.engine.reading import (
    columns_of,
    find_files,
    fingerprint,
    line_of,
    sample,
    stage,
    workbook,
)
from milepost.errors import DataError
from milepost.plan.model import Read

NOISE = random.Random(1).randbytes(50_000)
WIDE = b",".join(b"c%d" % place for place in range(50_000))
HOSTILE = {
    "empty.csv": (b"", "is empty"),
    "empty.csv.gz": (gzip.compress(b""), "is empty"),
    "empty.jsonl": (b"", "is empty"),
    "empty.xlsx": (b"", "workbook"),
    "empty.parquet": (b"", "Parquet"),
    "blank.csv": (b"\n \n\r\n", "only blank lines"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n" + NOISE, "is a PNG picture"),
    "picture.jsonl": (b"\x89PNG\r\n\x1a\n" + NOISE, "is a PNG picture"),
    "book.csv": (b"PK\x03\x04" + NOISE, "ZIP archive"),
    "noise.csv": (NOISE, "NUL"),
    "zeros.csv": (bytes(1_000), "NUL"),
    "wide.csv": (WIDE + b"\n" + WIDE, "50,000 columns; at most 10,000"),
    "wide.jsonl": (
        b"{" + b",".join(b'"c%d": 1' % place for place in range(10_001)) + b"}",
        "at most 10,000",
    ),
    "nul.csv": (b"a,b\n1,\0\n", "NUL"),
    "nul.jsonl": (b'{"a": 1}\n\0\n', "NUL"),
    "long.csv": (b"x" * 10_000_000, "more than 131,072 characters"),
    "cut.csv.gz": (gzip.compress(b"a,b\n" + NOISE.hex().encode())[:-2_000], "cut short"),
    "false.csv.gz": (b"a,b\n1,2\n", "is not gzip"),
    "false.xlsx": (b"a,b\n1,2\n", "workbook"),
    "false.parquet": (b"a,b\n1,2\n", "Parquet"),
    "open.csv": (b'a,b\n1,"2\n3,4\n', "open.csv:2: a quote opens"),
}


def refused(con, file: Path, folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        stage(con, [file], read=Read(), name="x", folder=folder)
    return str(caught.value)


@pytest.mark.parametrize("name", HOSTILE)
def test_one_clear_line(con, put, tmp_path, name):
    content, said = HOSTILE[name]
    message = refused(con, put(name, content), tmp_path / "staged")
    assert said in message
    assert name in message
    assert len(message.splitlines()) == 1
    assert len(message) < 300


def test_a_header_alone_is_a_table_without_records(put, table):
    for content in (b"a,b", b"a,b\n", b"a,b\r\n\r\n", b"\xef\xbb\xbfa,b\n"):
        found = table(put("a.csv", content))
        assert (found.names, found.rows, found.staged.records) == (["a", "b"], [], 0)


@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "jsonl", "xlsx", "parquet"])
def test_a_folder_and_a_file_that_vanished(con, tmp_path, suffix):
    folder = tmp_path / f"folder.{suffix}"
    folder.mkdir()
    assert "is a folder" in refused(con, folder, tmp_path)
    assert "not found" in refused(con, tmp_path / f"gone.{suffix}", tmp_path)
    with pytest.raises(DataError, match="not found"):
        fingerprint([tmp_path / "gone"])


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "xlsx", "parquet"])
def test_no_right_to_read(con, put, tmp_path, monkeypatch, suffix):
    file = put(f"a.{suffix}", b"a,b\n1,2\n")

    def deny(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    assert "permission denied" in refused(con, file, tmp_path)


def test_names_no_file_can_have(tmp_path):
    for name in ("a\0b.csv", "x" * 5_000 + ".csv"):
        with pytest.raises(DataError):
            find_files(name, base=tmp_path)


def test_a_file_may_shrink_while_it_is_read(put):
    file = put("a.csv", b"a,b\n1,2\n")
    assert line_of(file, [1, 7], read=Read()) == {1: 2}


def test_a_link_that_leads_nowhere(tmp_path):
    (tmp_path / "a.csv").symlink_to("b.csv")
    (tmp_path / "b.csv").symlink_to("a.csv")
    (tmp_path / "c.csv").symlink_to("gone")
    for name in ("a.csv", "c.csv"):
        with pytest.raises(DataError, match=f"{name}: is a link that leads to no file"):
            find_files(name, base=tmp_path)


@pytest.mark.parametrize("squeezed", [False, True])
def test_a_line_too_long_to_be_a_record_is_never_held(con, put, tmp_path, squeezed):
    """What is read of it is a few blocks, measured in what Python holds."""
    start = b"a   b\n1   2\n" if squeezed else b"a,b\n1,2\n"
    body = b"x" * (1 << 20)
    file = tmp_path / "a.csv.gz"
    with gzip.open(file, "wb", compresslevel=1) as handle:
        handle.write(start + b"9")
        for _ in range(200):
            handle.write(body)
    tracemalloc.start()
    try:
        message = refused(con, file, tmp_path / "staged")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "a record of more than 32 MB" in message
    assert len(message) < 300
    assert peak < 350 << 20


def test_a_quote_in_text_parted_by_blanks_costs_no_time(put, table):
    lines = b"".join(b'%d  "%d  x\n' % (place, place) for place in range(60_001))
    found = table(put("a.csv", b"n  a  b\n" + lines + b'9  9  "\n'), delimiter="whitespace")
    assert found.staged.records > 0


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"XFD1048576": 1}, "spans 1,048,576 rows and 16,384 columns"),
        (
            {"A3": "=1+1"},
            "cell A3 of sheet 'Sheet' holds a formula whose result is not in the file",
        ),
        ({"A3": '=A2&"x"'}, "cell A3"),
    ],
)
def test_a_workbook_that_nobody_could_read(con, tmp_path, cells, said):
    import openpyxl

    book = openpyxl.Workbook()
    for cell, value in {"A1": "score", "A2": 9, **cells}.items():
        book.active[cell] = value
    book.save(tmp_path / "a.xlsx")
    message = refused(con, tmp_path / "a.xlsx", tmp_path / "staged")
    assert said in message
    assert message.isprintable()


def test_a_formula_in_a_column_that_nobody_reads(tmp_path, table):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["score", "sum"], [9, "=A2+1"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert table(tmp_path / "a.xlsx", wanted=frozenset({"score"})).rows == [("9",)]


def test_a_workbook_that_unpacks_to_a_monster(con, tmp_path, workbook_bytes, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_BYTES", 100)
    (tmp_path / "a.xlsx").write_bytes(workbook_bytes)
    assert "MB when unpacked" in refused(con, tmp_path / "a.xlsx", tmp_path / "staged")


def test_damaged_workbooks_and_parquet(put, workbook_bytes, parquet_bytes):
    chance = random.Random(7)
    for suffix, whole in (("xlsx", workbook_bytes), ("parquet", parquet_bytes)):
        for _ in range(150):
            damaged = bytearray(whole)
            for _ in range(chance.choice([1, 3, 20])):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            file = put(f"a.{suffix}", bytes(damaged))
            message = complaint(file)
            assert message is None or len(message.splitlines()) == 1


def complaint(file: Path) -> str | None:
    try:
        columns_of([file], read=Read())
        sample([file], read=Read())
    except DataError as error:
        return str(error)
    return None


@pytest.fixture
def workbook_bytes(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["a", "b"], [1, "x"], [2, "y"]):
        book.active.append(row)
    book.save(tmp_path / "whole.xlsx")
    return (tmp_path / "whole.xlsx").read_bytes()


@pytest.fixture
def parquet_bytes(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbers = list(range(500))
    pq.write_table(pa.table({"a": numbers, "b": list(map(str, numbers))}), tmp_path / "w.parquet")
    return (tmp_path / "w.parquet").read_bytes()


def test_a_workbook_whose_texts_are_a_bomb_is_refused_before_they_are_read(tmp_path):
    bomb = tmp_path / "a.xlsx"
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as book,
        book.open("xl/sharedStrings.xml", "w", force_zip64=True) as handle,
    ):
        for _ in range(1100):
            handle.write(b" " * (1 << 20))
    assert "1,100 MB when unpacked" in complaint(bomb)
    with pytest.raises(DataError, match="1,100 MB when unpacked"):
        sheets_of(bomb)
