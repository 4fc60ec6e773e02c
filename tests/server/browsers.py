"""Chromium for the tests of a folder: a page wide and on a telephone, of nobody or of whoever manages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="module")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """Chromium. Its loop runs in this thread, and the database is used in it all the same."""
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(params=[(1280, "light"), (320, "dark")], ids=["wide", "phone"])
def page(browser: Browser, request: Any) -> Iterator[Page]:
    """A page that fails the test on anything the browser complains of."""
    width, colours = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=colours, reduced_motion="reduce"
    )
    found = context.new_page()
    complaints: list[str] = []
    found.on("console", lambda said: complaints.append(said.text))
    found.on("pageerror", lambda error: complaints.append(str(error)))
    yield found
    context.close()
    expected = "Failed to load resource: the server responded with a status of 404"
    assert [said for said in complaints if not said.startswith(expected)] == []


@pytest.fixture
def managing(page: Page, live_server: Any, signed_in: Callable[[str], Client]) -> None:
    """The page is that of a manager who is signed in."""
    name = settings.SESSION_COOKIE_NAME
    session = signed_in("manager").cookies[name].value
    page.context.add_cookies([{"name": name, "value": session, "url": live_server.url}])
