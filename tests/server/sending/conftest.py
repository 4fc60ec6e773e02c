"""A real mail server on loopback that accepts, defers, refuses, hangs up or hangs, and people who are due."""

from __future__ import annotations

import email
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from milepost import clock
from milepost.programs.surveys.document import parse
from milepost.programs.surveys.versions import version_of
from milepost.server.models import (
    Company,
    Event,
    Invitation,
    Message,
    Person,
    Program,
    Survey,
    Version,
)

# A Tuesday, nine o'clock in London, ten in Copenhagen.
NOON = datetime(2026, 11, 24, 9, tzinfo=UTC)


@dataclass
class Mailbox:
    """What the server took, and how it behaves: each rule gives an answer, or None to accept."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    on_recipient: Callable[[str], str | None] = lambda address: None
    on_data: Callable[[SMTP, str], str | None] = lambda server, address: None
    sessions: int = 0

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.on_recipient(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        address = envelope.rcpt_tos[0]
        refusal = self.on_data(server, address)
        if refusal:
            return refusal
        content = envelope.content
        assert isinstance(content, bytes)
        self.to.append(address)
        self.mails.append(email.message_from_bytes(content, policy=default))  # type: ignore[arg-type]
        return "250 OK"

    @property
    def addresses(self) -> list[str]:
        """To whom mails came, in order."""
        return self.to

    def only(self) -> EmailMessage:
        """The one mail that came."""
        (mail,) = self.mails
        return mail


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """A mail server that takes everything, until a test sets its rules."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        box = Mailbox(probe.getsockname()[1])
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    _use(settings, box.port)
    yield box
    controller.stop()


def _use(settings: Any, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 5


@pytest.fixture
def noon() -> Iterator[datetime]:
    """The clock held on a Tuesday morning."""
    with clock.at(NOON):
        yield NOON


@pytest.fixture
def publish(company: Company) -> Callable[..., Survey]:
    """Makes a published survey of a document's fields."""

    def make(**document: Any) -> Survey:
        data = {"name": "survey", "title": "A survey", "type": "nps", **document}
        survey = Survey.objects.create(name=data["name"], title=data["title"], document=data)
        survey.current = Version.objects.create(
            survey=survey, number=1, fingerprint=version_of(parse(data)), document=data
        )
        survey.save()
        return survey

    return make


@pytest.fixture
def program(publish: Callable[..., Survey]) -> Callable[..., Program]:
    """Makes an active program of a document's fields: half an hour after a delivery, if nothing else is said."""

    def make(survey: Survey | None = None, **document: Any) -> Program:
        survey = survey or publish()
        data = {
            "name": "after-delivery", "kind": "transactional", "survey": survey.name,
            "survey_type": survey.document["type"], "channels": ["email"], **document,
        }  # fmt: skip
        usual: dict[str, Any] = {"event": "delivered", "after_minutes": 30}
        if data["kind"] == "relationship":
            usual = {"every_days": 90, "starts_on": "2026-11-23"}
        return Program.objects.create(
            name=data["name"],
            title=data["name"],
            survey=survey,
            kind=data["kind"],
            active=True,
            document={**usual, **data},
            decide_at=clock.now(),
        )

    return make


@pytest.fixture
def person(company: Company) -> Callable[..., Person]:
    """Makes people by their number."""

    def make(number: int = 1, **fields: Any) -> Person:
        given = {
            "external_id": f"c-{number}", "email": f"person{number}@example.com",
            "name": f"Ada {number}", "time_zone": "Europe/London", "locale": "en",
            "created_at": NOON - timedelta(days=400), **fields,
        }  # fmt: skip
        return Person.objects.create(**given)

    return make


@pytest.fixture
def happened() -> Callable[..., Event]:
    """Makes events of people."""

    def make(person: Person, name: str = "delivered", **fields: Any) -> Event:
        now = clock.now()
        given = {"at": now - timedelta(hours=1), "received_at": now, **fields}
        return Event.objects.create(person=person, name=name, **given)

    return make


@pytest.fixture
def due(publish: Callable[..., Survey]) -> Callable[..., Message]:
    """Makes a message that is due, of a program or by hand."""
    surveys: list[Survey] = []

    def make(person: Person, *, program: Program | None = None, **fields: Any) -> Message:
        if program is None and not surveys:
            surveys.append(publish())
        survey = program.survey if program else surveys[0]
        invitation = Invitation.objects.create(
            survey=survey, version=survey.current, person=person, program=program,
            due_at=clock.now(), locale=fields.pop("locale", "en"), **fields,
        )  # fmt: skip
        return Message.objects.create(invitation=invitation, due_at=clock.now())

    return make


def waits(true: Callable[[], object], *, seconds: float = 30) -> None:
    """Wait for something; say so where it never comes."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
