"""What a killed process held comes back at once; what a living one holds does not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from milepost import clock
from milepost.server.models import Import, Notice
from milepost.server.worker import processes
from milepost.server.worker.processes import gone, this_process
from milepost.server.worker.queue import IMPORTS, NOTICES, return_orphaned, worker_name
from milepost.server.worker.returning import return_claims

NAMED = "from milepost.server.worker.processes import this_process\nprint(this_process(), flush=True); input()"

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux's /proc")


@pytest.fixture
def other() -> Iterator[subprocess.Popen[str]]:
    """Another process of this machine, which has said its name."""
    process = subprocess.Popen(
        [sys.executable, "-c", NAMED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def _name(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)


def _import(worker: str) -> Import:
    return Import.objects.create(
        file_name="a.csv", path="imports/a.csv", state="running", claimed_by=worker,
        claimed_at=clock.now(),
    )  # fmt: skip


def test_a_process_is_gone_once_it_was_killed_even_if_nobody_has_looked(
    other: subprocess.Popen[str],
) -> None:
    name = _name(other)
    assert not gone(name)
    _kill(other)
    assert gone(name)
    other.wait()
    assert gone(name)


def test_this_process_is_not_gone() -> None:
    assert not gone(this_process())
    assert not gone(worker_name())


def test_a_number_that_another_process_has_by_now_is_told_by_its_start() -> None:
    host, number, place, began = this_process().split(":")
    earlier = f"{int(began, 16) - 1:x}"
    assert gone(f"{host}:{number}:{place}:{earlier}:abcd")


@pytest.mark.parametrize("part", [0, 2])
def test_of_other_machines_and_containers_nothing_is_known(
    part: int, other: subprocess.Popen[str]
) -> None:
    parts = _name(other).split(":")
    _kill(other)
    parts[part] = "another"
    assert not gone(":".join(parts))


@pytest.mark.parametrize("name", ["", "w", "host:12:ab12", "host:x:y:z:0", f"{processes.host()}:1"])
def test_names_of_another_form_are_nobody_known(name: str) -> None:
    assert not gone(name)


@pytest.mark.django_db
def test_what_a_killed_process_held_returns_and_what_others_hold_stays(
    other: subprocess.Popen[str],
) -> None:
    dead, living, elsewhere = (
        _import(f"{_name(other)}:aa"),
        _import(worker_name()),
        _import("h:1:a"),
    )
    assert return_orphaned(IMPORTS) == 0
    _kill(other)
    return_claims("w")
    states = {one.pk: (one.state, one.claimed_by) for one in Import.objects.all()}
    assert states[dead.pk] == ("waiting", "")
    assert states[living.pk] == ("running", living.claimed_by)
    assert states[elsewhere.pk] == ("running", "h:1:a")


@pytest.mark.django_db
def test_every_queue_gives_back_what_a_killed_process_held(other: subprocess.Popen[str]) -> None:
    now = clock.now()
    Notice.objects.create(
        kind="test", subject_key="a", to="a@b.example", due_at=now, state="claimed",
        claimed_by=f"{_name(other)}:aa", claimed_at=now,
    )  # fmt: skip
    _kill(other)
    assert return_orphaned(NOTICES) == 1
    assert Notice.objects.get().state == "waiting"
