"""A survey, programs that ask it, and many invitations with all that can become of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from milepost import clock
from milepost.server.models import Invitation, Person, Program, Response, Survey
from tests.server.facts.conftest import place  # noqa: F401 -- a fixture
from tests.server.programs.conftest import (  # noqa: F401 -- fixtures
    make_program,
    people,
    publish,
    survey,
)

# A Sunday, ten in the morning in Copenhagen.
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
Send = Callable[..., list[Invitation]]


@pytest.fixture(autouse=True)
def at_now() -> Any:
    """Every test here is at NOW."""
    with clock.at(NOW):
        yield


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    """A manager."""
    return signed_in("manager")


@pytest.fixture
def program(make_program: Any, survey: Survey) -> Program:  # noqa: F811
    """The program of most tests."""
    made: Program = make_program(survey, counts={"asked": 12, "not_due": 88}, decided_at=NOW)
    return made


@pytest.fixture
def send(survey: Survey, program: Program) -> Send:  # noqa: F811
    """Makes sent invitations of new people, so many of them answered: `send(10, 3, days_ago=5)`."""
    numbers = iter(range(10**9))

    def make(
        many: int, answered: int = 0, *, days_ago: float = 5, state: str = "complete",
        quarantined: bool = False, of: Sequence[Person] = (), about: dict[str, Any] | None = None,
        **fields: Any,
    ) -> list[Invitation]:  # fmt: skip
        at = NOW - timedelta(days=days_ago)
        asked = of or Person.objects.bulk_create(
            Person(external_id=f"s-{next(numbers)}", attributes=about or {}) for _ in range(many)
        )
        given = {"program": program, "due_at": at, "sent_at": at, "state": "sent", **fields}
        made = Invitation.objects.bulk_create(
            Invitation(survey=survey, version=survey.current, person=each, **given)
            for each in asked
        )
        for one in made[:answered]:
            Response.objects.create(
                invitation=one, survey=survey, version=one.version, program=one.program,
                person=one.person, score=9, state=state, day=at.date(), answered_at=at,
                quarantined=quarantined,
            )  # fmt: skip
        if not quarantined:
            keys = [one.pk for one in made[:answered]]
            Invitation.objects.filter(pk__in=keys).update(state="answered", answered_at=at)
        return made

    return make
