"""An analyst compares months and segments, takes the answers away, and works the page's number out again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.server.journeys.conftest import Visit
from tests.server.journeys.reading import number, plain, written
from tests.server.journeys.site import Site
from tests.server.journeys.visiting import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sqlite]


def test_an_analyst_compares_exports_and_counts_again(demo: Site, visit: Visit) -> None:
    (cell,) = demo.measure("csat", "--touchpoint", "delivery")
    first, until = date.fromisoformat(cell["since"]), date.fromisoformat(cell["until"])
    with visit(demo, "analyst", accept_downloads=True) as me:
        me.go("/compare?metric=csat&touchpoint=delivery")
        me.good("compare")
        earlier, later, change = _compared(me.page)
        assert (later, change) == (written(cell), f"{cell['against']['change']:,.1f}".replace("-", "−"))  # fmt: skip
        assert number(later[0]) < number(earlier[0])
        expect(me.page.locator("tr.this .tag")).to_have_text("worse")
        expect(me.page.get_by_role("heading", name="Mix against rate")).to_be_visible()
        _choose_groups(me, first="region=Copenhagen", second="region=Jutland")
        me.good("compare-segments")
        there, here, _ = _compared(me.page)
        # The two regions in one month, as the metric's own page tells them.
        days = {"from": str(first), "to": str(until - timedelta(days=1)), "touchpoint": "delivery"}
        metric = me.go(f"/metric/csat?{urlencode(days)}")
        expect(metric.locator(".huge")).to_have_text(written(cell)[0])
        assert _region(metric, "Copenhagen") == there
        assert _region(metric, "Jutland") == here

        me.go(f"/responses?{urlencode(days)}")
        me.good("answers")
        tables = [_read(_taken(me, words)) for words in ("Export CSV", "Export XLSX")]
    for header, rows in tables:
        scores = [int(row[header.index("score")]) for row in rows if row[header.index("score")]]
        assert len(scores) == cell["n"]
        assert 100 * sum(score >= 4 for score in scores) / len(scores) == pytest.approx(cell["value"])  # fmt: skip
        assert any(name == "answered_at (Europe/Copenhagen)" for name in header)
    ids = [sorted(row[0] for row in rows) for _, rows in tables]
    assert ids[0] == ids[1]


def _compared(page: Page) -> tuple[tuple[str, str], tuple[str, str], str]:
    """Both sides' value and n as they are written, and the difference."""
    rows = page.locator("section[aria-labelledby=result] table").first.locator("tbody tr")
    cells = [row.locator("td").all_inner_texts() for row in rows.all()]
    (first, second) = ((plain(row[0]), row[2]) for row in cells[:2])
    return first, second, cells[2][0]


def _choose_groups(me: Visitor, *, first: str, second: str) -> None:
    """One month on both sides, and a group on each."""
    latest = me.page.locator("#b").input_value()
    me.page.select_option("#a", latest)
    me.page.select_option("#a-group", first)
    me.page.select_option("#b-group", second)
    me.press("Compare")


def _region(page: Page, name: str) -> tuple[str, str]:
    """A region's value and n in the table beside its drawing."""
    chart = page.locator("figure.chart", has_text="By region")
    header = [text.strip() for text in chart.locator("thead th").all_text_contents()]
    row = chart.locator("tbody tr").filter(has=page.get_by_role("rowheader", name=name, exact=True, include_hidden=True))  # fmt: skip
    texts = [text.strip() for text in row.locator("th, td").all_text_contents()]
    told = dict(zip(header, texts, strict=True))
    return plain(told[header[1]]), told["n"]


def _taken(me: Visitor, words: str) -> Path:
    with me.page.expect_download() as told:
        me.page.get_by_role("button", name=words).click()
    path = told.value.path()
    return path.rename(path.with_name(told.value.suggested_filename))


def _read(path: Path) -> tuple[list[str], list[Sequence[str]]]:
    """The header and the rows of a table, all text."""
    if path.suffix == ".csv":
        header, *rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
        return header, list(rows)
    # A workbook that is read from the disk row by row keeps its file open.
    sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets[0]
    told = [["" if v is None else str(v) for v in row] for row in sheet.iter_rows(values_only=True)]
    return told[0], list(told[1:])
