"""Cells that a spreadsheet would run: whatever begins one, every table writes it as text, headings too."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client
from openpyxl import load_workbook  # type: ignore[import-untyped]  # it ships no types

from milepost import clock
from milepost.server import exporting
from milepost.server.models import Response
from tests.server.answers.conftest import Invite, Publish

# OWASP's list for CSV injection, wide signs included.
BEGINNINGS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"]
each_beginning = pytest.mark.parametrize("beginning", BEGINNINGS)


@each_beginning
def test_a_cell_of_csv_begins_with_none_of_them(beginning: str) -> None:
    evil = f"{beginning}cmd|'/C calc'!A0"
    text = b"".join(exporting.as_csv([evil], [[evil]])).decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(text, newline=""))) == [[f"'{evil}"], [f"'{evil}"]]


@each_beginning
def test_a_cell_of_a_workbook_is_text(beginning: str) -> None:
    evil = f"{beginning}HYPERLINK(1)"
    with exporting.as_xlsx([evil], [[evil]], sheet="Sheet") as file:
        cells = [cell for row in load_workbook(file).active for cell in row]

    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell for cell in cells if str(cell.value).startswith(beginning)]


@pytest.mark.django_db
def test_neither_words_nor_names_of_an_answer_become_formulas(
    publish: Publish, invite: Invite, signed_in: Callable[[str], Client]
) -> None:
    asked = invite(publish(), attributes={"=name": "@value"})
    now = clock.now()
    Response.objects.create(
        survey=asked.survey, version=asked.version, invitation=asked, person=asked.person, score=1,
        comment="=1+1", attributes=asked.attributes, touchpoint="+t", day=now.date(), answered_at=now,
    )  # fmt: skip
    answer = signed_in("analyst").post("/responses/export", {"format": "csv"})
    text = answer.getvalue().decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]

    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell[:1] in BEGINNINGS]
