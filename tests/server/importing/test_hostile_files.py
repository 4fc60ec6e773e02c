"""Files made to hurt: each is refused in one line or taken safely, within bounded memory."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest

from milepost.errors import DataError
from milepost.server.actions import imports as actions
from milepost.server.importing import files, workbooks
from milepost.server.models import Import, Person

from .conftest import Runs, counts_of

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'


def _book(sheet: bytes) -> bytes:
    """A workbook whose one sheet is this."""
    book, data = openpyxl.Workbook(), io.BytesIO()
    book.save(data)
    out = io.BytesIO()
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return out.getvalue()


def _read(file: Path) -> None:
    files.columns(file)
    list(files.batches(file))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n \n", "only blank lines"),
        (b"email\nada@example.com\x00\n", "NUL"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b'email\n"ada@example.com\n' + b"x" * 200, "quote"),
        (b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n", "columns"),
        (b",".join(b"c%d" % n for n in range(201)) + b"\n", "at most 200"),
    ],
)
def test_what_is_no_table_ends_in_one_line(runs: Runs, content: bytes, said: str) -> None:
    job = runs.receive(content)
    with pytest.raises(DataError, match=said) as caught:
        _read(runs.own / job.path)
    assert "\n" not in str(caught.value)


def test_a_header_without_records_is_an_import_of_nothing(runs: Runs) -> None:
    job = runs("email,name\n")
    assert (job.state, job.read, Person.objects.count()) == ("done", 0, 0)


def test_headings_that_are_given_twice_are_told_apart(runs: Runs) -> None:
    job = runs("email,Email,name\nada@example.com,other,Ada\n")
    assert counts_of(job) == {"new": 1}
    assert Person.objects.get().attributes == {"Email_2": "other"}


def test_a_cell_of_ten_megabytes_refuses_its_record_alone(runs: Runs) -> None:
    job = runs("email,name\na@example.com," + "x" * 10_000_000 + "\nb@example.com,Bo\n")
    assert counts_of(job) == {"new": 1, "rejected": 1}
    assert list(Person.objects.values_list("email", flat=True)) == ["b@example.com"]
    (refused,) = runs.rejects(job)
    assert refused["record"] == "1"
    assert len(refused["value"]) <= 200


def test_a_record_with_a_field_too_many_is_refused_and_listed(runs: Runs) -> None:
    job = runs("email,name\na@example.com,A,extra\nb@example.com,B\n")
    assert counts_of(job) == {"new": 1, "rejected": 1}


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_of_the_reject_file_is_a_formula(runs: Runs, start: str) -> None:
    job = runs(f'email,{start}cmd|calc,consent\n"{start}HYPERLINK(1)",x,maybe\n')
    (file,) = runs.own.glob("imports/*.rejects.csv")
    for line in file.read_text().splitlines():
        assert not any(cell.startswith(start) for cell in line.replace('"', "").split(","))
    assert counts_of(job) == {"rejected": 1}


def test_the_files_are_readable_by_their_owner_only(runs: Runs) -> None:
    job = runs("email\nwrong\n")
    for file in (runs.own / job.path, *runs.own.glob("imports/*.rejects.csv")):
        assert file.stat().st_mode & 0o077 == 0
    assert (runs.own / "imports").stat().st_mode & 0o077 == 0


def test_an_upload_beyond_the_limit_leaves_nothing_behind(runs: Runs) -> None:
    with pytest.raises(DataError, match="larger than"):
        actions.receive(
            "big.csv",
            [b"x" * (1 << 20)] * 3,
            kind="people",
            suffix=".csv",
            own=runs.own,
            most=2 << 20,
        )
    assert not list((runs.own / "imports").iterdir())
    assert not Import.objects.exists()


def test_a_bomb_in_a_workbook_is_refused_before_it_is_opened(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 4 << 20)
    job = runs.receive(_book(b" " * (16 << 20)), suffix=".xlsx")
    with pytest.raises(DataError, match="unpacked"):
        files.columns(runs.own / job.path)


def test_a_bomb_that_lies_about_its_size_is_counted(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 4 << 20)
    data = _book(b" " * (16 << 20)).replace(struct.pack("<I", 16 << 20), struct.pack("<I", 100))
    job = runs.receive(data, suffix=".xlsx")
    with pytest.raises(DataError, match="unpacked"):
        files.columns(runs.own / job.path)


@pytest.mark.parametrize("far", ["XFD1048576", "ZZ1000000"])
def test_two_cells_at_the_ends_of_a_sheet_do_not_fill_memory(runs: Runs, far: str) -> None:
    row = "".join(char for char in far if char.isdigit())
    cells = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{far}"><v>1</v></c></row>'
    job = runs.receive(_book(SHEET.format(cells).encode()), suffix=".xlsx")
    with pytest.raises(DataError, match="spans"):
        files.columns(runs.own / job.path)


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 broken", b"not a zip", b"PK\x05\x06" + b"\0" * 18]
)
def test_a_broken_workbook_ends_in_one_line(runs: Runs, content: bytes) -> None:
    job = runs.receive(content, suffix=".xlsx")
    with pytest.raises(DataError, match="cannot be read as a workbook"):
        files.columns(runs.own / job.path)


def test_a_path_in_a_name_leads_nowhere(runs: Runs) -> None:
    job = actions.receive(
        "../../../etc/passwd.csv", [b"email\n"], kind="people", suffix=".csv", own=runs.own, most=99
    )
    assert Path(job.path).parts[0] == "imports"
    assert ".." not in job.path


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "a\u202eb", "x" * 61, "'; DROP TABLE server_person; --"]
)
def test_odd_headings_are_attributes_or_left_out(runs: Runs, name: str) -> None:
    job = runs(f'email,"{name}"\nada@example.com,1\n')
    kept = Person.objects.get().attributes
    assert kept == ({} if len(name) > 60 else {name: "1"})
    assert job.state == "done"
