"""The data page in a real browser: without a plan, in order, with much wrong; refreshed with one press."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from milepost.server.models import Dirty
from tests.server.looking import good

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("managing"),
]


def test_the_data_page(
    page: Page,
    live_server: Any,
    folder: Path,
) -> None:
    page.goto(f"{live_server.url}/data")
    good(page, "data")
    Dirty.objects.create(fact="responses", month="2026-11")
    page.get_by_role("button", name="Refresh now").click()
    page.get_by_text("The sources were looked at").wait_for()
    good(page, "data-refreshed")
    with page.expect_download() as told:
        page.get_by_role("button", name="Download the rejects").click()
    assert told.value.suggested_filename == "rejects-survey.csv"
    (folder / "milepost.yaml").unlink()
    page.goto(f"{live_server.url}/data")
    good(page, "data-none")
