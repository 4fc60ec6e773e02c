"""Sharing in a real browser: a link made, opened by somebody else, chosen on, and taken back; the slide and its paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.server.looking import good

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("managing"),
]
Write = Callable[..., None]
PHONE, WIDE, SLIDE = (320, 700), (1280, 800), (1600, 900)


def sized(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def test_a_link_is_made_opened_and_taken_back(
    page: Page,
    live_server: Any,
    plan: Write,
) -> None:
    plan()
    page.goto(live_server.url)
    page.get_by_role("link", name="Share", exact=True).click()
    good(page, "share-new")
    page.get_by_role("button", name="Make the link").click()
    address = page.get_by_label("The link").input_value()
    good(page, "share-made")
    assert page.context.browser is not None
    other = page.context.browser.new_context()
    seen = other.new_page()
    local = live_server.url + re.sub(r"^https?://[^/]+", "", address)
    for size in (WIDE, PHONE):
        sized(seen, size)
        seen.goto(local)
        good(seen, "shared-map")
    seen.get_by_label("Only").select_option("country:NO")
    seen.get_by_role("button", name="Show").click()
    seen.get_by_text("too few answers to show").first.wait_for()
    page.goto(f"{live_server.url}/sharing")
    for size in (WIDE, PHONE):
        sized(page, size)
        good(page, "shares")
    page.get_by_role("button", name="Take back").click()
    assert seen.goto(local).status == 404  # type: ignore[union-attr]
    other.close()


def test_the_slide_fits_the_screen_and_one_sheet(
    page: Page,
    live_server: Any,
    plan: Write,
) -> None:
    plan()
    sized(page, SLIDE)
    page.goto(f"{live_server.url}/board")
    good(page, "board")
    high = page.evaluate("[document.documentElement, document.querySelector('.slide')].map(e => e.scrollHeight - e.clientHeight)")  # fmt: skip
    assert high == [0, 0]
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1
    (box,) = re.findall(rb"/MediaBox\s*\[([\d. ]+)\]", paper)
    _, _, width, height = (float(each) for each in box.split())
    assert width == pytest.approx(842, abs=1)
    assert height == pytest.approx(595, abs=1)
    sized(page, PHONE)
    good(page, "board-phone")


def test_a_digest_is_set_up_by_keyboard_and_mouse(
    page: Page,
    live_server: Any,
    plan: Write,
) -> None:
    plan()
    page.goto(live_server.url)
    page.get_by_role("link", name="By mail").click()
    good(page, "digest-new")
    page.get_by_label("What it is called").fill("A title that is as long as it may be, so that it shows what a list does of it.")  # fmt: skip
    page.keyboard.press("Enter")
    page.get_by_text("The digest is made.").wait_for()
    for size in (WIDE, PHONE):
        sized(page, size)
        good(page, "digests")
