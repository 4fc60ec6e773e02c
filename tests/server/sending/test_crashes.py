"""Workers of their own that send, and that are killed while they do: on a database of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from .conftest import Mailbox, waits
from .test_coming_back import report

_PEOPLE = 60
_SET_UP = """
import sys
from pathlib import Path
from milepost.server.opening import open_server
open_server(Path(sys.argv[1]))
from django.core.management import call_command
call_command("migrate", verbosity=0)
from milepost import clock
from milepost.server.models import Company, Invitation, Message, Person, Survey, Version
Company.objects.create(pk=1, name="Northwind", sender_address="feedback@northwind.example")
document = {"name": "nps", "title": "NPS", "type": "nps"}
survey = Survey.objects.create(name="nps", title="NPS", document=document)
survey.current = Version.objects.create(survey=survey, number=1, fingerprint="x", document=document)
survey.save()
for number in range(int(sys.argv[2])):
    person = Person.objects.create(email=f"person{number}@example.com")
    made = Invitation.objects.create(survey=survey, version=survey.current, person=person, due_at=clock.now())
    Message.objects.create(invitation=made, due_at=clock.now())
"""
_SEND = """
import sys
from pathlib import Path
from milepost.server.opening import open_server
open_server(Path(sys.argv[1]))
from milepost.server.worker.sending import send
print("ready", flush=True)
while send(sys.argv[2]):
    pass
"""
_RETURN = """
import sys
from datetime import timedelta
from pathlib import Path
from milepost.server.opening import open_server
open_server(Path(sys.argv[1]))
from milepost import clock
from milepost.server.worker.queue import MESSAGES, return_stale
print(return_stale(MESSAGES, now=clock.now() + timedelta(minutes=11)))
"""
_TELL = """
import sys
from pathlib import Path
from milepost.server.opening import open_server
open_server(Path(sys.argv[1]))
from django.db.models import Sum
from milepost.server.models import Invitation, Message
print(Message.objects.filter(state="sent").count(), Invitation.objects.aggregate(n=Sum("repeats"))["n"])
"""
_BOUNCED = """
import sys
from pathlib import Path
from milepost.server.opening import open_server
open_server(Path(sys.argv[1]))
from milepost.server.models import Person
print(*Person.objects.filter(status="bounced").values_list("email", flat=True))
"""


class Place:
    """A project folder whose processes send to a mail server."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        own = {
            name: value for name, value in os.environ.items() if not name.startswith("MILEPOST_")
        }
        self.environ = own | {
            "MILEPOST_SMTP_HOST": "127.0.0.1", "MILEPOST_SMTP_PORT": str(port),
            "MILEPOST_SMTP_SECURITY": "none", "MILEPOST_LOG_LEVEL": "error",
        }  # fmt: skip

    def start(self, code: str, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", code, str(self.folder), *words]
        return subprocess.Popen(command, env=self.environ, stdout=subprocess.PIPE, text=True)

    def run(self, code: str, *words: str) -> str:
        process = self.start(code, *words)
        told, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        return told.strip()


@pytest.fixture
def place(tmp_path: Path, mailbox: Mailbox) -> Place:
    """A folder with sixty people who are due."""
    made = Place(tmp_path, mailbox.port)
    made.run(_SET_UP, str(_PEOPLE))
    return made


def test_two_workers_send_every_mail_once(place: Place, mailbox: Mailbox) -> None:
    workers = [place.start(_SEND, name) for name in ("a", "b")]
    for worker in workers:
        worker.communicate(timeout=120)
    assert Counter(mailbox.addresses) == {f"person{n}@example.com": 1 for n in range(_PEOPLE)}
    assert place.run(_TELL) == f"{_PEOPLE} 0"


def test_a_worker_killed_while_it_sends_loses_nothing_and_its_repeats_are_counted(
    place: Place, mailbox: Mailbox
) -> None:
    slow = lambda server, address: time.sleep(0.02)  # noqa: E731
    mailbox.on_data = slow
    worker = place.start(_SEND, "killed")
    waits(lambda: len(mailbox.mails) >= 25)
    os.kill(worker.pid, signal.SIGKILL)
    worker.communicate()
    returned = int(place.run(_RETURN))
    assert 0 < returned <= 20
    place.run(_SEND, "next")
    came = Counter(mailbox.addresses)
    assert set(came) == {f"person{n}@example.com" for n in range(_PEOPLE)}
    sent, repeats = map(int, place.run(_TELL).split())
    assert sent == _PEOPLE
    # A crash swallows which of the claimed were handed over: all of them are counted.
    assert repeats == returned
    assert 0 < sum(came.values()) - _PEOPLE <= repeats


def test_the_command_reads_a_bounce_from_its_input(place: Place, mailbox: Mailbox) -> None:
    place.run(_SEND, "a")
    message_id = str(mailbox.mails[0]["Message-ID"])
    address = mailbox.to[0]
    raw = report(message_id, status="5.1.1", said="550 5.1.1 user unknown")
    command = [sys.executable, "-c", "from milepost.cli import main; main()", "bounces"]
    done = subprocess.run(
        [*command, "--folder", str(place.folder)], input=raw, env=place.environ,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.decode()) == (0, "1 bounced\n")
    assert place.run(_BOUNCED) == address
    missing = subprocess.run(
        [*command, "--folder", str(place.folder), "none"], env=place.environ,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert missing.returncode != 0
    assert missing.stderr.decode().count("\n") == 1
