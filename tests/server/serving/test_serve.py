"""`milepost serve` as its host meets it: started, started twice, updated, ended and killed."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.server.serving.conftest import (
    POSTGRES,
    Place,
    Running,
    empty,
    free_port,
    listens,
    served,
    until,
)

Begin = Callable[..., Running]

# A server that has everything but one table, as an older release would have left it.
OLDER = "from django.core.management import call_command as call\ncall('migrate', 'sessions', 'zero', verbosity=0)"
NEWER = (
    "from django.db.migrations.recorder import MigrationRecorder as R\n"
    "from django.db import connection\nR(connection).record_applied('server', '9999_of_later')"
)
COMPANY = "from milepost.server.models import Company\n"
NAMED = COMPANY + "Company.objects.update_or_create(pk=1, defaults={{'name': '{}'}})"
NAME = COMPANY + "print(Company.objects.get(pk=1).name)"


def files(folder: Path) -> dict[str, bytes]:
    """What lies in a folder, but for what SQLite writes even for a reader."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def made(place: Place) -> None:
    place.python("from milepost.server.migrating import bring_up; bring_up()")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Running]]:
    """A server in what was an empty folder, for tests that only look."""
    with empty(tmp_path_factory.mktemp("fresh") / "project") as place, served(place) as running:
        yield place, running


def test_an_empty_folder_becomes_a_server(fresh: tuple[Place, Running]) -> None:
    _, running = fresh

    status, body = running.get("/health")
    assert status == 200
    assert json.loads(body)["status"] == "ok"
    until(lambda: json.loads(running.get("/health")[1])["workers"] == 1)


def test_its_first_administrator_gets_a_link_that_opens(fresh: tuple[Place, Running]) -> None:
    _, running = fresh
    origin = f"http://127.0.0.1:{running.port}"

    told = running.out.read_text()
    assert origin in told
    link = next(line for line in told.splitlines() if "first administrator" in line).split()[-1]
    assert link.startswith(f"{origin}/")
    assert running.get(link.removeprefix(origin))[0] == 200


def test_what_is_the_servers_own_is_nobody_elses_to_read(fresh: tuple[Place, Running]) -> None:
    own = fresh[0].folder / ".milepost"

    assert stat.S_IMODE(own.stat().st_mode) == 0o700
    for name in ("secret_key", *(() if POSTGRES else ("milepost.db",))):
        assert stat.S_IMODE((own / name).stat().st_mode) == 0o600


def test_the_first_plan_is_one_that_check_takes(fresh: tuple[Place, Running]) -> None:
    checked = fresh[0].run("check")

    assert checked.returncode == 0, checked.stderr


def test_a_second_server_in_the_folder_is_refused_in_one_line(
    fresh: tuple[Place, Running],
) -> None:
    second = fresh[0].run("serve", "--port", str(free_port()))

    assert second.returncode == 2
    assert second.stderr.count("\n") == 1
    assert "another 'milepost serve'" in second.stderr


def test_a_doctor_looks_at_a_server_that_runs(fresh: tuple[Place, Running]) -> None:
    asked = fresh[0].run("doctor", "--format", "json")

    found = {finding["about"]: finding["grade"] for finding in json.loads(asked.stdout)}
    assert found["workers"] == found["database"] == found["migrations"] == found["files"] == "ok"


def test_a_plan_that_is_there_stays_as_it_is(begin: Begin, place: Place) -> None:
    plan = place.folder / "milepost.yaml"
    plan.write_text("company: {name: Ours}\n")

    begin()
    assert plan.read_text() == "company: {name: Ours}\n"


def test_a_port_in_use_is_refused_before_anything_is_made(place: Place) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = place.run("serve", "--port", str(port))

    assert refused.returncode == 2
    assert refused.stderr == (
        f"milepost: port {port} of 127.0.0.1 is in use; end what listens there,"
        " or choose another with --port\n"
    )
    assert not (place.folder / "milepost.yaml").exists()


def test_a_dry_run_changes_nothing(place: Place) -> None:
    empty = place.run("serve", "--dry-run")
    assert empty.returncode == 0, empty.stderr
    assert "would make the database" in empty.stdout
    assert files(place.folder) == {}

    made(place)
    place.python(OLDER)
    before = files(place.folder)
    older = place.run("serve", "--dry-run")
    assert "would migrate sessions.0001_initial" in older.stdout
    assert "Create model Session" in older.stdout
    assert files(place.folder) == before
    assert "would migrate" in place.run("serve", "--dry-run").stdout


def test_a_database_of_before_is_copied_and_brought_up(begin: Begin, place: Place) -> None:
    made(place)
    place.python(OLDER)

    running = begin()
    assert running.get("/health")[0] == 200
    assert "Backup before" in running.out.read_text()
    assert len(list((place.folder / ".milepost" / "backups").iterdir())) == 1
    assert "up to date" in place.run("serve", "--dry-run").stdout


