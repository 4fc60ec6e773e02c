"""A company with answers of three months, measured in this process instead of a second one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from milepost import clock
from milepost.engine.project import open_project
from milepost.insight.answering import made_of
from milepost.server.models import Response
from milepost.server.queries import numbers
from tests.server.facts.conftest import NOW, Place, place

__all__ = ["place"]

FIRST = datetime(2026, 8, 5, 9, tzinfo=UTC)


def answered(*askings: Any, seconds: float = 0.0) -> tuple[Any, ...]:
    """What the measuring process would say, without one."""
    with clock.at(NOW):
        project = open_project(numbers.plan_file())
        return made_of(project, lambda reader: tuple(one.answer(reader) for one in askings))


@pytest.fixture
def company_of_answers(
    place: Place, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> Place:
    """Ninety answers: those by the courier are the lower ones, and one in three comes from SE."""
    settings.FOLDER = str(place.folder)
    for module in ("trends", "roll_ups", "stories"):
        monkeypatch.setattr(f"milepost.server.web.{module}.numbers", answered)
    survey = place.survey("recommend")
    for number in range(90):
        late = number % 2 == 0
        place.asked(
            survey, (3, 6, 9)[number % 3] if late else (8, 9, 10)[number % 3],
            sent_at=FIRST + timedelta(days=number), at=FIRST + timedelta(days=number, hours=2),
            why="The courier was LATE" if late else "Fine, thank you",
            attributes={"country": "SE" if number % 3 == 0 else "DK"},
            person=place.person(account="Acme" if number % 5 == 0 else ""),
        )  # fmt: skip
    return place


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("analyst")


def everything() -> list[Response]:
    """All answers, the first one first."""
    return list(Response.objects.select_related("person").order_by("day"))
