"""Accounts: found, counted, and one with its people, its score and what waits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost.server.models import Person, Response
from milepost.server.models.people import search_keys
from milepost.server.queries import accounts as queries
from tests.server.facts.conftest import Place, place
from tests.server.programs.conftest import Answer, Publish, answer, publish
from tests.server.trends.conftest import company_of_answers

pytestmark = pytest.mark.django_db
__all__ = ["answer", "company_of_answers", "place", "publish"]
HOSTILE = '<script>alert(1)</script>&"><img src=x>/?#'


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("analyst")


def _people(*accounts: str, **fields: object) -> list[Person]:
    return Person.objects.bulk_create(
        Person(name=f"P {number}", account=name, **search_keys(f"P {number}", name), **fields)
        for number, name in enumerate(accounts)
    )


def test_every_account_is_on_one_page_only_as_it_is_written(company: object) -> None:
    names = [f"Firm {number:03}" for number in range(120)] + ["ACME", "Acme", "x" * 100, HOSTILE]
    _people(*names, *names, "")
    _people("Gone", status="erased")
    _people("Trial", test=True)
    seen: list[queries.Account] = []
    after: str | None = ""
    while after is not None:
        found = queries.accounts(after=after)
        seen += found.rows
        after = found.after
    assert sorted(each.name for each in seen) == sorted(names)
    assert {each.people for each in seen} == {2}
    assert [each.name for each in queries.accounts("acm").rows] == ["ACME", "Acme"]
    assert queries.accounts("%").rows == []


def test_an_account_counts_what_counts(
    client: Client, publish: Publish, answer: Answer, settings: LazySettings
) -> None:
    survey = publish()
    bo, di, other = _people("Acme", "Acme", "ACME")
    answer(survey, bo, score=0, comment="awful")
    answer(survey, di, score=9)
    answer(survey, di, score=1, quarantined=True)
    answer(survey, di, score=1, test=True)
    answer(survey, other, score=2)
    found = queries.counts_of("Acme")
    assert (found.people, found.answers, found.low) == (2, 2, 1)
    page = client.get("/accounts/of?name=Acme").content.decode()
    assert "awful" in page
    assert client.get("/accounts/of?name=Nobody").status_code == 404
    assert client.get("/accounts/of").status_code == 404


def test_its_score_is_what_the_terminal_says(client: Client, company_of_answers: Place) -> None:
    company_of_answers.refresh()
    page = client.get("/accounts/of?name=Acme")
    whole = page.context["shown"].found.whole
    told = company_of_answers.measured("nps", where="account_id = 'Acme'", pooled=True)
    assert told == {(None,): (whole.value, whole.n)}
    assert whole.n == 18


def test_lists_take_as_many_queries_with_a_hundred(
    client: Client, publish: Publish, answer: Answer
) -> None:
    survey = publish()

    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as told:
            assert client.get(path).status_code == 200
        return len(told)

    (one,) = _people("Acme")
    answer(survey, one, score=0, comment="a")
    few = [count(path) for path in ("/accounts", "/accounts/of?name=Acme")]
    for number, person in enumerate(_people(*(["Acme", "Other", "More"] * 34))):
        answer(survey, person, score=number % 3, comment="b")
    assert [count(path) for path in ("/accounts", "/accounts/of?name=Acme")] == few


def test_a_page_of_accounts_goes_by_an_index(company: object) -> None:
    if connection.vendor != "sqlite":
        # A table of so few rows is read whole there, whatever indexes it has.
        return
    _people("Acme")
    with CaptureQueriesContext(connection) as told:
        queries.accounts("ac", after="Ab")
    first = told.captured_queries[0]["sql"]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {first}")
        assert "account_key" in str(cursor.fetchall())


def test_hostile_names_are_shown_as_text_and_lead_to_their_page(
    client: Client, publish: Publish, answer: Answer
) -> None:
    (person,) = _people(HOSTILE)
    answer(publish(), person, comment=HOSTILE)
    page = client.get("/accounts").content.decode()
    assert "<script>alert" not in page
    shown = client.get("/accounts/of", {"name": HOSTILE})
    assert shown.status_code == 200
    assert "<script>alert" not in shown.content.decode()
    assert Response.objects.count() == 1


def test_a_responder_sees_no_accounts(signed_in: Callable[[str], Client]) -> None:
    client = signed_in("responder")
    assert client.get("/accounts").status_code == 403
    assert client.get("/accounts/of?name=x").status_code == 403
