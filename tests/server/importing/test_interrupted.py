"""Imports that are cut short, run beside each other or taken over: what is counted is what is kept."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from milepost import clock
from milepost.server.actions.imports import LostError, enqueue, remap
from milepost.server.importing import running
from milepost.server.importing.running import run
from milepost.server.models import Import, Person
from milepost.server.worker.importing import take_in

from .conftest import Runs, counts_of

RECORDS = 9_000
BEGIN = """
import sys
from pathlib import Path
from milepost.server.opening import open_server
settings = open_server(Path(sys.argv[1]))
from milepost.server.migrating import bring_up
bring_up()
from milepost.server.actions import imports
from milepost.server.importing.previewing import guessed
from milepost.server.importing.running import run
from milepost.server.models import Import
file = Path(sys.argv[2])
job = Import.objects.first()
if job is None:
    job = imports.receive(file.name, [file.read_bytes()], kind="people", suffix=".csv", own=settings.own, most=1 << 30)
    imports.remap(job, guessed(file, "people", region="DK", time_zone="UTC").to_json())
    imports.take(job, "first")
print("running", flush=True)
run(job, "first", settings.own)
"""


def _content() -> str:
    """Every tenth record is refused, every tenth merged into the one before."""
    lines = ["customer id,email"]
    for number in range(RECORDS):
        last = number % 10
        lines.append(
            f"k{number - 1},merged{number}@example.com" if last == 1
            else f",wrong{number}" if last == 2
            else f"k{number},user{number}@example.com"
        )  # fmt: skip
    return "\n".join(lines) + "\n"


def _process(folder: Path, file: Path) -> subprocess.Popen[str]:
    environ = os.environ | {"MILEPOST_FOLDER": str(folder)}
    environ.pop("MILEPOST_DATABASE_URL", None)
    arguments = [sys.executable, "-c", BEGIN, str(folder), str(file)]
    return subprocess.Popen(arguments, env=environ, stdout=subprocess.PIPE, text=True)


def _ask(folder: Path, text: str) -> tuple[object, ...]:
    with sqlite3.connect(folder / ".milepost" / "milepost.db", timeout=30) as database:
        row: tuple[object, ...] = database.execute(text).fetchone()
    return row


@pytest.mark.slow
def test_an_import_killed_again_and_again_ends_as_if_never_touched(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(_content())
    killed = 0
    for pause in (0.3, 0.6, 0.2):
        process = _process(tmp_path, file)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        process.stdout.close()
    assert killed >= 1
    process = _process(tmp_path, file)
    process.communicate()
    assert process.returncode == 0
    read, state, counts = _ask(tmp_path, "SELECT read, state, counts FROM server_import")
    assert (read, state) == (RECORDS, "done")
    outcome = Counter(json.loads(str(counts))["counts"])
    tenth = RECORDS // 10
    assert +outcome == {"new": RECORDS - 2 * tenth, "merged": tenth, "rejected": tenth}
    assert _ask(tmp_path, "SELECT count(*), count(DISTINCT external_id) FROM server_person") == (
        RECORDS - 2 * tenth,
        RECORDS - 2 * tenth,
    )
    (rejects,) = (tmp_path / ".milepost" / "imports").glob("*.rejects.csv")
    assert len(rejects.read_text().splitlines()) == tenth + 1


def test_lines_of_a_batch_that_was_not_kept_leave_the_reject_file(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = runs.begin(runs.receive("email\nwrong\nada@example.com\n"))
    with monkeypatch.context() as broken:
        broken.setattr(running, "advance", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run(job, "tester", runs.own)
    assert (Person.objects.count(), len(runs.rejects(job))) == (0, 1)
    job.refresh_from_db()
    run(job, "tester", runs.own)
    assert (Person.objects.count(), len(runs.rejects(job))) == (1, 1)


def test_two_imports_of_the_same_people_at_once_make_them_once(runs: Runs) -> None:
    content = "email\n" + "".join(f"user{n}@example.com\n" for n in range(50))
    first, second = runs.begin(runs.receive(content)), runs.begin(runs.receive(content))
    done = [run(job, "tester", runs.own, seconds=1e-9) for job in (first, second, first, second)]
    assert done == [False, False, True, True]
    assert Person.objects.count() == 50
    assert [counts_of(job) for job in (first, second)] == [{"new": 50}, {"unchanged": 50}]


def test_a_worker_that_was_replaced_stops_and_keeps_nothing(runs: Runs) -> None:
    job = runs.begin(runs.receive("email\nada@example.com\n"))
    Import.objects.update(claimed_by="another")
    with pytest.raises(LostError):
        run(job, "tester", runs.own)
    assert not Person.objects.exists()


def test_the_worker_takes_in_what_waits_and_only_that(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    own = Path(settings.MILEPOST.own)
    job = Runs(own).receive("email\nada@example.com\nwrong\n")
    remap(job, Runs(own).mapping(job).to_json())
    assert take_in("w") is False
    enqueue(job, rehearse=True)
    assert take_in("w") is True
    job.refresh_from_db()
    assert (job.state, job.total, Person.objects.count()) == ("uploaded", 2, 0)
    assert counts_of(job) == {"new": 1, "rejected": 1}
    enqueue(job)
    assert take_in("w") is True
    assert take_in("w") is False
    job.refresh_from_db()
    assert (job.state, counts_of(job)) == ("done", {"new": 1, "rejected": 1})
    assert job.ended_at is not None
    assert job.ended_at <= clock.now()


def test_a_file_that_breaks_off_ends_as_failed_with_its_reason(runs: Runs) -> None:
    job = runs.receive("email\nada@example.com\n")
    mapping = runs.mapping(job)
    (runs.own / job.path).write_bytes(b"\x89PNG")
    runs.begin(job, mapping)
    assert run(job, "tester", runs.own) is True
    assert job.state == "failed"
    assert "PNG" in job.error
    assert str(runs.own) not in job.error
