"""A company to look at: a million answers in a file, two hundred thousand in the database, and who looks."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command

from milepost.engine.database import connected
from milepost.server.databases import writing
from milepost.server.models import Company, Dirty, Member, Person, Response, Survey, Version
from milepost.server.queries.facts import FACTS
from milepost.server.worker.refreshing import refresh

ANSWERS, STORED, PEOPLE = 1_000_000, 200_000, 50_000
_BATCH = 10_000
_POINTS = ("order", "delivery", "product", "service", "return")
_PLAN = """\
company: {name: Benchmark, timezone: Europe/Copenhagen}
every: month
segments: [country, store]
headline: nps
sources:
  - {name: earlier, fact: responses, from: answers.parquet, attributes: {country: country, store: store},
     columns: {response_id: id, customer_id: who, answered_at: at, touchpoint: point, channel: channel, comment: words},
     questions: [{name: q, type: csat, score: score, scale: [1, 5]}]}
  - {name: answers, fact: responses, from: server}
journeys:
  - name: buy
    touchpoints:
"""
_ROWS = """
COPY (SELECT 'e' || i AS id, 'c-' || (i * 7 % 300000) AS who,
    TIMESTAMP '{first}' + INTERVAL 1 SECOND * (i * 47 % {seconds}) AS at,
    list_extract({points}, 1 + i % {count}) AS point, 1 + (i * 13 % 5) AS score,
    list_extract(['DK', 'SE', 'NO'], 1 + i % 3) AS country, 's' || (i % 40) AS store,
    list_extract(['email', 'link'], 1 + i % 2) AS channel,
    CASE WHEN i % 3 = 0 THEN 'It came a day late, but it came.' END AS words
    FROM range({rows}) AS t(i)) TO '{file}' (FORMAT parquet)
"""


def made(now: datetime) -> str:
    """Fill an open project folder; the session by which a page may be asked for."""
    call_command("migrate", verbosity=0)
    Company.objects.create(pk=1, name="Benchmark", time_zone="Europe/Copenhagen")
    folder: Path = settings.MILEPOST.folder
    _facts(folder, now)
    _stored(now)
    refresh(FACTS[0])
    return _session()


def one_person() -> str:
    """The key of somebody who answered."""
    found = Response.objects.filter(person__isnull=False).select_related("person").earliest("pk")
    return str(found.person.key) if found.person else ""


def _facts(folder: Path, now: datetime) -> None:
    points = "\n".join(
        f"      - {{name: {name}, title: {name.title()}, headline: csat, perception: [csat]}}"
        for name in _POINTS
    )
    days = 540
    text = _ROWS.format(
        first=(now - timedelta(days=days)).strftime("%Y-%m-%d"), seconds=days * 86_400,
        points=list(_POINTS), count=len(_POINTS), rows=ANSWERS, file=folder / "answers.parquet",
    )  # fmt: skip
    with connected() as con:
        con.execute(text).fetchall()
    (folder / "milepost.yaml").write_text(_PLAN + points + "\n", "utf-8")


def _stored(now: datetime) -> None:
    document = {"name": "nps", "title": "NPS", "type": "nps"}
    survey = Survey.objects.create(name="nps", title="NPS", document=document)
    version = Version.objects.create(survey=survey, number=1, fingerprint="b", document=document)
    Survey.objects.update(current=version)
    people = [_person(number) for number in range(PEOPLE)]
    for first in range(0, PEOPLE, _BATCH):
        with writing():
            Person.objects.bulk_create(people[first : first + _BATCH])
    months: set[str] = set()
    for first in range(0, STORED, _BATCH):
        rows = [_response(survey, version, people, n, now) for n in range(first, first + _BATCH)]
        months |= {f"{row.day:%Y-%m}" for row in rows}
        with writing():
            Response.objects.bulk_create(rows)
    Dirty.objects.bulk_create(Dirty(fact="responses", month=month) for month in months)


def _person(number: int) -> Person:
    return Person(
        external_id=f"c-{number}", email=f"person{number}@example.com", name=f"Ada {number}",
        account=f"a{number % 5_000}", attributes={"country": ("DK", "SE", "NO")[number % 3]},
    )  # fmt: skip


def _response(
    survey: Survey, version: Version, people: list[Person], number: int, now: datetime
) -> Response:
    at = now - timedelta(days=1 + number % 530, seconds=number % 40_000)
    return Response(
        survey=survey, version=version, person=people[number % PEOPLE], day=at.date(),
        answered_at=at, score=number * 7 % 11, state="complete", channel="email", locale="en",
        comment="It came a day late, but it came." if number % 3 == 0 else "",
        attributes={"country": ("DK", "SE", "NO")[number % 3], "store": f"s{number % 40}"},
    )  # fmt: skip


def _session() -> str:
    member = Member(email="bench@example.com", name="Bench", role="administrator")
    member.set_unusable_password()
    member.save()
    store: Any = importlib.import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(member.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = member.get_session_auth_hash()
    store.set_expiry(datetime.now(UTC) + timedelta(hours=5))
    store.save()
    return str(store.session_key)
