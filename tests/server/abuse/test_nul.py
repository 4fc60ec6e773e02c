"""NULs, which SQLite keeps and PostgreSQL refuses: in addresses, cookies and forms they are no failure of ours."""

from __future__ import annotations

import pytest
from django.test import Client

from milepost.server.models import Response
from tests.server.answers.conftest import Invite, Publish, Visitor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/a/%00", "/s/x%00", "/u/%00", "/r/%00", "/m/%00", "/enrol/%00", "/reset/1/%00", "/%00",
        "/sign-in?next=%00", "/sign-in?%00=1", "/people?q=%00",
    ],
)  # fmt: skip
def test_an_address_with_a_nul_is_refused(path: str, company: object) -> None:
    assert Client(raise_request_exception=False).get(path).status_code == 400


@pytest.mark.parametrize("name", ["milepost", "csrftoken", "messages", "anything"])
def test_a_cookie_with_a_nul_is_refused(name: str, company: object) -> None:
    # So a browser writes it; Python's reader of cookies makes a NUL of it.
    cookie = f'{name}="aaaaaaaaaaaaaaaaaaaaaaaa\\000aa"'
    answer = Client(raise_request_exception=False).get("/sign-in", headers={"Cookie": cookie})

    assert answer.status_code == 400
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_a_nul_in_an_answer_is_left_out(publish: Publish, invite: Invite) -> None:
    survey = publish(call_me=True)
    guest = Visitor(f"/a/{invite(survey).token}")
    guest.send(score="9", locale="\0", evidence="\0")
    answer = guest.send("why", why="a\0b", phone="\0", **{"x\0": "y"})

    assert answer.status_code < 500
    assert Response.objects.get().comment == "ab"


@pytest.mark.parametrize("field", ["nonce", "step", "score", "locale", "evidence", "c"])
def test_a_nul_in_any_field_of_the_page_is_no_failure(field: str, publish: Publish) -> None:
    guest = Visitor(f"/s/{publish().token}")
    guest.see()
    given = {"nonce": guest.nonce, "step": "first", "score": "9", field: "\0"}

    assert guest.client.post(guest.path, given).status_code < 500


@pytest.mark.parametrize("path", ["/sign-in", "/reset"])
def test_a_nul_in_a_form_of_the_door_is_told_there(path: str, company: object) -> None:
    answer = Client().post(path, {"email": "a\0@b.example", "password": "\0" * 12})

    assert answer.status_code == 200
