"""The terminal's manners: pipes, colours, narrow screens, hostile names, files that cannot be written."""

from __future__ import annotations

import csv
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from milepost.cli import measuring
from milepost.errors import QuestionError
from tests.cli.test_commands import airport, run
from tests.insight.company import company

__all__ = ["airport"]

MILEPOST = (sys.executable, "-c", "from milepost.cli import main; main()")
STYLE = re.compile(r"\x1b\[[\d;]*m")
OURS = {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES"}  # what the tests' own terminal may say
HOSTILE = "\x1b[31mred\u202e"


def on_screen(*words: str, cwd: Path, columns: int = 80, **environment: str) -> str:
    """What a person's terminal of some columns is sent."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in OURS}
    process = subprocess.Popen(
        [*MILEPOST, *words], stdin=theirs, stdout=theirs, stderr=theirs, cwd=cwd,
        env={**kept, "TERM": "xterm-256color", **environment},
    )  # fmt: skip
    os.close(theirs)
    received = b"".join(iter(lambda: _read(ours), b""))
    process.wait()
    os.close(ours)
    return received.decode()


def _read(number: int) -> bytes:
    try:
        return os.read(number, 65536)
    except OSError:  # the other end has closed
        return b""


def test_colour_only_on_a_terminal_that_wants_it(airport: Path) -> None:
    assert STYLE.search(on_screen("measure", cwd=airport))
    for command in ("measure", "check"):
        assert not STYLE.search(on_screen(command, cwd=airport, NO_COLOR="1"))
    assert not STYLE.search(on_screen("measure", cwd=airport, TERM="dumb"))
    assert "\x1b" not in run("measure", cwd=airport, FORCE_COLOR="1").stdout


def test_progress_only_on_a_terminal_that_can_redraw(airport: Path) -> None:
    for file in (airport / "store").rglob("*"):
        if file.is_file():
            file.unlink()
    assert "\x1b[2K" in on_screen("check", cwd=airport)
    assert "\x1b" not in on_screen("check", cwd=airport, TERM="dumb")


@pytest.mark.parametrize("words", [["measure"], ["check"], ["measure", "csat", "--by", "language"]])
def test_a_narrow_terminal(airport: Path, words: list[str]) -> None:
    shown = on_screen(*words, cwd=airport, columns=40, TERM="dumb").replace("\r", "")
    assert [line for line in shown.splitlines() if len(line) > 40] == []


@pytest.mark.parametrize(
    "words",
    [
        "measure --format json",
        "measure csat ease --by language,boarding_area --every year --format json",
        "measure csat ease --by language,boarding_area --every year",
        "check",
        "check --format json",
        "schema",
        "metrics",
        "metrics nps",
        "--help",
    ],
)
def test_a_reader_that_leaves_early(airport: Path, words: str) -> None:
    """The pipe is closed before the first byte, so that every write finds it closed."""
    closed, ours = os.pipe()
    os.close(closed)
    done = subprocess.run([*MILEPOST, *words.split()], cwd=airport, stdout=ours,
                          stderr=subprocess.PIPE, text=True, check=False)  # fmt: skip
    os.close(ours)
    assert done.stderr == ""


@pytest.mark.parametrize("words", [["measure"], ["schema"], ["check", "--format", "json"]])
def test_a_full_disk_behind_the_output(airport: Path, words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*MILEPOST, *words], cwd=airport, stdout=full,
                              stderr=subprocess.PIPE, text=True, check=False)  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "milepost: the output cannot be written (No space left on device)\n"


def test_an_encoding_that_has_no_such_letters(airport: Path) -> None:
    done = run("measure", cwd=airport, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "milepost: the output cannot be written as ascii; set PYTHONUTF8=1, or use a file\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("mesure", "command 'mesure' is unknown; did you mean 'measure'?"),
        (
            "xyz",
            "command 'xyz' is unknown; known: backup, bounces, check, cohorts, demo, doctor, effect, event, …",
        ),
        ("measure --evry x", "option '--evry' is unknown; did you mean '--every'?"),
        ("--foo", "option '--foo' is unknown; known: --version; see 'milepost --help'"),
        ("measure --plan", "option '--plan' requires an argument; see 'milepost measure --help'"),
        ("measure --details=x", "option '--details' does not take a value; see"),
        ("schema foo", "(foo); see 'milepost schema --help'"),
        ("init", "missing argument 'data'; see 'milepost init --help'"),
        ("measure nps --by ,", "--by takes names, and '' is none"),
        ("measure nps --rolling 99999w", "--rolling 699,993 days: expected 1 to 36,525"),
    ],
)
def test_a_wrong_command_line_is_one_line(airport: Path, words: str, said: str) -> None:
    done = run(*words.split(), cwd=airport)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("milepost: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_a_command_there_is_help(tmp_path: Path) -> None:
    done = run(cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: milepost ")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A company whose data and titles hold escape sequences and formulas."""
    rows = [(n, n, "2026-10-05", 9, country, "", 1)
            for n, country in enumerate([HOSTILE, "=1+1", "x\ry"] * 20)]  # fmt: skip
    rows += [("r", "r", "2026-10-05", HOSTILE, "DK", "", 1)]
    company(tmp_path, rows, source="    values: {country: {DK: Denmark}}")
    plan = tmp_path / "milepost.yaml"
    text = plan.read_text(encoding="utf-8").replace("title: Web shop", 'title: "W\\eeb\\u202e"')
    plan.write_text(text.replace("name: Acme", 'name: "A\\ecme"'), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "words", ["measure", "measure nps --by country", "check", "measure x\x1b[2J", "\x1b[2J"]
)
def test_nothing_in_the_data_steers_the_terminal(hostile: Path, words: str) -> None:
    shown = on_screen(*words.split(" "), cwd=hostile, NO_COLOR="1", TERM="dumb")
    assert set(shown.replace("\r\n", "")) & set("\x1b\r\n\u202e") == set()
    assert "\\x1b" in shown


def test_data_for_programs_is_exact(hostile: Path) -> None:
    done = run("measure", "nps", "--by", "country", "--format", "csv", cwd=hostile)
    assert {row["by.country"] for row in csv.DictReader(done.stdout.splitlines())} >= {"=1+1"}
    run("measure", "nps", "--by", "country", "--format", "parquet", "-o", "a", cwd=hostile)
    assert set(pq.read_table(hostile / "a")["by.country"].to_pylist()) >= {HOSTILE, "=1+1", "x\ry"}


@pytest.mark.parametrize(
    ("out", "said"),
    [
        (".", "--out .: is a folder; name a file, such as answer.csv"),
        ("nowhere/a.csv", "--out nowhere/a.csv: there is no folder nowhere; make it first"),
        ("milepost.yaml/a", "--out milepost.yaml/a: "),
        ("/dev/null", "--out /dev/null: is not a file"),
        ("/proc/a.csv", "--out /proc/a.csv: cannot be written"),
        ("x" * 300, "cannot be written (File name too long)"),
    ],
)
def test_an_out_that_cannot_be_written(airport: Path, out: str, said: str) -> None:
    before = sorted(airport.iterdir())
    done = run("measure", "nps", "--format", "parquet", "--out", out, cwd=airport)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert [file for file in sorted(airport.iterdir()) if file.name != "store"] == [
        file for file in before if file.name != "store"
    ]


def test_a_disk_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("old", encoding="utf-8")

    def fail(partial: Path) -> None:
        partial.write_text("half", encoding="utf-8")
        raise OSError(5, "Input/output error")

    with pytest.raises(QuestionError, match=r"cannot be written \(Input/output error\)"):
        measuring.save(file, fail)
    assert (file.read_text(encoding="utf-8"), list(tmp_path.iterdir())) == ("old", [file])


def test_a_link_stays_a_link(airport: Path, tmp_path: Path) -> None:
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    assert run("measure", "nps", "--out", str(link), cwd=airport).returncode == 0
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("Net Promoter Score, 2017")
