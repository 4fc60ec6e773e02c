"""Mails into a folder: what stands there is what would have been sent, and nothing leaves the folder."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from milepost.server.doctor.mail import provider
from milepost.server.mail_backends import mail
from milepost.server.models import Company, Invitation, Message, Person, Survey
from milepost.server.settings import Settings, read
from milepost.server.worker.sending import send
from tests.server.sending.conftest import noon, person, publish  # noqa: F401 -- fixtures


@pytest.fixture
def own(tmp_path: Path, settings: Any) -> Settings:
    """The settings of a folder whose mails stay in it, in force."""
    found = read(tmp_path, environ={"MILEPOST_MAIL_PROVIDER": "folder"})
    settings.MILEPOST = found
    settings.EMAIL_BACKEND = mail(found)["EMAIL_BACKEND"]
    return found


@pytest.mark.django_db
def test_a_mail_is_one_file_for_a_mail_program_and_one_for_a_browser(
    own: Settings,
    person: Callable[..., Person],  # noqa: F811
    publish: Callable[..., Survey],  # noqa: F811
    noon: object,  # noqa: F811
) -> None:
    asked = _due(publish(), person(name="Jørgen Ærø"))
    send("w")
    asked.refresh_from_db()
    assert asked.state == "sent"
    written, page = sorted((own.folder / "mails").iterdir())
    found = message_from_bytes(written.read_bytes(), policy=default)
    assert found["To"] == "Jørgen Ærø <person1@example.com>"
    html = found.get_body(("html",))  # type: ignore[attr-defined]
    assert html.get_content().split() == page.read_text(encoding="utf-8").split()
    assert (written.suffix, page.suffix) == (".eml", ".html")
    assert (own.folder / "mails").stat().st_mode & 0o077 == 0


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/etc/up@example.com", "a/b@example.com", f"{'x' * 60}@{'y' * 60}.example"])  # fmt: skip
def test_no_address_leads_out_of_the_folder(
    own: Settings,
    person: Callable[..., Person],  # noqa: F811
    publish: Callable[..., Survey],  # noqa: F811
    noon: object,  # noqa: F811
    address: str,
) -> None:
    _due(publish(), person(email=address))
    send("w")
    assert len(list((own.folder / "mails").glob("*.html"))) == 1
    assert {each.name for each in own.folder.iterdir()} == {"mails"}


def test_the_doctor_reminds_of_it(tmp_path: Path) -> None:
    (found,) = provider(read(tmp_path, environ={"MILEPOST_MAIL_PROVIDER": "folder"}))
    assert found.grade == "warning"
    assert "reach nobody" in found.text


def _due(survey: Survey, someone: Person) -> Message:
    now = Company.load() and someone.created_at
    invitation = Invitation.objects.create(
        survey=survey, version=survey.current, person=someone, due_at=now, locale="en"
    )
    return Message.objects.create(invitation=invitation, due_at=now)
