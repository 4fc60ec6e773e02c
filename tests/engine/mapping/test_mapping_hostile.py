"""Hostile files and places through the real command line: one clear line, no half-written store."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from milepost.engine.mapping import build as building
from milepost.errors import DataError
from tests.engine.mapping.company import MILEPOST, Company

DAY = {"answered_at": "= make_date(2024, 5, 1)"}
NOISE = random.Random(5).randbytes(40_000)
WIDE = b",".join(b"c%d" % place for place in range(50_000))

UNREADABLE = {
    "empty": (b"", "is empty"),
    "binary": (b"\x89PNG\r\n\x1a\n" + NOISE, "PNG picture"),
    "noise": (NOISE, "NUL"),
    "wide": (WIDE + b"\n" + WIDE + b"\n", "50,000 columns"),
    "nul": (b"score\n9\n\0\n", "NUL"),
    "open quote": (b'score\n9\n"8\n', "a quote opens"),
    "no header": (b"\n\n", "only blank lines"),
}


def one_line(acme, run: subprocess.CompletedProcess[str], status: int, said: str) -> str:
    """One line on stderr that says it, nothing on stdout, no traceback, and no torn store."""
    assert run.returncode == status, run.stdout + run.stderr
    (line,) = run.stderr.splitlines()
    assert said in line
    assert len(line) < 600
    clean(acme)
    return line


def clean(acme) -> None:
    store = acme.folder / "store"
    if store.is_dir():
        assert not [*store.rglob("*.partial")]
        assert not [*store.glob("tmp/*")]
    if (store / "facts/CURRENT.json").is_file():
        for built in acme.current().values():
            pq.read_table(store / "facts" / built["file"])


@pytest.mark.parametrize(
    ("name", "command"), [*((name, "check") for name in UNREADABLE), ("binary", "measure")]
)
def test_a_file_that_cannot_be_read(acme, name, command):
    content, said = UNREADABLE[name]
    acme.put("s.csv", content)
    acme.source(**{"from": "s.csv"}, columns=DAY)
    line = one_line(acme, acme.run(command), 3, said)
    assert "s.csv" in line
    assert not (acme.folder / "store/facts/CURRENT.json").exists()


def test_a_folder_instead_of_a_file(acme):
    (acme.folder / "s.csv").mkdir()
    acme.source(**{"from": "s.csv"}, columns=DAY)
    one_line(acme, acme.run("check"), 3, "is a folder")


def test_no_file_at_all(acme):
    acme.source(**{"from": "data/*.csv"}, columns=DAY)
    one_line(acme, acme.run("check"), 3, "no file matches")


def test_a_header_and_nothing_else(acme):
    acme.put("s.csv", "score\n")
    acme.source(**{"from": "s.csv"}, columns=DAY)
    run = acme.run("check")
    assert (run.returncode, run.stderr) == (3, "")
    assert "0 records read" in run.stdout
    measured = acme.run("measure")
    assert len(measured.stderr.splitlines()) <= 1
    assert measured.returncode != 1
    clean(acme)


def test_values_that_mean_no_good_are_rejected_each_with_its_reason(acme):
    content = "score,at\n1e308,2024-05-01\n9,0000-01-01\n=1+1,2024-05-01\n8,2024-05-02\n"
    acme.put("s.csv", content)
    acme.source(**{"from": "s.csv"}, columns={"answered_at": "at"})
    run = acme.run("check")
    assert (run.returncode, run.stderr) == (0, "")
    assert [(value, reason[:12]) for _, _, value, reason in acme.reasons()] == [
        ("0000-01-01", "not a date l"), ("1e308", "not a number"), ("'=1+1", "not a number"),
    ]  # fmt: skip
    clean(acme)


def test_ten_megabytes_in_one_cell(acme):
    acme.put("s.csv", b'score,text\n9,"' + b"x" * 10_000_000 + b'"\n8,fine\n')
    acme.source(**{"from": "s.csv"}, columns={**DAY, "comment": "text"})
    run = acme.run("check")
    assert (run.returncode, run.stderr) == (0, "")
    assert [r["reason"] for r in acme.rejects()] == ["a cell of more than 1,000,000 characters"]
    assert acme.rows("score") == [8]


def test_a_scale_with_its_ends_swapped(acme):
    acme.put("s.csv", "score\n9\n")
    question = {"name": "q", "type": "csat", "score": "score", "scale": [5, 1]}
    acme.source(**{"from": "s.csv"}, columns=DAY, questions=[question])
    line = one_line(acme, acme.run("check"), 2, "ends swapped")
    assert "milepost.yaml:" in line
    assert not (acme.folder / "store").exists()


def test_two_files_with_different_columns_under_one_glob(acme):
    acme.put("data/a.csv", "score\n9\n")
    acme.put("data/b.csv", "rating\n9\n")
    acme.source(**{"from": "data/*.csv"}, columns=DAY)
    one_line(acme, acme.run("check"), 3, "different columns under one pattern")


def test_a_column_that_the_file_lacks_is_a_mistake_of_the_plan(acme):
    acme.put("s.csv", "scores\n9\n")
    acme.source(**{"from": "s.csv"}, columns=DAY)
    one_line(acme, acme.run("measure"), 2, "did you mean 'scores'?")


def test_a_file_that_changes_while_it_is_read(acme):
    acme.put("s.csv", "score\n9\n")
    acme.source(**{"from": "s.csv"}, columns=DAY)

    def meddle(source: str, step: str, records: int) -> None:
        if step == "mapping":
            acme.put("s.csv", "score\n9\n8\n")

    with pytest.raises(DataError, match="changed while it was read; try again"):
        acme.build(progress=meddle)
    clean(acme)
    assert acme.account().rows == 2


@pytest.mark.parametrize("place", [0.1, 0.5])
def test_a_damaged_parquet_page(acme, place):
    table = pa.table(
        {"score": [str(n % 11) for n in range(50_000)], "x": [n * 0.1 for n in range(50_000)]}
    )
    pq.write_table(table, acme.folder / "s.parquet")
    content = bytearray((acme.folder / "s.parquet").read_bytes())
    at = int(len(content) * place)
    content[at : at + 64] = bytes(byte ^ 0xFF for byte in content[at : at + 64])
    acme.put("s.parquet", bytes(content))
    acme.source(**{"from": "s.parquet"}, columns={**DAY, "weight": "x"})
    line = one_line(acme, acme.run("measure"), 3, "source 's': s.parquet cannot be built")
    assert "damaged" in line


def test_a_damaged_file_leaves_the_old_facts(acme):
    acme.put("s.csv", "score\n9\n")
    acme.source(**{"from": "s.csv"}, columns=DAY)
    acme.build()
    before = acme.current()
    acme.put("s.csv", "score\n9\n\0")
    one_line(acme, acme.run("measure"), 3, "NUL")
    assert acme.current() == before


def test_a_file_that_vanishes_while_it_is_read(acme, monkeypatch):
    """The views over a Parquet file are opened again and again; the file may go in between."""
    pq.write_table(pa.table({"score": ["9"]}), acme.folder / "s.parquet")
    acme.source(**{"from": "s.parquet"}, columns=DAY)
    real = building._check

    def vanish(*arguments):
        real(*arguments)
        (acme.folder / "s.parquet").unlink()

    monkeypatch.setattr(building, "_check", vanish)
    with pytest.raises(DataError, match=r"source 's': s\.parquet cannot be built \(No files found"):
        acme.build()
    clean(acme)


def test_a_build_that_needs_more_memory_than_there_is(acme, monkeypatch):
    acme.put("s.csv", "score\n9\n")
    acme.source(**{"from": "s.csv"}, columns=DAY)

    def grow(*arguments):
        raise duckdb.OutOfMemoryException(
            "Out of Memory Error: could not allocate 1 GiB.\nAnd so on"
        )

    monkeypatch.setattr(building, "_check", grow)
    with pytest.raises(DataError) as caught:
        acme.build()
    assert str(caught.value).startswith(
        "source 's': s.csv cannot be built within 1GB of memory (could not allocate 1 GiB); "
    )
    clean(acme)


def test_a_store_that_is_a_file(acme):
    acme.put("s.csv", "score\n9\n")
    acme.put("store", "mine")
    acme.source(**{"from": "s.csv"}, columns=DAY)
    one_line(acme, acme.run("measure"), 3, "the store cannot be written")


@pytest.mark.parametrize("part", ["facts", "tmp", "rejects"])
def test_a_part_of_the_store_that_cannot_be_written(acme, part):
    acme.put("s.csv", "score\n9\nx\n")
    acme.put(f"store/{part}", "mine")
    acme.source(**{"from": "s.csv"}, columns=DAY)
    run = acme.run("measure")
    assert run.returncode == 3
    (line,) = run.stderr.splitlines()
    assert "cannot be" in line


def limited(acme, kilobytes: int) -> subprocess.CompletedProcess[str]:
    """The command line where no file may grow beyond a size, as on a full disk."""
    command = ["bash", "-c", f'ulimit -f {kilobytes}; trap "" XFSZ; exec "$@"', "limited"]
    return subprocess.run(
        [*command, *MILEPOST, "measure", "--plan", str(acme.write())], text=True,
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("kilobytes", [1, 40, 300])
def test_a_disk_that_runs_full(acme, kilobytes):
    lines = "\n".join(f"{n % 11},{random.Random(n).random()}" for n in range(30_000))
    acme.put("s.csv", "score,note\n" + lines + "\n")
    acme.source(**{"from": "s.csv"}, columns={**DAY, "comment": "note"})
    run = limited(acme, kilobytes)
    one_line(acme, run, 3, "File too large")
    assert not (acme.folder / "store/facts/CURRENT.json").exists()
    assert acme.account().rows == 30_000


@pytest.mark.parametrize(
    "name",
    [
        "two words.csv",
        "it's.csv",
        'say "x".csv',
        "semi;colon.csv",
        "Ünï😀.csv",
        "a[1].csv",
        "new\nline.csv",
        "-o.csv",
    ],
)
@pytest.mark.parametrize("parquet", [False, True], ids=["csv", "parquet"])
def test_any_file_name(acme, name, parquet):
    path = f"data dir/{name}"
    if parquet:
        path = path.replace(".csv", ".parquet")
        (acme.folder / "data dir").mkdir()
        pq.write_table(pa.table({"score": ["9", "x"]}), acme.folder / path)
    else:
        acme.put(path, "score\n9\nx\n")
    acme.source(**{"from": path}, columns=DAY, attributes={"file": "_file"})
    acme.build()
    assert acme.rows("file") == [path]
    assert [r["value"] for r in acme.rejects()] == ["x"]


@pytest.mark.parametrize("name", ["it's; a 'place'", "a'b [c]*?{d},é", "Ünï\nline", "a\\b"])
def test_any_folder_for_the_plan(tmp_path: Path, name):
    folder = tmp_path / name
    folder.mkdir()
    acme = Company(folder)
    acme.put("s.csv", "score\n9\nx\n")
    acme.source(**{"from": "s.csv"}, columns=DAY)
    run = acme.run("check", cwd=Path("/"))
    assert (run.returncode, run.stderr) == (0, "")
    assert acme.rows("score") == [9]
