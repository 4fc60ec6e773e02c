"""Every address of the server, for every role and for nobody: who gets in is what RIGHTS says."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost.server.access import RIGHTS, Route
from milepost.server.models import Company
from milepost.server.models.members import ROLES
from milepost.server.urls import ROUTES

pytestmark = pytest.mark.django_db

# Open to anybody who knows the address. A new one is written here by hand, on purpose.
PUBLIC = {
    # whoever hosts the server
    "health",
    "metrics",
    # respondents
    "anonymous",
    "decoy",
    "personal",
    "refer",
    "referral",
    "unsubscribe",
    # whoever has a link that somebody shared
    "shared",
    # whoever wants in
    "ask_reset",
    "enrol",
    "reset_password",
    "second_step",
    "sign_in",
    "sign_out",
}
_SAMPLES = {
    "int": "1",
    "str": "sample",
    "slug": "sample",
    "path": "sample",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)

each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path or "/")
GUARDED = [route for route in ROUTES if route.right]
each_guarded = pytest.mark.parametrize("route", GUARDED, ids=lambda route: route.path or "/")


def address(route: Route) -> str:
    """A route's address with something in every place."""
    filled = re.sub(r"<(?:(\w+):)?\w+>", lambda found: _SAMPLES[found[1] or "str"], route.path)
    return f"/{filled}"


def call(client: Client, method: str, route: Route) -> tuple[int, str]:
    client.raise_request_exception = False
    answer = getattr(client, method)(address(route))
    return answer.status_code, answer.headers.get("Location", "")


def test_only_the_listed_addresses_are_open_to_anybody() -> None:
    assert {route.name for route in ROUTES if route.right is None} == PUBLIC


def test_no_name_and_no_address_is_given_twice() -> None:
    assert len({route.name for route in ROUTES}) == len({route.path for route in ROUTES})
    assert len({route.name for route in ROUTES}) == len(ROUTES)


@each_guarded
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_nobody_is_sent_to_sign_in(route: Route, method: str, company: Company) -> None:
    status, location = call(Client(), method, route)

    assert status == 302
    assert location.startswith("/sign-in?next=/")


@each_guarded
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_role_gets_in_where_it_has_the_right_and_nowhere_else(
    route: Route, role: str, method: str, signed_in: Callable[[str], Client]
) -> None:
    status, location = call(signed_in(role), method, route)

    assert route.right is not None
    if role in RIGHTS[route.right]:
        assert status != 403
        assert status < 500
        assert not location.startswith("/sign-in")
    else:
        assert status == 403


@each_route
def test_looking_writes_nothing(route: Route, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("administrator")
    with CaptureQueriesContext(connection) as caught:
        call(client, "get", route)
        call(Client(), "get", route)
        call(client, "head", route)

    assert [query["sql"] for query in caught if _WRITES.match(query["sql"])] == []


def test_looking_writes_nothing_before_there_is_a_company(db: None) -> None:
    Client().get("/sign-in")

    assert not Company.objects.exists()


@each_route
def test_every_answer_carries_the_headers_that_keep_it_safe(route: Route, company: Company) -> None:
    answer = Client(raise_request_exception=False).get(address(route))

    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"]
