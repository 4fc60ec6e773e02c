"""The store: what is rebuilt and what is not, two processes at once, and a process that is killed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time

import pyarrow.parquet as pq
import pytest

from milepost.engine import facts, prints
from milepost.engine.project import open_project
from tests.engine.mapping.company import MILEPOST

DAY = {"answered_at": "= make_date(2024, 5, 1)"}


def two(acme):
    acme.put("a.csv", "score\n9\n")
    acme.put("b.csv", "score\n8\n")
    acme.source("a", **{"from": "a.csv"}, columns=DAY)
    acme.source("b", **{"from": "b.csv"}, columns=DAY)


def rebuilt(acme) -> list[str]:
    """The sources that a build had to touch."""
    touched: dict[str, None] = {}
    acme.build(progress=lambda source, step, n: touched.setdefault(source, None))
    return list(touched)


def test_only_what_changed_is_built_anew(acme, monkeypatch):
    two(acme)
    assert rebuilt(acme) == ["a", "b"]
    assert rebuilt(acme) == []
    acme.put("a.csv", "score\n7\n6\n")
    assert rebuilt(acme) == ["a"]
    assert acme.rows("score", name="a") == [7, 6]
    acme.plan["sources"][1]["where"] = "score > 8"
    assert rebuilt(acme) == ["b"]
    acme.plan["company"]["name"] = "Another"
    assert rebuilt(acme) == []
    acme.plan["company"]["timezone"] = "Europe/Rome"
    assert rebuilt(acme) == ["a", "b"]
    monkeypatch.setattr(prints, "__version__", "99")
    assert rebuilt(acme) == ["a", "b"]


def test_a_new_file_under_a_glob_is_a_change(acme):
    acme.put("data/a.csv", "score\n9\n")
    acme.source("a", **{"from": "data/*.csv"}, columns=DAY)
    acme.build()
    acme.put("data/b.csv", "score\n8\n")
    assert rebuilt(acme) == ["a"]
    assert acme.rows("score", name="a") == [9, 8]


def test_a_fact_whose_sources_are_gone_disappears(acme):
    two(acme)
    acme.put("b.csv", "score\nx\n")
    acme.build()
    assert (acme.folder / "store/rejects/b.csv").exists()
    acme.plan["sources"].pop()
    assert list(acme.build()) == ["a"]
    assert list(acme.current()) == ["a"]
    assert not (acme.folder / "store/rejects/b.csv").exists()


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"sources": {"a": {}}}', '{"sources": []}', "\0"]
)
def test_a_record_that_cannot_be_read_is_made_anew(acme, content):
    two(acme)
    acme.put("store/facts/CURRENT.json", content)
    assert rebuilt(acme) == ["a", "b"]


def retyped(data, old: type, new: object):
    """The same data with everything of a type replaced."""
    if isinstance(data, dict):
        return {key: retyped(value, old, new) for key, value in data.items()}
    if isinstance(data, list):
        return [retyped(value, old, new) for value in data]
    return new if isinstance(data, old) and not isinstance(data, bool) else data


@pytest.mark.parametrize(
    ("old", "new"), [(str, 5), (int, "x"), (int, None), ((str, int), None), (str, []), (int, 1.5)]
)
def test_a_record_of_wrong_types_is_made_anew(acme, old, new):
    two(acme)
    acme.build()
    file = acme.folder / "store/facts/CURRENT.json"
    right = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps(retyped(right, old, new)), "utf-8")
    assert rebuilt(acme) == ["a", "b"]
    assert json.loads(file.read_text("utf-8")) == right


def test_a_record_that_never_ends_is_made_anew(acme):
    two(acme)
    file = acme.put("store/facts/CURRENT.json", "[" * 100_000)
    assert rebuilt(acme) == ["a", "b"]
    file.unlink()
    file.symlink_to("/dev/full")
    assert rebuilt(acme) == ["a", "b"]
    assert rebuilt(acme) == []


def test_a_fact_that_somebody_deleted_is_built_anew(acme):
    two(acme)
    acme.build()
    (acme.folder / "store/facts" / acme.current()["a"]["file"]).unlink()
    assert rebuilt(acme) == ["a"]


def test_what_a_killed_process_left_is_swept(acme):
    two(acme)
    acme.put("store/tmp/old/staged.parquet", "x")
    acme.put("store/facts/.a.parquet.123.partial", "x")
    acme.put("store/rejects/.a.csv.123.partial", "x")
    acme.build()
    assert not [*(acme.folder / "store").rglob("*.partial")]
    assert not [*(acme.folder / "store/tmp").iterdir()]


def test_facts_of_an_earlier_state_stay_for_those_who_read_them(acme):
    two(acme)
    acme.build()
    old = acme.folder / "store/facts" / acme.current()["a"]["file"]
    acme.put("a.csv", "score\n1\n")
    acme.build()
    assert old.exists()
    os.utime(old, (0, 0))
    acme.put("a.csv", "score\n2\n")
    acme.build()
    assert not old.exists()


def test_sources_that_bring_nothing_say_why(acme):
    acme.put("header.csv", "score\n")
    acme.put("bad.csv", 'score\nx\n" "\n9\n')
    acme.put("good.csv", "score\n9\n")
    for name in ("header", "bad", "good"):
        acme.source(name, **{"from": f"{name}.csv"}, columns=DAY)
    acme.plan["sources"][1]["where"] = "score is null or score <> '9'"
    found = facts.refresh(open_project(acme.write()))
    assert facts.empty_sources(found) == [
        "'bad' (3 records: 1 excluded, 1 rejected, 1 not answered)",
        "'header' (no records)",
    ]


def test_old_facts_age_from_when_they_are_superseded(acme):
    """Built long ago and read just now, they must outlive the next build."""
    two(acme)
    acme.build()
    old = acme.folder / "store/facts" / acme.current()["a"]["file"]
    os.utime(old, (0, 0))
    acme.put("a.csv", "score\n1\n")
    acme.build()
    assert pq.read_table(old).num_rows == 1


def start(acme, command: str = "check") -> subprocess.Popen[str]:
    plan = str(acme.write())
    return subprocess.Popen(
        [*MILEPOST, command, "--plan", plan, "--format", "json"], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def large(acme, rows: int = 60_000) -> None:
    numbers = random.Random(7)
    lines = "\n".join(f"c{numbers.randrange(9_999)},{numbers.randrange(12)}" for _ in range(rows))
    acme.put("s.csv", "who,score\n" + lines + "\n")
    acme.source(**{"from": "s.csv"}, columns={**DAY, "customer_id": "who"})


def test_two_processes_at_once_do_no_harm(acme):
    large(acme)
    both = [start(acme), start(acme)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert said[0] == said[1]
    assert said[0][1] == ""
    assert len([*(acme.folder / "store/facts").glob("*.parquet")]) == 1
    assert not [*(acme.folder / "store/tmp").iterdir()]


@pytest.mark.slow
def test_a_killed_build_leaves_the_old_facts(acme):
    """Killed at many moments; what CURRENT.json names is always there and whole."""
    landed = 0
    large(acme)
    acme.build()
    old = acme.current()["s"]["file"]
    moments = random.Random(11)
    for attempt in range(8):
        acme.plan["sources"][0]["where"] = f"score > {attempt}"
        process = start(acme)
        time.sleep(moments.uniform(0.3, 2.2))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        landed += process.returncode == -signal.SIGKILL
        current = json.loads((acme.folder / "store/facts/CURRENT.json").read_text("utf-8"))
        file = acme.folder / "store/facts" / current["sources"]["s"]["file"]
        assert pq.read_table(file).num_rows == current["sources"]["s"]["account"]["rows"]
    assert landed
    assert acme.account().adds_up
    assert acme.current()["s"]["file"] != old
    assert not [*(acme.folder / "store").rglob("*.partial")]
    assert not [*(acme.folder / "store/tmp").iterdir()]


KILLED = """
import os, pathlib, signal
from milepost.cli import main
steps, real = iter(range({step})), pathlib.Path.{name}
def step(self, *given, **named):
    if next(steps, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, *given, **named)
pathlib.Path.{name} = step
main()
"""


@pytest.mark.parametrize(
    ("name", "step"), [*(("replace", step) for step in range(3)), ("unlink", 1), ("unlink", 2)]
)
def test_a_kill_between_the_steps_of_publishing(acme, name, step):
    """Killed before each renaming, and while sweeping: the next start works and tidies up."""
    two(acme)
    acme.put("a.csv", "score\n9\nx\n")
    acme.build()
    acme.put("a.csv", "score\n7\nx\n")
    code = KILLED.format(name=name, step=step)
    command = [sys.executable, "-c", code, "check", "--plan", str(acme.write())]
    run = subprocess.run(command, capture_output=True, timeout=120, check=False)
    assert run.returncode == -signal.SIGKILL
    for source in ("a", "b"):
        built = acme.current()[source]
        file = acme.folder / "store/facts" / built["file"]
        assert pq.read_table(file).num_rows == built["account"]["rows"]
    assert acme.account("a").adds_up
    assert acme.rows("score", name="a") == [7]
    acme.put("a.csv", "score\n6\nx\n")
    acme.build()
    assert not [*(acme.folder / "store").rglob("*.partial")]
    assert not [*(acme.folder / "store/tmp").iterdir()]
