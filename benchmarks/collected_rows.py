"""What the cases of collected facts do in the database of an open project folder."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command

import milepost as mp
from milepost import clock
from milepost.plan.starter import starter
from milepost.server.databases import writing
from milepost.server.models import Company, Dirty, Person, Response, Survey, Version
from milepost.server.queries.facts import FACTS
from milepost.server.worker.refreshing import refresh

Figures = dict[str, Any]
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
_RESPONSES, _, _CUSTOMERS = FACTS
_BATCH = 10_000


def answers(count: int) -> Figures:
    """Seconds to write all answers as facts, to measure them, and for one more answer after that."""
    _company()
    survey = _survey()
    people = list(_made(count // 4, years=1))
    for first in range(0, count, _BATCH):
        with writing():
            Person.objects.bulk_create(people[first : first + _BATCH])
            made = [_response(survey, people, number) for number in range(first, first + _BATCH)]
            Response.objects.bulk_create(made)
            _mark("responses", [each.day for each in made])
    writing_all = _refreshed()
    began = time.perf_counter()
    with clock.at(NOW):
        cells = (
            mp.open(settings.MILEPOST.folder / "milepost.yaml").measure("nps", every="month").cells
        )
    measuring = time.perf_counter() - began
    assert sum(cell.n or 0 for cell in cells) == count
    one = _response(survey, people, count)
    with writing():
        one.save()
        _mark("responses", [one.day])
    return {
        "seconds": [writing_all + measuring], "writing": writing_all, "measuring": measuring,
        "another": _refreshed(), "answers": count,
    }  # fmt: skip


def people(count: int) -> Figures:
    """Seconds to write all people as customers, and for one who changed after that."""
    _company()
    made = _made(count, years=10)
    for _ in range(0, count, _BATCH):
        batch = [person for _, person in zip(range(_BATCH), made, strict=False)]
        with writing():
            Person.objects.bulk_create(batch)
            _mark(
                "customers",
                {each.joined_at.date().replace(day=1) for each in batch if each.joined_at},
            )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = _refreshed()
    _mark("customers", [datetime(2020, 5, 5, tzinfo=UTC).date()])
    return {
        "seconds": [seconds],
        "another": _refreshed(),
        "people": count,
        "peak_before": before * 1024,
    }


def _refreshed() -> float:
    began = time.perf_counter()
    refresh(_RESPONSES)
    refresh(_CUSTOMERS)
    assert not Dirty.objects.exists()
    return time.perf_counter() - began


def _company() -> None:
    call_command("migrate", verbosity=0)
    Company.objects.create(pk=1, time_zone="Europe/Copenhagen")
    plan = settings.MILEPOST.folder / "milepost.yaml"
    plan.write_text(starter("Benchmark", timezone="Europe/Copenhagen"), "utf-8")


def _survey() -> Survey:
    rating = {"name": "packing", "kind": "rating", "texts": {"en": {"question": "The packing?"}}}
    document = {"name": "nps", "title": "NPS", "type": "nps", "further": [rating]}
    survey = Survey.objects.create(name="nps", title="NPS", document=document)
    survey.current = Version.objects.create(
        survey=survey, number=1, fingerprint="benchmark", document=document
    )
    survey.save()
    return survey


def _response(survey: Survey, people: list[Person], number: int) -> Response:
    at = NOW - timedelta(days=1 + number % 360, seconds=number % 40_000)
    return Response(
        survey=survey, version=survey.current, person=people[number % len(people)], day=at.date(),
        answered_at=at, score=number * 7 % 11, state="complete", further={"packing": 1 + number % 5},
        comment="It came a day late, but it came." if number % 3 == 0 else "",
        attributes={"country": ("DK", "SE", "NO")[number % 3], "store": f"s{number % 40}", "order": f"o{number}"},
    )  # fmt: skip


def _made(count: int, *, years: int) -> Iterator[Person]:
    for number in range(count):
        yield Person(
            external_id=f"c-{number}", email=f"person{number}@example.com", name=f"Ada {number}",
            joined_at=NOW - timedelta(days=number % (365 * years)), account=f"a{number % 50_000}",
            attributes={"country": "DK", "plan": "pro", "city": f"city {number % 900}"},
        )  # fmt: skip


def _mark(fact: str, days: Any) -> None:
    Dirty.objects.bulk_create(Dirty(fact=fact, month=f"{day:%Y-%m}") for day in days)
