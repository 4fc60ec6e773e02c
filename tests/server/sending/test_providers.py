"""Mail providers: what they are handed, and the one address under which they are heard."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import pytest
from anymail.backends.test import EmailBackend
from anymail.exceptions import AnymailAPIError, AnymailRequestsAPIError
from django.conf import settings as django_settings
from requests import Response as Reply

from milepost.server.mail_backends import PROVIDERS
from milepost.server.models import Message, Person
from milepost.server.posting import Unreachable
from milepost.server.public import webhooks
from milepost.server.worker.sending import send

Due = Callable[..., Message]
Make = Callable[..., Person]


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A provider that takes what it is handed; what it was handed."""
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"
    handed: list[dict[str, Any]] = []
    post = EmailBackend.post_to_esp

    def keep(self: Any, payload: Any, message: Any) -> Any:
        handed.append(payload.params)
        return post(self, payload, message)

    monkeypatch.setattr(EmailBackend, "post_to_esp", keep)
    return handed


@pytest.mark.django_db
def test_a_provider_gets_every_part_of_the_mail_and_its_id_is_kept(
    provider: list[dict[str, Any]], person: Make, due: Due, noon: datetime
) -> None:
    message = due(person(name="Jørgen Ærø"))
    send("w")
    (handed,) = provider
    assert str(handed["from"]) == "Northwind <feedback@northwind.example>"
    assert [each.addr_spec for each in handed["to"]] == ["person1@example.com"]
    assert handed["subject"] == "How likely are you to recommend Northwind?"
    assert "Hello Jørgen" in handed["text_body"]
    assert "Hello Jørgen" in handed["html_body"]
    headers = handed["extra_headers"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Message-ID"] == f"<{message.key}@northwind.example>"
    found = Message.objects.get(pk=message.pk)
    assert (found.state, bool(found.external_id)) == ("sent", True)


def _error(status: int) -> AnymailAPIError:
    reply = Reply()
    reply.status_code = status
    return AnymailRequestsAPIError("refused", response=reply)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "state"), [(401, "waiting"), (429, "waiting"), (503, "waiting"), (422, "failed")]
)
def test_a_provider_that_is_busy_or_down_loses_nothing(
    settings: Any, monkeypatch: pytest.MonkeyPatch, person: Make, due: Due, noon: datetime,
    status: int, state: str,
) -> None:  # fmt: skip
    settings.EMAIL_BACKEND = "anymail.backends.test.EmailBackend"

    def refuse(self: Any, payload: Any, message: Any) -> Any:
        raise _error(status)

    monkeypatch.setattr(EmailBackend, "post_to_esp", refuse)
    message = due(person())
    with nullcontext() if state == "failed" else pytest.raises(Unreachable):
        send("w")
    found = Message.objects.select_related("invitation__person").get(pk=message.pk)
    assert found.state == state
    assert found.invitation.person.status == "active"


def _set(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    own = django_settings.MILEPOST
    changed = replace(own, values=MappingProxyType({**own.values, **values}))
    monkeypatch.setattr(webhooks.settings, "MILEPOST", changed, raising=False)


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_each_provider_has_one_address(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    _set(monkeypatch, mail_provider=name, mail_webhook_secret="us:right")
    (route,) = webhooks._routes()
    assert (route.path, route.right) == (f"webhooks/mail/{name}/tracking/", None)


def test_without_a_secret_nobody_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, mail_provider="postmark", mail_webhook_secret="")
    assert webhooks._routes() == ()
    _set(monkeypatch, mail_provider="smtp", mail_webhook_secret="us:right")
    assert webhooks._routes() == ()
