"""A published survey, programs that ask it, and what came of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from milepost import clock
from milepost.programs.surveys.document import parse
from milepost.programs.surveys.versions import asked, version_of
from milepost.server.models import Company, Invitation, Person, Program, Response, Survey, Version

HOSTILE = '<script>alert("1")</script>{{ 7|add:7 }}'
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh of the Department of Everything Else"

Publish = Callable[..., Survey]
MakeProgram = Callable[..., Program]
Invite = Callable[..., Invitation]
Answer = Callable[..., Response]


def rule(**fields: Any) -> dict[str, Any]:
    """The document of a relationship program."""
    usual = {
        "name": "care", "kind": "relationship", "survey": "nps", "survey_type": "nps",
        "channels": ["email"], "every_days": 90, "starts_on": "2026-11-22",
    }  # fmt: skip
    return {**usual, **fields}


def after(event: str = "delivered", **fields: Any) -> dict[str, Any]:
    """The document of a transactional program."""
    usual = {
        "name": "care", "kind": "transactional", "survey": "nps", "survey_type": "nps",
        "channels": ["email"], "event": event, "after_minutes": 60,
    }  # fmt: skip
    return {**usual, **fields}


@pytest.fixture
def publish(company: Company) -> Publish:
    """Makes a published survey of a document's fields."""

    def make(**document: Any) -> Survey:
        data = {"name": "nps", "title": "How are we doing", "type": "nps", **document}
        survey = Survey.objects.create(name=data["name"], title=data["title"], document=data)
        survey.current = Version.objects.create(
            survey=survey, number=1, fingerprint=version_of(parse(data)), document=data,
            asked=asked(parse(data)),
        )  # fmt: skip
        survey.save()
        return survey

    return make


@pytest.fixture
def survey(publish: Publish) -> Survey:
    """The survey of most tests."""
    return publish()


@pytest.fixture
def make_program(company: Company) -> MakeProgram:
    """Makes an active program of a document."""

    def make(survey: Survey, document: dict[str, Any] | None = None, **fields: Any) -> Program:
        data = document or rule()
        given = {
            "name": data["name"], "title": "Care", "kind": data["kind"], "active": True, **fields
        }  # fmt: skip
        data = {**data, "name": given["name"], "survey": survey.name}
        return Program.objects.create(survey=survey, document=data, updated_at=clock.now(), **given)

    return make


@pytest.fixture
def invite() -> Invite:
    """Makes a sent invitation."""

    def make(person: Person, survey: Survey, **fields: Any) -> Invitation:
        now = clock.now()
        given = {"state": "sent", "due_at": now, "sent_at": now, **fields}
        return Invitation.objects.create(
            survey=survey, version=survey.current, person=person, **given
        )

    return make


@pytest.fixture
def answer() -> Answer:
    """Makes an answer; without a person it is anonymous."""

    def make(survey: Survey, person: Person | None = None, **fields: Any) -> Response:
        now = clock.now()
        given: dict[str, Any] = {
            "score": 9, "state": "complete", "day": now.date(), "person": person,
            "anonymous": person is None, "answered_at": now if person else None, **fields,
        }  # fmt: skip
        return Response.objects.create(survey=survey, version=survey.current, **given)

    return make


def people(many: int, **fields: Any) -> list[Person]:
    """So many people with addresses."""
    return Person.objects.bulk_create(
        Person(
            external_id=f"p-{number}", email=f"p{number}@example.com", name=f"Person {number}",
            name_key=f"person {number}", **fields,
        )
        for number in range(many)
    )  # fmt: skip


def days_ago(days: int) -> date:
    """A day in the past."""
    return (clock.now() - timedelta(days=days)).date()
