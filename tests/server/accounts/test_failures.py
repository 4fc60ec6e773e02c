"""What went wrong is told plainly, without a stack, and even when the database is away."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

import pytest
from django.db import DatabaseError
from django.test import Client, RequestFactory

from milepost.server import failures
from milepost.server.actions import notices
from milepost.server.models import Notice
from milepost.server.web import home
from tests.server.accounts.conftest import MakeMember, enter

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7|add:7 }}"


@pytest.mark.django_db
def test_an_unknown_address_is_not_found_and_not_repeated(client: Client) -> None:
    answer = client.get("/nothing/<script>alert(1)</script>")

    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


@pytest.mark.django_db
def test_a_page_that_fails_shows_no_stack(
    signed_in: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **more: object) -> None:
        raise DatabaseError("password=hunter2 at 10.0.0.5")

    client = signed_in("administrator")
    client.raise_request_exception = False
    monkeypatch.setattr(home, "page", broken)

    answer = client.get("/")

    assert answer.status_code == 500
    assert "hunter2" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    assert "Content-Security-Policy" in answer


def test_no_failure_page_needs_the_database() -> None:  # no django_db: a query would be refused
    request = RequestFactory().get("/")
    for make in (failures.bad_request, failures.forbidden, failures.not_found):
        assert make(request, Exception("secret")).status_code in (400, 403, 404)
        assert b"secret" not in make(request, Exception("secret")).content
    assert failures.server_error(request).status_code == 500
    assert failures.forged(request).status_code == 403


@pytest.mark.parametrize("wait", [1, 59, 61, 900])
def test_too_many_tells_how_long_in_whole_seconds(wait: int) -> None:
    answer = failures.too_many(RequestFactory().get("/"), wait)

    assert answer.status_code == 429
    assert re.fullmatch(r"[1-9]\d*", answer["Retry-After"])
    assert int(answer["Retry-After"]) == wait


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_refused(client: Client) -> None:
    answer = client.get("/sign-in", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert "cannot be read" in answer.content.decode()


@pytest.mark.django_db
def test_hostile_names_stay_text_on_every_page(known: MakeMember) -> None:
    chief = known(name=HOSTILE)
    other = known("analyst", name=HOSTILE, email="o'brien+<b>@northwind.example")
    client = enter(chief)
    client.post("/settings", {"name": HOSTILE, "time_zone": "UTC", "locale": "en", "accent": "#000000", "sender_name": HOSTILE, "postal_address": HOSTILE})  # fmt: skip
    client.post("/members", {"email": "guest@northwind.example", "role": "analyst"})
    invitation = Notice.objects.get().content["button"]["url"].partition("8400")[2]
    pages = ["/", "/account", "/account/name", "/account/password", "/account/second-factor", "/members", "/settings"]  # fmt: skip

    shown = [client.get(page) for page in pages]
    shown.append(client.post(f"/members/{other.pk}/deactivate", follow=True))
    shown.append(Client().get(invitation))
    shown.append(Client().post("/sign-in", {"email": "<i>@x.example", "password": "x"}))

    for answer in shown:
        text = answer.content.decode()
        assert answer.status_code == 200
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert "<b>@" not in text
        assert "<i>@" not in text
    assert escape(HOSTILE, quote=True) in shown[1].content.decode()
    assert "{{ 7|add:7 }}" in shown[1].content.decode()


@pytest.mark.django_db
def test_a_name_cannot_write_headers_into_a_mail() -> None:
    content = notices.letter("Bcc: all\r\nX: y", lines=["one"], button=("Go", "http://x.example/"))

    assert "\n" not in content["subject"]
    assert "\r" not in content["subject"]
    assert content["button"] == {"label": "Go", "url": "http://x.example/"}


@pytest.mark.django_db
def test_the_same_thing_is_told_once() -> None:
    said = notices.letter("A subject", lines=["one"])
    first = notices.tell("test", to="a@x.example", subject_key="test:1", content=said)
    second = notices.tell("test", to="a@x.example", subject_key="test:1", content=said)

    assert first.pk == second.pk
    assert Notice.objects.get().content == {
        "subject": "A subject",
        "lines": ["one"],
        "button": None,
    }
