"""Answers taken away: read back with another program, nothing in them runs, nothing is missing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost.server import exporting
from milepost.server.models import Audit, Person, Survey
from tests.server.programs.conftest import Answer, Publish, people

pytestmark = pytest.mark.django_db
RUNS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")')


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("analyst")


def _body(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def _csv(client: Client, **filters: str) -> list[dict[str, str]]:
    text = _body(client.post("/responses/export", {"format": "csv", **filters})).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _xlsx(client: Client, **filters: str) -> list[dict[str, Any]]:
    body = _body(client.post("/responses/export", {"format": "xlsx", **filters}))
    sheet = openpyxl.load_workbook(io.BytesIO(body)).active
    assert sheet is not None
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


@pytest.mark.parametrize("read", [_csv, _xlsx])
def test_no_cell_is_a_formula(
    client: Client, publish: Publish, answer: Answer, read: Callable[..., Any]
) -> None:
    survey = publish(further=[{"name": "x", "kind": "text", "texts": {"en": {"question": "Q"}}}])
    for number, text in enumerate(RUNS):
        person = Person.objects.create(name=text, external_id=f"{text}{number}")
        answer(survey, person, comment=text, answer=text, phone=text, further={"x": text}, touchpoint=text)  # fmt: skip
    rows = read(client)
    assert len(rows) == len(RUNS)
    for row in rows:
        for cell in (*row, *row.values()):
            assert not str(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    # XML cannot hold a \r: a workbook writes it so.
    told = {row["comment"].replace("_x000D_", "\r") for row in rows}
    assert told == {f"'{text}" for text in RUNS}


def test_headings_are_guarded_too() -> None:
    table = b"".join(exporting.as_csv(["=1", "b"], [["a", "=2"]])).decode("utf-8-sig")
    assert table.splitlines() == ["'=1,b", "a,'=2"]
    with exporting.as_xlsx(["=1"], [["=2"], [3]], sheet="S") as file:
        sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    assert [cell.value for cell in next(sheet.columns)] == ["'=1", "'=2", 3]


@pytest.mark.parametrize("read", [_csv, _xlsx])
def test_one_row_an_answer_with_a_column_for_each_further_question(
    client: Client, publish: Publish, answer: Answer, ada: Person, read: Callable[..., Any]
) -> None:
    further = [
        {"name": "stores", "kind": "multiple", "options": ["a", "b"],
         "texts": {"en": {"question": "Q", "options.a": "A", "options.b": "B"}}},
        {"name": "wait", "kind": "number", "texts": {"en": {"question": "Q"}}},
    ]  # fmt: skip
    nps = publish(further=further)
    other = publish(name="csat", title="C", type="csat")
    at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    answer(
        nps, ada, score=0, comment="Größe 大\nzweite Zeile", answered_at=at, day=at.date(),
        further={"stores": ["a", "b"], "wait": 2.5},
    )  # fmt: skip
    answer(other, score=5)
    answer(nps, ada, test=True)
    answer(nps, ada, quarantined=True, score=1)
    rows = {row["survey"]: row for row in read(client)}
    assert len(rows) == 2
    mine = rows["nps"]
    assert str(mine["score"]) == "0"
    assert mine["class"] == "detractor"
    assert mine["comment"] == "Größe 大\nzweite Zeile"
    assert mine["customer_id"] == "c-1"
    assert mine["answered_at (Europe/Copenhagen)"] == "2026-07-02 00:30:00"
    assert (mine["nps: stores"], str(mine["nps: wait"])) == ("a, b", "2.5")
    nameless = rows["csat"]
    assert not nameless["answered_at (Europe/Copenhagen)"]
    assert not nameless["customer_id"]
    assert not nameless["nps: wait"]


def test_an_export_takes_the_filter_and_all_pages(
    client: Client, survey: Survey, answer: Answer
) -> None:
    for person in people(120):
        answer(survey, person, score=3)
    answer(survey, score=10)
    assert len(_csv(client)) == 121
    assert len(_csv(client, low="on")) == 120
    assert len(_xlsx(client, group="promoter")) == 1
    assert _csv(client, quarantined="on") == []
    told = Audit.objects.filter(verb="export").order_by("pk").first()
    assert told is not None
    assert told.detail == {"what": "responses", "format": "csv", "filtered": []}


def test_a_large_export_takes_no_query_an_answer(
    client: Client, survey: Survey, answer: Answer
) -> None:
    def many() -> int:
        with CaptureQueriesContext(connection) as caught:
            _csv(client)
        return len(caught)

    everybody = people(100)
    answer(survey, everybody[0])
    one = many()
    for person in everybody[1:]:
        answer(survey, person)
    assert many() == one


def test_too_many_rows_for_a_workbook_are_refused_with_what_to_do(
    client: Client, survey: Survey, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 2)
    for _ in range(3):
        answer(survey)
    said = client.post("/responses/export", {"format": "xlsx"}, follow=True).content.decode()
    assert "an XLSX file takes at most 2 rows; narrow the filter, or take CSV" in said
    assert len(_csv(client)) == 3
    assert not Audit.objects.filter(verb="export", detail__format="xlsx").exists()


def test_the_order_of_anonymous_answers_tells_nothing(
    client: Client, survey: Survey, answer: Answer
) -> None:
    made = {str(answer(survey).key): answer(survey).pk for _ in range(10)}
    keys = [row["response_id"] for row in _csv(client)]
    from milepost.server.models import Response

    by_random_id = [
        str(key) for key in Response.objects.order_by("pk").values_list("key", flat=True)
    ]
    assert keys == by_random_id
    assert set(made) <= set(keys)


def test_looking_at_the_address_exports_nothing(client: Client) -> None:
    assert client.get("/responses/export").status_code == 405
