"""The site without a mouse: whoever only has keys gets in, around and back, and sees where they are."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server.conftest import PASSWORD
from tests.server.journeys.site import Site
from tests.server.journeys.visiting import Visitor, visiting

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sqlite]
_MANY = 400
# What is focused, in words, and whether an outline shows it; the calendar within a date's field shows its own.
_FOCUS = """() => { const at = document.activeElement, look = getComputedStyle(at);
    const box = at.getBoundingClientRect();
    return {
        words: at.getAttribute('aria-label') || (at.labels?.[0] ?? at).textContent.trim().replace(/\\s+/g, ' '),
        name: at.name ?? '', tag: at.tagName,
        seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight
            && ((look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2) || (at.type === 'date' && !at.matches(':focus-visible'))),
    }; }"""


def test_the_site_without_a_mouse(demo: Site, browser: Browser) -> None:
    with visiting(browser, demo.url) as me:
        page = me.page
        page.goto(f"{demo.url}/sign-in")
        _to(page, name="email")
        page.keyboard.type("analyst@journeys.example")
        _to(page, name="password")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator(".me")).to_be_visible(timeout=60_000)
        me.settled()

        # The first key shows the way past the navigation, and it leads there.
        page.keyboard.press("Tab")
        assert _focus(page) == ("Skip to the content", "")
        page.keyboard.press("Enter")
        page.wait_for_url("**#main")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('main') !== null")

        _to(page, name="segment.country")
        page.keyboard.press("d")  # the first country of that letter
        chosen = page.locator("[name='segment.country']").input_value()
        assert chosen.startswith("D")
        _to(page, words="Show")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**segment.country={chosen}*")
        me.settled()
        expect(page.locator("[name='segment.country']")).to_have_value(chosen)

        _to(page, words="CSAT, top boxes")
        page.keyboard.press("Enter")
        page.wait_for_url("**/metric/csat*")
        me.settled()
        me.drawn()
        expect(page.locator("figure.chart details").first).not_to_have_attribute("open", "")
        _to(page, words="The figures")
        page.keyboard.press("Enter")
        expect(page.locator("figure.chart details[open] table").first).to_be_visible()

        _save(me, title="Parcels, by keys")
        page.keyboard.press("Alt+ArrowLeft")
        me.settled()
        me.go("/")
        _to(page, words="Parcels, by keys")
        page.keyboard.press("Enter")
        page.wait_for_url("**/metric/csat*")
        me.settled()
        me.go("/")
        _to(page, words="Delete the view Parcels, by keys")
        page.keyboard.press("Enter")
        me.settled()
        expect(page.get_by_role("link", name="Parcels, by keys")).to_have_count(0)


def _save(me: Visitor, *, title: str) -> None:
    _to(me.page, words="Save this view")
    me.page.keyboard.press("Enter")
    _to(me.page, name="title")
    me.page.keyboard.type(title)
    me.page.keyboard.press("Enter")
    expect(me.page.get_by_text("The view is saved")).to_be_visible(timeout=60_000)
    me.settled()


def _focus(page: Page) -> tuple[str, str]:
    """What is focused: its words and its name. Wherever the focus is, it is seen."""
    told = page.evaluate(_FOCUS)
    assert told["tag"] == "BODY" or told["seen"], (page.url, told)
    return told["words"], told["name"]


def _to(page: Page, *, words: str = "", name: str = "") -> None:
    """Press Tab until the focus is there."""
    for _ in range(_MANY):
        found = _focus(page)
        if (words and found[0] == words) or (name and found[1] == name):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to {words or name} on {page.url}")
