"""A worker's two lanes: what is slow holds nothing up, and neither lane ends the other."""

from __future__ import annotations

import json
import logging
from threading import Event, Thread, current_thread

import pytest

from milepost.server.actions.notices import letter
from milepost.server.actions.notices import tell as note
from milepost.server.models import Beat, Notice
from milepost.server.posting import Unreachable
from milepost.server.worker.beating import beat
from milepost.server.worker.duties import DUTIES, Duty
from milepost.server.worker.loop import Turn, run, take
from milepost.server.worker.noticing import tell
from tests.server.sending.conftest import Mailbox, waits
from tests.server.serving.conftest import Place

# Fifty thousand people are decided about while answers come in; the longest that one waited.
ANSWERED = """
import json, time
from datetime import timedelta
from threading import Thread
from milepost import clock
from milepost.server.migrating import bring_up
bring_up()
from milepost.programs.surveys.document import parse
from milepost.programs.surveys.versions import version_of
from milepost.server.actions.answers import Posted, keep
from milepost.server.models import Company, Decision, Invitation, Person, Program, Response, Survey, Version
from milepost.server.queries.asked import personal
from milepost.server.worker.deciding import decide
Company.objects.create(pk=1, sender_address="feedback@example.com")
data = {"name": "nps", "title": "NPS", "type": "nps"}
survey = Survey.objects.create(name="nps", title="NPS", document=data)
survey.current = Version.objects.create(survey=survey, number=1, fingerprint=version_of(parse(data)), document=data)
survey.save()
now = clock.now()
Person.objects.bulk_create(
    [Person(external_id=str(n), email=f"p{n}@example.com", last_asked_at=now - timedelta(days=n % 89)) for n in range(50_000)],
    batch_size=5_000,
)
Program.objects.create(
    name="r", title="R", survey=survey, active=True, decide_at=now,
    document={"name": "r", "kind": "relationship", "survey": "nps", "survey_type": "nps",
              "channels": ["email"], "every_days": 90, "starts_on": now.date().isoformat()},
)
asked = [
    Invitation.objects.create(survey=survey, version=survey.current, person_id=n, state="sent", due_at=now, sent_at=now)
    for n in range(1, 301)
]
deciding = Thread(target=decide, args=("w",))
deciding.start()
waited = []
for number, invitation in enumerate(asked):
    began = time.monotonic()
    keep(personal(invitation.token), Posted(nonce=f"n{number}", step="first", form={"score": "9"}))
    waited.append(time.monotonic() - began)
    if not deciding.is_alive():
        break
deciding.join()
print(json.dumps({"longest": max(waited), "during": len(waited), "kept": Response.objects.count(), "decided": Decision.objects.count()}))
"""


class Ended:
    """Runs duties in a worker until a test is over."""

    def __init__(self, *duties: Duty) -> None:
        self.stop = Event()
        given = {"duties": duties, "worker": "w"}
        self.thread = Thread(target=run, args=(self.stop,), kwargs=given)

    def __enter__(self) -> Ended:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(30)
        assert not self.thread.is_alive()


def test_what_tells_and_sends_never_waits_for_what_is_slow() -> None:
    lanes = {duty.name: duty.lane for duty in DUTIES}
    quick = {name for name, lane in lanes.items() if lane == "quick"}
    assert quick == {"beat", "return stale claims", "tell colleagues", "send"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("company")
def test_a_notice_goes_while_a_slow_duty_blocks(mailbox: Mailbox) -> None:
    may_end, began = Event(), Event()

    def block(worker: str) -> bool:
        began.set()
        may_end.wait(30)
        return False

    with Ended(Duty("block", 1, block, "slow"), Duty("tell", 0.1, tell)):
        assert began.wait(60)
        note(
            "reset",
            to="ann@northwind.example",
            subject_key="r",
            content=letter("Hello", lines=["x"]),
        )
        waits(lambda: mailbox.mails, seconds=60)
        assert not may_end.is_set()
        may_end.set()
    assert Notice.objects.get().state == "sent"


@pytest.mark.django_db(transaction=True)
def test_a_lane_that_fails_leaves_the_other_alone_and_both_end_in_order() -> None:
    where: dict[str, list[str]] = {"slow": [], "quick": []}

    def fail(worker: str) -> bool:
        where["slow"].append(current_thread().name)
        raise ValueError("broken")

    def work(worker: str) -> bool:
        where["quick"].append(current_thread().name)
        return beat(worker)

    with Ended(Duty("fail", 0.1, fail, "slow"), Duty("work", 0.1, work)):
        waits(lambda: len(where["quick"]) > 3 and where["slow"], seconds=60)
    assert set(where["quick"]).isdisjoint(where["slow"])
    assert not Beat.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_a_lane_has_at_hand_is_finished_before_the_worker_ends() -> None:
    begun, may_end, ended = Event(), Event(), []

    def slow(worker: str) -> bool:
        begun.set()
        may_end.wait(60)
        ended.append(worker)
        return True

    with Ended(Duty("slow", 1, slow, "slow"), Duty("quick", 0.1, lambda worker: False)) as worker:
        assert begun.wait(60)
        worker.stop.set()
        worker.thread.join(0.3)
        assert worker.thread.is_alive()
        may_end.set()
    assert ended == ["w"]


def test_a_mail_server_that_is_away_is_asked_ever_less_often(
    caplog: pytest.LogCaptureFixture,
) -> None:
    away = [True]

    def send(worker: str) -> bool:
        if away[0]:
            raise Unreachable("refused")
        return False

    now, turn = [0.0], Turn(Duty("send", 5, send))
    rests = []
    with caplog.at_level(logging.WARNING, "milepost.worker"):
        for _ in range(6):
            take(turn, "w", lambda: now[0])
            rests.append(turn.due - now[0])
            now[0] = turn.due
    assert rests == [30, 60, 120, 240, 300, 300]
    assert [record.getMessage() for record in caplog.records] == ["mail server not reachable"] * 6
    assert not any(record.exc_info for record in caplog.records)
    away[0] = False
    take(turn, "w", lambda: now[0])
    assert (turn.due - now[0], turn.failures) == (5, 0)


def test_answers_are_kept_while_a_round_runs(place: Place) -> None:
    found = json.loads(place.python(ANSWERED).stdout.splitlines()[-1])
    assert found["decided"] == 50_000
    assert found["kept"] == found["during"] > 5
    # Measured: a twentieth of a second. A machine with much else to do is given more.
    assert found["longest"] < 5, found
