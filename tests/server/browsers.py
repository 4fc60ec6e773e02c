"""Chromium for the tests of a folder: a page wide and on a telephone, of nobody or of whoever manages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LOOKS, IDS = ((1280, "light"), (320, "dark")), ("wide", "phone")
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


@contextmanager
def watched(
    browser: Browser, look: tuple[int, str], *, status: str, **options: Any
) -> Iterator[Page]:
    """A page as wide and in the colours that `look` says.

    The browser may complain of nothing but answers whose status begins with `status`.
    """
    width, colours = look
    options = {"viewport": {"width": width, "height": 800}, "color_scheme": colours, **options}
    context = browser.new_context(reduced_motion="reduce", **options)
    found = context.new_page()
    complaints: list[str] = []
    found.on("console", lambda said: complaints.append(said.text))
    found.on("pageerror", lambda error: complaints.append(str(error)))
    yield found
    context.close()
    expected = f"Failed to load resource: the server responded with a status of {status}"
    assert [said for said in complaints if not said.startswith(expected)] == []


@pytest.fixture(params=LOOKS, ids=IDS)
def page(browser: Browser, request: Any) -> Iterator[Page]:
    """A page that fails the test on anything the browser complains of."""
    with watched(browser, request.param, status="404") as found:
        yield found


def signed(page: Page, address: str, client: Client) -> None:
    """The page is that of whoever the client is."""
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


@pytest.fixture
def managing(page: Page, live_server: Any, signed_in: Callable[[str], Client]) -> None:
    """The page is that of a manager who is signed in."""
    signed(page, live_server.url, signed_in("manager"))
