"""Surveys that were asked: an invitation of Ada, a survey's open link, an anonymous one; and visitors."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from milepost import clock
from milepost.programs.surveys.document import parse
from milepost.programs.surveys.versions import version_of
from milepost.server.limits import TRIES
from milepost.server.models import Invitation, Person, Survey, Version
from milepost.server.public.sightings import SEEN
from tests.server.serving.conftest import begin, place

# The fixtures of real processes, for this folder too.
__all__ = ["begin", "place"]

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


@dataclass(slots=True)
class Visitor:
    """Somebody with a browser at a link."""

    path: str
    client: Client = field(default_factory=Client)
    nonce: str = ""

    def see(self, query: str = "") -> str:
        """The page as it is shown; its nonce is kept for the next sending."""
        html = self.client.get(self.path + query).content.decode()
        found = re.search(r'name="nonce" value="([^"]+)"', html)
        self.nonce = found[1] if found else ""
        return html

    def send(self, step: str = "first", **fields: Any) -> Any:
        """A page sent with the nonce of the one last seen."""
        if not self.nonce:
            self.see()
        return self.client.post(self.path, {"nonce": self.nonce, "step": step, **fields})


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    """What is kept in memory is of one test only."""
    TRIES.clear()
    SEEN.forget()
