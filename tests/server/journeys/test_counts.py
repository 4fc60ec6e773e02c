"""A page asks the database as often for many rows as for one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost.server.models import Member, View
from tests.server.seeing.conftest import planned  # noqa: F401 -- a fixture
from tests.server.seeing.looking import look

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("planned")]


def _asked(client: Client, path: str) -> tuple[int, str]:
    """How many questions a page puts to the database once its numbers are there, and the page."""
    look(client, path)
    with CaptureQueriesContext(connection) as asked:
        page = look(client, path)
    return len(asked), page.content.decode()


def test_home_with_one_and_with_fifty_saved_views(
    signed_in: Callable[[str], Client],
    planned: Callable[..., object],  # noqa: F811
) -> None:
    planned()
    client = signed_in("manager")
    member = Member.objects.get()
    View.objects.create(member=member, title="View 0", path="/metric", query="")
    one, _ = _asked(client, "/")
    for number in range(1, 50):
        View.objects.create(member=member, title=f"View {number}", path="/metric", query="")
    many, page = _asked(client, "/")
    assert "View 0" in page
    assert page.count("Delete the view") == 50
    assert many == one


def test_what_is_behind_a_number_on_a_full_and_on_a_short_page(
    signed_in: Callable[[str], Client],
    planned: Callable[..., object],  # noqa: F811
) -> None:
    planned()
    client = signed_in("analyst")
    address = "/metric/nps/behind?touchpoint=web&from=2026-10-01&to=2026-10-31"
    full, page = _asked(client, address)
    short, rest = _asked(client, f"{address}&segment.country=SE")
    assert page.count("<tr>") > rest.count("<tr>") > 1
    assert full == short
