"""The data page in a real browser: without a plan, in order, with much wrong; refreshed with one press."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from milepost.server.models import Dirty, Member
from tests.server.accounts.test_browser import browser, good, page  # noqa: F401 -- fixtures
from tests.server.people.test_browser import _signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_data_page(
    page: Page,  # noqa: F811
    live_server: Any,
    member: Callable[[str], Member],
    folder: Path,
) -> None:
    _signed_in(page, live_server, member)
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
