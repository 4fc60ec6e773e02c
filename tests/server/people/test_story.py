"""One customer's whole story: what the server knows and what the company's own facts tell, in one line of time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost import clock
from milepost.server.actions.events import happened
from milepost.server.models import Decision, Person
from milepost.server.queries.stories import Line
from tests.server.programs.conftest import (
    Answer,
    Invite,
    MakeProgram,
    Publish,
    answer,
    invite,
    make_program,
    publish,
)
from tests.server.trends.conftest import answered

pytestmark = pytest.mark.django_db
__all__ = ["answer", "invite", "make_program", "publish"]
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
PLAN = """
company: {name: Northwind, timezone: Europe/Copenhagen}
every: month
sources:
  - {name: shop, fact: orders, from: orders.csv, columns: {order_id: id, ordered_at: at, amount: amount, customer_id: who}}
  - {name: desk, fact: tickets, from: tickets.csv, columns: {ticket_id: id, opened_at: at, topic: topic, customer_id: who}}
  - {name: answers, fact: responses, from: server}
"""
ORDERS = (
    "id,at,amount,who\n1,2026-10-03 10:00,99.5,c-1\n2,2026-11-03 10:00,12,c-1\n3,2026-11-04,7,c-2\n"
)
TICKETS = f"id,at,topic,who\n1,2026-10-04,\"{HOSTILE.replace(chr(34), chr(34) * 2)}\",c-1\n2,2026-10-04,late,c-1' OR ''='\n"


@pytest.fixture
def folder(
    company: object, tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> Path:
    for name, text in (("milepost.yaml", PLAN), ("orders.csv", ORDERS), ("tickets.csv", TICKETS)):
        (tmp_path / name).write_text(text, "utf-8")
    settings.FOLDER = str(tmp_path)
    monkeypatch.setattr("milepost.server.web.stories.numbers", answered)
    return tmp_path


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("analyst")


def _lines(client: Client, person: Person, query: str = "") -> list[Line]:
    page = client.get(f"/people/{person.key}/story{query}")
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    return list(page.context["lines"])


def test_everything_stands_on_one_line_in_time(
    client: Client, folder: Path, publish: Publish, make_program: MakeProgram, invite: Invite,
    answer: Answer, ada: Person,
) -> None:  # fmt: skip
    survey = publish()
    asking = invite(ada, survey)
    asking.messages.create(state="sent", due_at=clock.now(), sent_at=clock.now())
    given = answer(survey, ada, invitation=asking, comment=HOSTILE)
    happened("delivered", ada, at=clock.now() - timedelta(days=1), key="o1")
    Decision.objects.create(
        program=make_program(survey), person=ada, asked=False, reason="not_due", since=clock.now()
    )
    lines = _lines(client, ada)
    assert {line.kind for line in lines} == {
        "asking", "message", "answer", "event", "not asked", "orders", "tickets",
    }  # fmt: skip
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    assert {line.amount for line in lines if line.kind == "orders"} == {99.5, 12.0}
    assert next(line for line in lines if line.kind == "not asked").detail == "not due yet"
    page = client.get(f"/people/{ada.key}/story").content.decode()
    assert f"/responses/{given.key}" in page
    assert f"/invitations/{asking.key}" in page


def test_one_kind_can_be_looked_at_alone(client: Client, folder: Path, ada: Person) -> None:
    assert {line.kind for line in _lines(client, ada, "?kind=orders")} == {"orders"}
    assert len(_lines(client, ada, "?kind=orders")) == 2
    assert len(_lines(client, ada, "?kind=nothing")) == 3


def test_another_customers_rows_are_never_among_them(
    client: Client, folder: Path, company: object
) -> None:
    sly = Person.objects.create(external_id="c-1' OR ''='", name="Sly")
    assert [line.words for line in _lines(client, sly)] == ["late"]
    nobody = Person.objects.create(email="new@example.com")
    assert _lines(client, nobody) == []
    assert "Nothing yet" in client.get(f"/people/{nobody.key}/story").content.decode()


def test_without_a_plan_the_story_is_the_servers_own(
    client: Client, ada: Person, tmp_path: Path, settings: LazySettings
) -> None:
    settings.FOLDER = str(tmp_path)
    happened("delivered", ada, at=clock.now(), key="o1")
    assert [line.kind for line in _lines(client, ada)] == ["event"]


def test_a_long_story_takes_as_many_queries_as_a_short_one(
    client: Client, folder: Path, publish: Publish, invite: Invite, answer: Answer, ada: Person
) -> None:
    survey = publish()

    def count() -> int:
        with CaptureQueriesContext(connection) as told:
            _lines(client, ada)
        return len(told)

    def one(number: int) -> None:
        asking = invite(ada, survey, due_at=clock.now() - timedelta(days=number), state="answered")
        asking.messages.create(state="sent", due_at=clock.now(), sent_at=clock.now())
        answer(survey, ada, invitation=asking)
        happened("delivered", ada, at=clock.now(), key=f"o{number}")

    one(0)
    few = count()
    for number in range(1, 100):
        one(number)
    assert count() == few


def test_a_responder_sees_no_story(
    signed_in: Callable[[str], Client], folder: Path, ada: Person
) -> None:
    assert signed_in("responder").get(f"/people/{ada.key}/story").status_code == 403
