"""The data page: where every record went, what was rejected, how fresh each source is, and looking again."""

from __future__ import annotations

import csv
import io
import os
import re
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost import clock
from milepost.insight.data_account import DataAccount
from milepost.server.models import Audit, Dirty
from milepost.server.queries.numbers import Refusal
from tests.server.data.conftest import NOW, ORDERS, answered

pytestmark = pytest.mark.django_db


def _page(client: Client, path: str = "/data") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_every_record_is_accounted_for_and_adds_up(client: Client, folder: Path) -> None:
    with clock.at(NOW):
        (found,) = answered(DataAccount())
        page = _page(client)
    survey, orders, answers = found.sources
    assert (survey.account.records, survey.used, survey.account.excluded) == (6, 4, 1)
    assert survey.account.rejected_lines == 1
    assert [(blank, bad) for _, blank, bad in survey.questions] == [(1, 1), (0, 1)]
    assert (survey.account.rows, survey.unmet, survey.reasons_left) == (5, 1, 0)
    assert all(each.account.adds_up for each in found.sources)
    assert "6 read = 4 used + 1 excluded + 1 rejected" in page
    assert "not on the scale 0-10" in page
    assert "not so in 1 record" in page
    assert "nothing collected yet" in page
    assert answers.collected
    assert (survey.stale, orders.stale, answers.stale) == (False, True, False)
    assert "No row in the latest whole period (October 2026); the last one is of" in page


def test_each_source_tells_the_metrics_that_it_feeds(folder: Path) -> None:
    (found,) = answered(DataAccount())
    feeds = {each.account.source: {name for name, _ in each.feeds} for each in found.sources}
    assert {"nps", "csat"} <= feeds["survey"]
    assert "ces" not in feeds["survey"]
    assert "order_value" in feeds["orders"] or "revenue" in feeds["orders"]
    assert not feeds["orders"] & {"nps", "csat"}


def test_a_source_is_named_with_its_line_of_the_plan(folder: Path) -> None:
    (found,) = answered(DataAccount())
    lines = (folder / "milepost.yaml").read_text("utf-8").splitlines()
    for each in found.sources:
        assert each.account.source in lines[each.line - 1]


def test_rejects_come_as_a_table_that_no_spreadsheet_runs(client: Client, folder: Path) -> None:
    answered(DataAccount())
    answer = client.post("/data/rejects/survey")
    assert answer["Content-Type"].startswith("text/csv")
    text = b"".join(answer).decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["line"], row["value"]) for row in rows] == [
        ("5", "'=cmd()"),
        ("4", "11"),
        ("6", "9"),
    ]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    told = Audit.objects.get(verb="export")
    assert told.detail == {"what": "rejects", "format": "csv", "filtered": ["survey"]}


@pytest.mark.parametrize("source", ["orders", "nobody", "..%2Fsurvey", "survey.csv"])
def test_no_list_of_rejects_no_file(client: Client, folder: Path, source: str) -> None:
    answered(DataAccount())
    assert client.post(f"/data/rejects/{source}").status_code == 404


def test_rejects_are_for_those_who_may_export(
    signed_in: Callable[[str], Client], folder: Path
) -> None:
    answered(DataAccount())
    responder = signed_in("responder")
    assert responder.post("/data/rejects/survey").status_code == 403
    assert "Download" not in _page(responder)
    assert "Download the rejects" in _page(signed_in("manager"))


def test_a_refresh_builds_what_changed_and_says_so(client: Client, folder: Path) -> None:
    with clock.at(NOW - timedelta(days=1)):
        answered(DataAccount())
    assert "nothing has changed" not in _page(client)
    for built in (folder / "store" / "facts").glob("*.parquet"):
        os.utime(built, (time.time() - 60, time.time() - 60))
    first = client.post("/data/refresh")
    assert "nothing has changed" in _page(client, first["Location"])
    (folder / "orders.csv").write_text(ORDERS + "o3,2026-11-05,30,c3\n", "utf-8")
    page = _page(client, first["Location"])
    assert "one was built anew. orders" in page
    assert "3 read = 3 used" in page


def test_two_who_refresh_at_once_ask_for_one(
    signed_in: Callable[[str], Client], folder: Path
) -> None:
    one, other = signed_in("analyst"), signed_in("manager")
    with clock.at(NOW):
        first = one.post("/data/refresh")["Location"]
        assert other.post("/data/refresh")["Location"] == first
    with clock.at(NOW + timedelta(seconds=30)):
        assert other.post("/data/refresh")["Location"] != first
    assert Audit.objects.filter(verb="refresh_data").count() == 2


def test_looking_at_the_data_writes_nothing(client: Client, folder: Path) -> None:
    client.get("/data")
    with CaptureQueriesContext(connection) as caught:
        client.get("/data?refresh=1")
        client.get("/data?refresh=9999999999999999999999")
        client.get("/data?refresh=x")
    assert not [
        q for q in caught if not q["sql"].startswith(("SELECT", "PRAGMA", "BEGIN", "SAVE", "REL"))
    ]


def test_what_the_worker_has_still_to_bring_is_told(client: Client, folder: Path) -> None:
    for _ in range(3):
        Dirty.objects.create(fact="responses", month="2026-11")
    page = _page(client)
    assert "One month of what is collected here has changes" in page
    assert "No worker is running" in page


def test_without_a_plan_the_way_to_one_is_shown(
    client: Client, folder: Path, signed_in: Callable[[str], Client]
) -> None:
    (folder / "milepost.yaml").unlink()
    assert "There is no plan yet" in _page(client)


def test_a_wrong_plan_is_told_in_one_line_each(
    client: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from milepost.server.measuring.outcome import Refused

    def refuse(*askings: object) -> None:
        raise Refusal(Refused("plan", ("milepost.yaml:9: <b>unknown</b> column",)))

    monkeypatch.setattr("milepost.server.web.data.numbers", refuse)
    answer = client.get("/data")
    assert answer.status_code == 422
    assert "milepost.yaml:9: &lt;b&gt;unknown" in answer.content.decode()


def test_hostile_texts_of_the_plan_and_the_data_are_inert(client: Client, folder: Path) -> None:
    plan = folder / "milepost.yaml"
    text = plan.read_text("utf-8").replace("the store is known", "'<script>alert(1)</script>'")
    plan.write_text(text.replace("missing: [x]", "missing: [x, '<img src=x>']", 1), "utf-8")
    survey = folder / "survey.csv"
    survey.write_text(
        survey.read_text("utf-8").replace("2,2026-10-04,x", "2,2026-10-04,<img src=x>"), "utf-8"
    )
    page = client.get("/data").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "&lt;script&gt;" in page
    assert "&lt;img src=x&gt;" in page


def test_a_hundred_sources_take_no_more_queries_than_three(client: Client, folder: Path) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/data").status_code == 200
        return len(caught)

    few = queries()
    more = "".join(
        f"  - {{name: o{n}, fact: orders, from: orders.csv, columns: {{order_id: \"= '{n}/' || id\","
        " ordered_at: day, amount: amount, customer_id: customer}}\n"
        for n in range(20)
    )  # fmt: skip
    plan = folder / "milepost.yaml"
    plan.write_text(
        plan.read_text("utf-8").replace("  - {name: answers", f"{more}  - {{name: answers"), "utf-8"
    )
    assert queries() == few
