"""The worker: its claims are its own, its duties go on whatever one of them does, and it ends in order."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest

from milepost import clock
from milepost.server.models import (
    Beat,
    Import,
    Invitation,
    Message,
    Notice,
    Person,
    Program,
    Survey,
    Version,
)
from milepost.server.worker.beating import beat
from milepost.server.worker.duties import Duty
from milepost.server.worker.loop import Turn, run, take
from milepost.server.worker.queue import (
    IMPORTS,
    MESSAGES,
    NOTICES,
    PROGRAMS,
    STALE,
    claim,
    keep,
    release,
    return_stale,
)
from tests.server.serving.conftest import Place

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)

# Each process takes notices three at a time until none is left, and says which it had.
TAKING = """
import time
from milepost.server.worker.queue import NOTICES, claim, release, worker_name
worker, had = worker_name(), []
while rows := claim(NOTICES, worker, limit=3):
    had += [row.pk for row in rows]
    time.sleep(0.01)
    for row in rows:
        assert release(NOTICES, row, worker, state="sent")
print(*had)
"""
FILLING = """
from milepost import clock
from milepost.server.migrating import bring_up
from milepost.server.models import Notice
bring_up()
Notice.objects.bulk_create(Notice(kind='test', subject_key=str(i), to='a@b.example', due_at=clock.now()) for i in range(200))
"""
OPENED = "from pathlib import Path\nfrom milepost.server.opening import open_server\nopen_server(Path())\n"


@pytest.fixture(autouse=True)
def _held() -> object:
    with clock.at(NOW):
        yield


def notice(name: str, *, due: datetime = NOW) -> Notice:
    return Notice.objects.create(kind="test", subject_key=name, to="a@b.example", due_at=due)


def message(ada: Person) -> Message:
    survey = Survey.objects.create(name="s", title="S", document={})
    version = Version.objects.create(survey=survey, number=1, fingerprint="x", document={})
    invitation = Invitation.objects.create(survey=survey, version=version, person=ada, due_at=NOW)
    return Message.objects.create(invitation=invitation, due_at=NOW)


def test_workers_beside_each_other_do_nothing_twice(place: Place) -> None:
    place.python(FILLING)

    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPENED + TAKING], cwd=place.folder, env=place.environ,
            stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    had = [process.communicate(timeout=60)[0].split() for process in processes]
    assert sorted(int(key) for keys in had for key in keys) == list(range(1, 201))
    assert all(process.returncode == 0 for process in processes)


@pytest.mark.django_db
def test_a_claim_takes_what_is_due_the_oldest_first_and_no_more_than_asked() -> None:
    late, later = notice("late", due=NOW - timedelta(hours=1)), notice("now")
    notice("future", due=NOW + timedelta(seconds=1))

    assert claim(NOTICES, "a", limit=1) == [late]
    assert claim(NOTICES, "b", limit=5) == [later]
    assert claim(NOTICES, "c", limit=5) == []
    late.refresh_from_db()
    assert (late.state, late.claimed_by, late.claimed_at) == ("claimed", "a", NOW)


@pytest.mark.django_db
def test_imports_and_programs_are_queues_too() -> None:
    survey = Survey.objects.create(name="s", title="S", document={})
    common = {"title": "P", "survey": survey, "document": {}, "decide_at": NOW}
    program = Program.objects.create(name="p", active=True, **common)
    Program.objects.create(name="paused", active=False, **common)
    uploaded = Import.objects.create(file_name="a.csv", path="x", state="waiting")

    assert claim(PROGRAMS, "a") == [program]
    assert claim(PROGRAMS, "b") == []
    assert claim(IMPORTS, "a") == [uploaded]
    assert claim(IMPORTS, "b") == []
    assert release(PROGRAMS, program, "a", decide_at=NOW + timedelta(hours=1))
    assert claim(PROGRAMS, "b") == []
    assert release(IMPORTS, uploaded, "a", state="done")
    with clock.at(NOW + 2 * STALE):
        assert return_stale(IMPORTS) == return_stale(PROGRAMS) == 0


@pytest.mark.django_db
def test_a_claim_that_nobody_keeps_returns_and_the_old_worker_cannot_record() -> None:
    row = notice("one")
    claim(NOTICES, "dead")

    with clock.at(NOW + STALE):
        assert return_stale(NOTICES) == 0
    with clock.at(NOW + STALE + timedelta(seconds=1)):
        assert return_stale(NOTICES) == 1
        assert claim(NOTICES, "other") == [row]
        assert not keep(NOTICES, row, "dead")
        assert not release(NOTICES, row, "dead", state="failed")
    row.refresh_from_db()
    assert (row.state, row.claimed_by) == ("claimed", "other")


@pytest.mark.django_db
def test_a_claim_that_is_kept_stays() -> None:
    row = notice("one")
    claim(NOTICES, "slow")

    with clock.at(NOW + STALE):
        assert keep(NOTICES, row, "slow")
    with clock.at(NOW + STALE + timedelta(seconds=1)):
        assert return_stale(NOTICES) == 0


@pytest.mark.django_db
def test_a_message_whose_outcome_a_crash_swallowed_is_counted_as_a_repeat(ada: Person) -> None:
    row = message(ada)
    claim(MESSAGES, "dead")

    with clock.at(NOW + STALE * 2):
        assert return_stale(MESSAGES) == 1
    row.refresh_from_db()
    assert (row.state, row.claimed_by, row.invitation.repeats) == ("waiting", "", 1)


@pytest.mark.django_db(transaction=True)
def test_a_duty_that_fails_rests_ever_longer_and_the_others_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    elapsed, stop, tried, done = [0.0], Event(), [], []

    def fails(worker: str) -> bool:
        tried.append(elapsed[0])
        raise ValueError("broken")

    def works(worker: str) -> bool:
        done.append(elapsed[0])
        elapsed[0] += 1
        if elapsed[0] >= 40:
            stop.set()
        return True

    with caplog.at_level(logging.ERROR, "milepost.worker"):
        run(
            stop,
            duties=(Duty("f", 1, fails), Duty("w", 1, works)),
            worker="w",
            elapsed=lambda: elapsed[0],
        )

    assert tried == [0, 2, 6, 14, 30]
    assert len(done) == 40
    assert [record.getMessage() for record in caplog.records] == ["duty failed"] * 5
    assert all(record.exc_info for record in caplog.records)


@pytest.mark.parametrize(("more", "due"), [(True, 100.0), (False, 107.0)])
def test_a_duty_with_more_to_do_is_due_at_once(more: bool, due: float) -> None:
    turn = Turn(Duty("d", 7, lambda worker: more), failures=3)

    take(turn, "w", lambda: 100.0)
    assert (turn.due, turn.failures) == (due, 0)


@pytest.mark.django_db(transaction=True)
def test_the_item_at_hand_is_finished_before_the_end() -> None:
    stop, begun, may_end, ended = Event(), Event(), Event(), []

    def slow(worker: str) -> bool:
        begun.set()
        may_end.wait(60)
        ended.append(worker)
        return True

    thread = Thread(
        target=run, args=(stop,), kwargs={"duties": (Duty("s", 1, slow),), "worker": "w"}
    )
    thread.start()
    begun.wait(60)
    stop.set()
    thread.join(0.3)
    assert thread.is_alive()
    may_end.set()
    thread.join(10)
    assert not thread.is_alive()
    assert ended == ["w"]


@pytest.mark.django_db
def test_a_beat_is_one_row_a_worker_and_old_ones_go() -> None:
    beat("a")
    with clock.at(NOW + timedelta(hours=25)):
        beat("b")
        beat("b")

        assert list(Beat.objects.values_list("worker", "at")) == [("b", clock.now())]
