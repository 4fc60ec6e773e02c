"""Two hundred thousand invitations of eighteen months, with all that can become of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.core.management import call_command

from benchmarks.seeing_rows import PEOPLE, _person, _session
from milepost.server.databases import writing
from milepost.server.models import (
    Company,
    Invitation,
    Message,
    Person,
    Program,
    Response,
    Survey,
    Version,
)

INVITATIONS, DAYS = 200_000, 540
_PROGRAMS = ("order", "delivery", "product", "service", "return")
_BATCH = 10_000
_WAITING = 2_000


def made(now: datetime) -> str:
    """Fill an open project folder; the session by which a page may be asked for."""
    call_command("migrate", verbosity=0)
    Company.objects.create(pk=1, name="Benchmark", time_zone="Europe/Copenhagen")
    document = {"name": "nps", "title": "NPS", "type": "nps"}
    survey = Survey.objects.create(name="nps", title="NPS", document=document)
    version = Version.objects.create(survey=survey, number=1, fingerprint="b", document=document)
    survey.current = version
    survey.save()
    people = [_person(number) for number in range(PEOPLE)]
    for first in range(0, PEOPLE, _BATCH):
        with writing():
            Person.objects.bulk_create(people[first : first + _BATCH])
    _invite(survey, version, people, now)
    return _session()


def _invite(survey: Survey, version: Version, people: Sequence[Person], now: datetime) -> None:
    """Five programs, which asked each of 50,000 people four times; every fourth asking is answered."""
    programs = [_program(survey, name, now) for name in _PROGRAMS]
    for first in range(0, INVITATIONS, _BATCH):
        numbers = range(first, first + _BATCH)
        made = [_invitation(survey, version, programs, people, n, now) for n in numbers]
        answers = list(_answers(version, made, numbers))
        with writing():
            Invitation.objects.bulk_create(made)
            Response.objects.bulk_create(answers)
    with writing():
        _ahead(survey, version, programs, people, now)
        keys = [person.pk for person in people[::50]]
        for start in range(0, len(keys), 500):
            gone = Person.objects.filter(pk__in=keys[start : start + 500])
            gone.update(status="unsubscribed", status_since=now - timedelta(days=3))


def _program(survey: Survey, name: str, now: datetime) -> Program:
    return Program.objects.create(
        name=name, title=name.title(), survey=survey, active=True, decided_at=now,
        decide_at=now + timedelta(days=1),
        counts={"asked": 400, "not_due": 49_600},
        document={
            "name": name, "kind": "relationship", "survey": survey.name, "survey_type": "nps",
            "channels": ["email"], "every_days": 90, "starts_on": f"{now:%Y-%m-%d}",
        },
    )  # fmt: skip


def _invitation(
    survey: Survey, version: Version, programs: Sequence[Program], people: Sequence[Person],
    number: int, now: datetime,
) -> Invitation:  # fmt: skip
    at = now - timedelta(days=number * 7 % DAYS, seconds=number % 40_000)
    unsent, bounced, answered = number % 41 == 0, number % 37 == 0, number % 4 == 0
    return Invitation(
        survey=survey, version=version, program=programs[number % 5],
        person=people[number * 13 % len(people)], touchpoint=_PROGRAMS[number % 5],
        attributes={"store": f"s{number % 40}"}, locale=("da", "en", "en")[number % 3],
        state="closed" if unsent else "answered" if answered else "sent",
        closed_because="throttled" if unsent else "", due_at=at, sent_at=None if unsent else at,
        delivered_at=None if unsent or bounced else at,
        bounced_at=at if bounced and not unsent else None,
    )  # fmt: skip


def _answers(
    version: Version, made: Sequence[Invitation], numbers: Sequence[int]
) -> Iterator[Response]:
    for number, one in zip(numbers, made, strict=True):
        if one.state == "answered" and one.sent_at:
            yield Response(
                invitation=one, survey_id=version.survey_id, version=version, program=one.program,
                person=one.person, day=one.sent_at.date(), answered_at=one.sent_at,
                score=number * 7 % 11, state="partial" if number % 3 == 0 else "complete",
                channel="email", attributes={"store": f"s{number % 40}"},
            )  # fmt: skip


def _ahead(
    survey: Survey, version: Version, programs: Sequence[Program], people: Sequence[Person],
    now: datetime,
) -> None:  # fmt: skip
    """Messages that wait for the next days."""
    made = [
        Invitation(
            survey=survey, version=version, program=programs[1], person=person,
            due_at=now + timedelta(minutes=10 * number),
        )
        for number, person in enumerate(people[:_WAITING])
    ]  # fmt: skip
    Invitation.objects.bulk_create(made)
    Message.objects.bulk_create(Message(invitation=one, due_at=one.due_at) for one in made)
