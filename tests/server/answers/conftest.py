"""Surveys that were asked: an invitation of Ada, a survey's open link, an anonymous one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from milepost import clock
from milepost.programs.surveys.document import parse
from milepost.programs.surveys.versions import version_of
from milepost.server.models import Invitation, Person, Survey, Version

Publish = Callable[..., Survey]
Invite = Callable[..., Invitation]


@pytest.fixture
def publish(company: object) -> Publish:
    """Makes a published survey of a document's fields."""

    def make(**document: Any) -> Survey:
        data = {"name": "survey", "title": "A survey", "type": "nps", **document}
        survey = Survey.objects.create(
            name=data["name"], title=data["title"], document=data, open_link=True
        )
        survey.current = Version.objects.create(
            survey=survey, number=1, fingerprint=version_of(parse(data)), document=data
        )
        survey.save()
        return survey

    return make


@pytest.fixture
def invite(ada: Person) -> Invite:
    """Makes a sent invitation to a survey."""

    def make(survey: Survey, person: Person = ada, **fields: Any) -> Invitation:
        assert survey.current
        now = clock.now()
        given = {"state": "sent", "due_at": now, "sent_at": now, **fields}
        return Invitation.objects.create(
            survey=survey, version=survey.current, person=person, **given
        )

    return make