def test_a_database_of_before_is_not_touched_where_it_cannot_be_copied(place: Place) -> None:
    made(place)
    place.python(OLDER)
    # A file where the folder of backups would be.
    (place.folder / ".milepost" / "backups").write_text("")

    refused = place.run("serve", "--port", str(free_port()))
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "nothing is changed" in refused.stderr
    assert "would migrate sessions" in place.run("serve", "--dry-run").stdout


def test_a_database_of_a_later_program_is_refused(place: Place) -> None:
    made(place)
    place.python(NEWER)

    # Of their own: the demo of `make demo` may listen at the usual one.
    port = ("--port", str(free_port()))
    for words in (("serve", *port), ("serve", "--dry-run", *port), ("worker",)):
        refused = place.run(*words)
        assert refused.returncode == 2
        assert refused.stderr.count("\n") == 1
        assert "newer than this program (it knows server.9999_of_later)" in refused.stderr


def test_a_backup_gives_back_what_was(begin: Begin, place: Place) -> None:
    running = begin()
    place.python(NAMED.format("Before"))
    copied = place.run("backup")
    assert copied.returncode == 0, copied.stderr
    place.python(NAMED.format("After"))
    assert running.end() == 0

    restore(place, Path(copied.stdout.strip()))
    assert place.python(NAME).stdout == "Before\n"
    assert begin().get("/health")[0] == 200


def restore(place: Place, copy: Path) -> None:
    """As docs/hosting.md says."""
    import subprocess

    if POSTGRES:
        url = place.environ["MILEPOST_DATABASE_URL"]
        words = ["pg_restore", "--clean", "--if-exists", "--no-owner", f"--dbname={url}", str(copy)]
        subprocess.run(words, check=True, capture_output=True)
        return
    own = place.folder / ".milepost"
    for left in own.glob("milepost.db-*"):
        left.unlink()
    (own / "milepost.db").write_bytes(copy.read_bytes())


def test_a_killed_parent_takes_its_child_along(begin: Begin) -> None:
    running = begin()

    running.end(signal.SIGKILL)
    until(lambda: not listens(running.port))
    # What held the folder is gone too.
    assert begin().get("/health")[0] == 200


def test_a_killed_child_ends_the_server_so_that_it_is_started_anew(begin: Begin) -> None:
    running = begin()
    children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children")
    (child,) = map(int, children.read_text().split())

    os.kill(child, signal.SIGKILL)
    assert running.process.wait(60) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_in_flight_is_answered_before_the_end(begin: Begin, number: int) -> None:
    running = begin()
    with closing(HTTPConnection("127.0.0.1", running.port, timeout=20)) as connection:
        connection.putrequest("POST", "/sign-in")
        connection.putheader("Content-Type", "application/x-www-form-urlencoded")
        connection.putheader("Content-Length", "10")
        # With this cookie the form is read, in which the token is then missing.
        connection.putheader("Cookie", f"csrftoken={'x' * 32}")
        connection.endheaders(b"email")
        time.sleep(0.5)

        running.process.send_signal(number)
        until(lambda: not listens(running.port))
        assert select.select([connection.sock], [], [], 1) == ([], [], []), "answered too early"
        connection.send(b"=abcd")
        answer = connection.getresponse()
        assert answer.status == 403
        assert answer.read()
    assert running.process.wait(20) == 0
    assert "worker ended" in running.log.read_text()


def test_the_logs_hold_no_token_and_no_address(begin: Begin, place: Place) -> None:
    running = begin(MILEPOST_LOG_LEVEL="debug")
    token = "Zk3vP0w9yQm1x7Rr2LtS8A"
    for path in (f"/a/{token}", f"/nowhere/{token}?to=ada@example.com", f"/u/{token}"):
        running.get(path, Referer="https://x.example/ada@example.com", Cookie=f"milepost={token}")
    running.end()

    lines = [json.loads(line) for line in running.log.read_text().splitlines()]
    asked = [line for line in lines if line["event"] == "request"]
    assert len(asked) >= 3
    assert all({"time", "level", "request", "route", "status", "ms"} <= set(line) for line in asked)
    assert token not in running.log.read_text()
    assert "ada@" not in running.log.read_text()


def test_a_worker_beside_a_server_that_has_none(begin: Begin, place: Place) -> None:
    running = begin(MILEPOST_WORKER="off")
    time.sleep(1)
    assert json.loads(running.get("/health")[1])["workers"] == 0
    assert "worker began" not in running.log.read_text()


def test_a_file_of_several_pieces_arrives_whole(begin: Begin) -> None:
    sheet = ROOT / "src/milepost/server/static/milepost/site.css"
    assert sheet.stat().st_size > 4_096
    assert begin().get("/static/milepost/site.css") == (200, sheet.read_bytes())
