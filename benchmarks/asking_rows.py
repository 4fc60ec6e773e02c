"""What the asking cases do in the database of an open project folder."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from milepost import clock
from milepost.channels.email.compose import compose
from milepost.server.databases import writing
from milepost.server.mailing import invitation_mail, sender_of
from milepost.server.models import (
    Company,
    Decision,
    Invitation,
    Message,
    Person,
    Program,
    Survey,
    Version,
)
from milepost.server.worker.deciding import decide as decide_all

Figures = dict[str, Any]
_COLUMNS = (
    "key", "external_id", "email", "name", "name_key", "surname_key", "locale", "time_zone",
    "account", "account_key", "attributes", "preferred_channel", "consent", "status",
    "status_reason", "test", "last_asked_at", "created_at", "updated_at",
)  # fmt: skip
_READ = """
    SELECT id, status, email, phone, consent, preferred_channel, time_zone, account, test,
           last_asked_at, created_at
    FROM server_person WHERE id > %s ORDER BY id LIMIT 2000
"""
_WRITE = """
    INSERT INTO server_decision (program_id, person_id, asked, reason, detail, until, since)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""
_ZONES = ("", "Europe/London", "America/New_York", "Asia/Tokyo")
_BATCH = 20_000
_WORKER = "import sys; from pathlib import Path; from milepost.server.opening import open_server; open_server(Path(sys.argv[1])); from milepost.server.worker.sending import send\nwhile send('w' + sys.argv[2]): pass"


def write(people: int) -> Figures:
    """The company, its people, a survey and a program every 90 days."""
    call_command("migrate", verbosity=0)
    call_command("flush", verbosity=0, interactive=False)
    now = clock.now()
    Company.objects.create(pk=1, sender_address="feedback@example.com")
    survey = _survey()
    Program.objects.create(
        name="relationship", title="Relationship", survey=survey, active=True, decide_at=now,
        document={
            "name": "relationship", "kind": "relationship", "survey": "nps", "survey_type": "nps",
            "channels": ["email"], "every_days": 90, "starts_on": now.date().isoformat(),
        },
    )  # fmt: skip
    started = time.perf_counter()
    for first in range(0, people, _BATCH):
        _people(range(first, first + _BATCH), now)
    return {"seconds": [time.perf_counter() - started], "people": people}


def by_hand() -> Figures:
    """What somebody would write who needs no rules: read every person, keep one row about each."""
    program = Program.objects.get().pk
    now = connection.ops.adapt_datetimefield_value(clock.now())
    started, worked, last = time.perf_counter(), time.process_time(), 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_READ, [last])
            rows = cursor.fetchall()
        if not rows:
            break
        last = rows[-1][0]
        made = [(program, row[0], False, "not_due", "{}", now, now) for row in rows]
        with writing(), connection.cursor() as cursor:
            cursor.executemany(_WRITE, made)
    found = {
        "seconds": [time.perf_counter() - started], "processor": [time.process_time() - worked]
    }  # fmt: skip
    Decision.objects.all()._raw_delete("default")
    return found


def decide() -> Figures:
    """Seconds of a first round, of the next one, of one on the next day, and of one by another rule."""
    now = clock.now()
    rounds = [
        _round(moment)
        for moment in (now, now + timedelta(minutes=10), now + timedelta(days=1))
    ]  # fmt: skip
    program = Program.objects.get()
    program.document["every_days"] = 120
    program.save()
    rounds.append(_round(now + timedelta(days=1, minutes=10)))
    return {
        "seconds": [seconds for seconds, _ in rounds],
        "processor": [processor for _, processor in rounds],
        "people": Person.objects.count(), "decisions": Decision.objects.count(),
        "invitations": Invitation.objects.count(), "counts": Program.objects.get().counts,
        "database": connection.vendor,
    }  # fmt: skip


def _round(moment: datetime) -> tuple[float, float]:
    """Wall and processor seconds of a round at a moment."""
    Program.objects.update(decide_at=moment)
    with clock.at(moment):
        started, worked = time.perf_counter(), time.process_time()
        decide_all("benchmark")
        return time.perf_counter() - started, time.process_time() - worked


def letter() -> bytes:
    """One invitation as it goes over the wire."""
    _ready()
    survey = Survey.objects.get()
    made = Invitation(
        survey=survey, version=survey.current, person=Person.objects.first(), due_at=clock.now()
    )
    company = Company.load()
    sender = sender_of(company)
    assert sender is not None
    mail = invitation_mail(Message(invitation=made), company=company, sender=sender)
    return compose(mail).as_bytes()


def mails(count: int, workers: int) -> Figures:
    """Seconds that so many workers take for so many invitations, their starts left out."""
    _ready()
    _due(Survey.objects.get(), count)
    command = [sys.executable, "-c", _WORKER, str(settings.FOLDER)]
    running = [subprocess.Popen([*command, str(number)]) for number in range(workers)]
    for worker in running:
        worker.wait()
    sent = list(
        Message.objects.filter(state="sent").order_by("sent_at").values_list("sent_at", flat=True)
    )[-count:]
    first, last = sent[0], sent[-1]
    assert first is not None
    assert last is not None
    return {"seconds": [(last - first).total_seconds()], "mails": len(sent)}


def _ready() -> None:
    call_command("migrate", verbosity=0)
    Company.objects.get_or_create(pk=1, defaults={"sender_address": "feedback@example.com"})
    if not Survey.objects.exists():
        _survey()
    if not Person.objects.exists():
        _people(range(_BATCH), clock.now())


def _survey() -> Survey:
    document = {"name": "nps", "title": "NPS", "type": "nps"}
    survey = Survey.objects.create(name="nps", title="NPS", document=document)
    survey.current = Version.objects.create(
        survey=survey, number=1, fingerprint="benchmark", document=document
    )
    survey.save()
    return survey


def _due(survey: Survey, count: int) -> None:
    now = clock.now()
    people = Person.objects.order_by("pk")[:count]
    made = [
        Invitation(survey=survey, version=survey.current, person=person, due_at=now)
        for person in people
    ]
    with writing():
        Invitation.objects.bulk_create(made)
        Message.objects.bulk_create(Message(invitation=each, due_at=now) for each in made)


def _people(numbers: range, now: datetime) -> None:
    names = ", ".join(_COLUMNS)
    marks = ", ".join(["%s"] * len(_COLUMNS))
    with writing(), connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO server_person ({names}) VALUES ({marks})", list(_made(numbers, now))
        )


def _made(numbers: range, now: datetime) -> Iterator[tuple[Any, ...]]:
    """Every other person was asked in the last 89 days."""
    adapt = connection.ops.adapt_datetimefield_value
    known = adapt(now - timedelta(days=200))
    for number in numbers:
        asked = adapt(now - timedelta(days=number % 89, hours=1)) if number % 2 else None
        key = uuid4()
        yield (
            key.hex if connection.vendor == "sqlite" else key, f"c-{number}",
            f"person{number}@example.com", f"Ada Lovelace {number}", f"ada lovelace {number}",
            f"{number}", "en", _ZONES[number % 4], f"account-{number % 50_000}",
            f"account-{number % 50_000}",
            '{"country": "DK", "plan": "pro"}', "", "{}", "active", "", False, asked, known, known,
        )  # fmt: skip
