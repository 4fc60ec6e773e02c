"""Saved searches: kept, shared, and measured as a terminal measures them."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost import clock
from milepost.insight.selection import Selection
from milepost.server.actions import tagging
from milepost.server.models import Member, Response, Trend
from tests.server.facts.conftest import NOW, Place
from tests.server.trends.conftest import everything

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


def _keep(client: Client, query: str, **fields: Any) -> Trend:
    answer = client.post("/trends/new", {"name": "Courier", "query": query, **fields})
    assert answer.status_code == 302
    return Trend.objects.latest("pk")


def _shown(client: Client, trend: Trend, query: str = "") -> Selection:
    page = client.get(f"/trends/{trend.key}?{query}")
    assert page.status_code == 200
    found: Selection = page.context["shown"].found
    return found


@pytest.mark.parametrize(
    ("query", "share"),
    [
        ("q=late", 45 / 90),
        ("segment.country=SE", 30 / 90),
        ("q=LATE&segment.country=SE", 15 / 90),
        ("account=Acme", 18 / 90),
        ("group=promoter", 45 / 90),
        ("low=on", 30 / 90),
        ("least=8", 60 / 90),
        ("language=en&channel=email", 1.0),
    ],
)
def test_a_saved_search_says_what_the_terminal_says(
    client: Client, company_of_answers: Place, query: str, share: float
) -> None:
    company_of_answers.refresh()
    trend = _keep(client, query)
    found = _shown(client, trend)
    page = client.get(f"/trends/{trend.key}")
    _, *words = shlex.split(page.context["shown"].command)
    (cell, *others) = company_of_answers.command(
        *[{"month": "all"}.get(word, word) for word in words]
    )["cells"]
    assert not others
    assert found.whole is not None
    assert found.part is not None
    assert (found.whole.value, found.whole.low, found.whole.n) == (
        cell["value"], cell["low"], cell["n"],
    )  # fmt: skip
    assert found.part.value == pytest.approx(100 * share)
    assert client.get(f"/responses?{query}").context["counted"] == f"{cell['n']:.0f}"
    months = company_of_answers.command(*words)["cells"]
    assert [(each.since.isoformat(), each.value, each.n) for each in found.cells] == [
        (each["since"], each["value"], each["n"]) for each in months
    ]


def test_everything_else_is_what_the_search_does_not_find(
    client: Client, company_of_answers: Place
) -> None:
    company_of_answers.refresh()
    found = _shown(client, _keep(client, "q=late"))
    whole = found.whole
    assert whole is not None
    assert found.rest == 45
    rest = company_of_answers.measured(
        "nps", where="NOT contains(lower(comment), 'late')", pooled=True
    )
    assert whole.against.value == rest[(None,)][0]
    assert whole.value is not None
    assert whole.against.value is not None
    assert whole.against.change == pytest.approx(whole.value - whole.against.value)
    assert whole.verdict == "worse"
    assert whole.against.p is not None
    assert whole.against.p < 0.001


def test_what_is_by_chance_alone_is_no_difference(
    client: Client, company_of_answers: Place
) -> None:
    company_of_answers.refresh()
    trend = _keep(client, "account=Acme")
    found = _shown(client, trend)
    assert found.whole is not None
    assert found.whole.verdict == "within usual variation"
    # A difference goes either way, and is no share.
    assert "a difference of ±" in client.get(f"/trends/{trend.key}").content.decode()


def test_tags_are_measured(client: Client, company_of_answers: Place) -> None:
    by = Member.objects.get()
    trend = _keep(client, "tag=late")
    company_of_answers.refresh()
    assert _shown(client, trend).metric is None
    late = Response.objects.filter(comment__contains="LATE")
    tagging.put(tagging.named("Late", by), late, by)
    tagging.put(tagging.named("not late", by), Response.objects.exclude(pk__in=late), by)
    company_of_answers.refresh()
    found = _shown(client, trend)
    assert found.part is not None
    assert (found.part.answers, found.part.of) == (45, 90)


def test_days_of_the_search_bound_everything_beside_it(
    client: Client, company_of_answers: Place
) -> None:
    company_of_answers.refresh()
    first, last = everything()[10].day, everything()[39].day
    found = _shown(client, _keep(client, f"q=late&first={first}&last={last}"))
    assert found.part is not None
    assert (found.part.answers, found.part.of) == (15, 30)


def test_periods_and_metrics_can_be_chosen(client: Client, company_of_answers: Place) -> None:
    company_of_answers.refresh()
    trend = _keep(client, "q=late")
    weeks = _shown(client, trend, "every=week&metric=nps_mean")
    assert weeks.metric == "nps_mean"
    assert {each.until - each.since for each in weeks.stretches} == {timedelta(days=7)}
    assert _shown(client, trend, "every=never&metric=nothing").metric == "nps"


@pytest.mark.parametrize("query", [
    "open=on", "call_me=on&q=late", "partial=on", "quarantined=on", "segment.customer_id=ada",
    "segment.Score=9", "segment.tags=late", "segment.a-b=c",
])  # fmt: skip
def test_what_cannot_be_measured_is_said_and_no_number_is_shown(
    client: Client, company_of_answers: Place, query: str
) -> None:
    trend = _keep(client, query)
    page = client.get(f"/trends/{trend.key}")
    assert page.context["shown"] is None
    assert "This search cannot be measured" in page.content.decode()


def test_quotes_in_a_search_are_text(client: Client, company_of_answers: Place) -> None:
    company_of_answers.refresh()
    for text in ("o'clock", "'; DROP TABLE x; --", "a%'b\\", HOSTILE):
        trend = _keep(client, "q=" + text.replace("%", "%25").replace(";", "%3B"), name=text[:50])
        page = client.get(f"/trends/{trend.key}")
        assert page.status_code == 200
        assert page.context["shown"].found.metric is None
        assert "<script>alert" not in page.content.decode()


def test_a_search_is_its_owners_until_it_is_shared(
    client: Client, signed_in: Callable[[str], Client], company_of_answers: Place
) -> None:
    company_of_answers.refresh()
    trend = _keep(client, "q=late")
    other = signed_in("responder")
    assert other.get(f"/trends/{trend.key}").status_code == 404
    assert "Courier" not in other.get("/trends").content.decode()
    client.post(f"/trends/{trend.key}/edit", {"name": "Couriers", "shared": "on"})
    assert other.get(f"/trends/{trend.key}").status_code == 200
    assert "Couriers" in other.get("/trends").content.decode()
    assert other.post(f"/trends/{trend.key}/edit", {"name": "x"}).status_code == 404
    assert other.post(f"/trends/{trend.key}/forget").status_code == 404
    assert signed_in("administrator").post(f"/trends/{trend.key}/forget").status_code == 302
    assert not Trend.objects.exists()


def test_one_name_is_one_search_and_without_a_filter_there_is_none(
    client: Client, company: object
) -> None:
    _keep(client, "q=late")
    client.post("/trends/new", {"name": "Courier", "query": "q=slow"})
    client.post("/trends/new", {"name": "Empty", "query": "nonsense=1"})
    client.post("/trends/new", {"name": "", "query": "q=slow"})
    assert Trend.objects.count() == 1
    assert client.get("/trends/new").status_code == 405


def test_the_list_takes_as_many_queries_with_a_hundred(client: Client, company: object) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as told:
            client.get("/trends")
        return len(told)

    by = Member.objects.get()
    Trend.objects.create(member=by, name="one", query="q=a")
    few = count()
    Trend.objects.bulk_create(
        Trend(member=by, name=f"n{number}", query="tag=a&q=b") for number in range(100)
    )
    assert count() == few


def test_nothing_answered_yet_is_said(client: Client, company_of_answers: Place) -> None:
    Response.objects.all().delete()
    with clock.at(NOW):
        page = client.get(f"/trends/{_keep(client, 'q=late').key}")
    assert page.status_code == 200
    assert "within minutes" in page.content.decode()
