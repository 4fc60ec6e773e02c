"""What a command must leave alone: the user's data, the plan, the store; and how it is interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from milepost.engine.facts import damaged, refresh
from milepost.engine.project import open_project
from tests.cli.test_commands import run
from tests.cli.test_terminal import on_screen
from tests.insight.company import answers, company

JOIN = "    as: own\n    join: [{from: 'names*.csv', as: names, keys: {id: id}}]"


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """A company with a look-up, measured once, and links to what is its own."""
    (tmp_path / "names1.csv").write_text("id,name\n1,a\n", encoding="utf-8")
    company(tmp_path, answers(date(2026, 1, 1), [9, 10, 3] * 9), source=JOIN)
    assert run("measure", cwd=tmp_path).returncode == 0
    (tmp_path / "link.csv").symlink_to("survey.csv")
    (tmp_path / "shop").symlink_to("store")
    return tmp_path


def content(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


@pytest.mark.parametrize(
    ("out", "what"),
    [
        ("survey.csv", "data that the plan reads"),
        ("link.csv", "data that the plan reads"),
        ("store/../names1.csv", "data that the plan reads"),
        ("milepost.yaml", "the plan"),
        ("store/a.csv", "in the store"),
        ("store/facts/CURRENT.json", "in the store"),
        ("shop/facts/a.csv", "in the store"),
    ],
)
def test_no_output_replaces_what_is_the_users(acme: Path, out: str, what: str) -> None:
    before = content(acme)
    done = run("measure", "nps", "-o", out, cwd=acme)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"milepost: --out {out}: is {what}")
    assert done.stderr.count("\n") == 1
    assert content(acme) == before


def test_another_output_is_replaced(acme: Path) -> None:
    for _ in range(2):
        assert run("measure", "nps", "-o", "answer.csv", cwd=acme).returncode == 0


def test_columns_have_no_say_in_a_pipe(acme: Path) -> None:
    usual = run("measure", cwd=acme).stdout
    assert usual
    for columns in ("0", "1", "-1"):
        assert run("measure", cwd=acme, COLUMNS=columns).stdout == usual
        assert on_screen("measure", cwd=acme, COLUMNS=columns, NO_COLOR="1").strip()


def test_two_touchpoints_are_refused(acme: Path) -> None:
    done = run("measure", "nps", "-t", "web", "-t", "desk", cwd=acme)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize("keep", [0, 3, 100, -1])
def test_a_fact_cut_short_is_built_anew(acme: Path, keep: int) -> None:
    (file,) = (acme / "store/facts").glob("*.parquet")
    usual, whole = run("measure", cwd=acme).stdout, file.read_bytes()
    file.write_bytes(whole[:keep])
    done = run("measure", cwd=acme)
    assert (done.returncode, done.stdout, done.stderr) == (0, usual, "")
    assert file.stat().st_size == len(whole)


def test_a_fact_damaged_in_the_middle_is_found_and_removed(acme: Path) -> None:
    project = open_project(acme / "milepost.yaml")
    facts = refresh(project)
    assert damaged(project, facts) == []
    file = project.store.facts / facts.built["survey"].file
    data = file.read_bytes()
    file.write_bytes(data[:4] + b"\xff" * (len(data) - 400) + data[len(data) - 396 :])
    assert damaged(project, refresh(project)) == ["survey"]
    assert not file.exists()
    assert damaged(project, refresh(project)) == []


INTERRUPTED = """
import sys
from milepost.cli import commands, main
def stop(*given, **named):
    raise {error}
commands.app = stop
main()
"""


@pytest.mark.parametrize("error", ["KeyboardInterrupt", "RuntimeError('Query interrupted')"])
def test_an_interrupted_command_says_nothing(error: str) -> None:
    code = INTERRUPTED.format(error=error)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


LOADED = """
import os, sys
class Told:
    def find_spec(self, name, *rest):
        if name == "milepost.cli.commands":
            os.write(1, b"!")
sys.meta_path.insert(0, Told())
from milepost.cli import main
main()
"""


@pytest.mark.parametrize("pause", [0.0, 0.02, 0.05, 0.1, 0.2])
def test_ctrl_c_while_it_is_loaded(acme: Path, pause: float) -> None:
    """From the first line of Milepost's own on; Python's own start is not in its hands."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOADED, "measure"], cwd=acme,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    assert os.read(process.stdout.fileno(), 1) == b"!"
    time.sleep(pause)
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert (process.returncode, complaint) in ((130, b""), (0, b""))
