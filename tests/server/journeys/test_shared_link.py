"""The link for others: it opens one page without signing in, tells no words and no small groups, and can be taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.server.journeys.conftest import Visit
from tests.server.journeys.reading import signals
from tests.server.journeys.site import Site
from tests.server.journeys.visiting import Visitor, visiting

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sqlite]


def test_a_link_is_made_opened_and_taken_back(demo: Site, visit: Visit, browser: Browser) -> None:
    title = "For the owners"
    with visit(demo, "analyst") as me:
        home = me.go("/")
        words = [text.strip() for text in home.locator(".moment blockquote").all_inner_texts()]
        owners = home.locator(".owner").all_inner_texts()
        assert words
        assert owners
        me.follow("Share")
        me.good("share")
        me.page.get_by_label("What it is called").fill(title)
        me.press("Make the link")
        me.good("share-made")
        address = me.page.get_by_label("The link").input_value()
        path = "/shared/" + address.partition("/shared/")[2]
        inside = signals(me.go("/"))
        with visiting(browser, demo.url) as other:
            shown = other.go(path)
            other.good("shared")
            body = shown.locator("body").inner_text()
            assert not [text for text in (*words, *owners) if text in body]
            _leads_nowhere(other, path)
            assert "67" in body or "Delivery" in body
            assert other.status("/") == 302
            _shows_less(other, inside_labels={label for _, label in inside})
        me.go("/sharing")
        me.good("shares")
        me.page.get_by_role("button", name=f"Take back {title}").click()
        me.settled()
        with visiting(browser, demo.url) as late:
            assert late.status(path) == 404


def _leads_nowhere(other: Visitor, path: str) -> None:
    """No link into the site, and no form but the choice of what is shown."""
    links = other.page.evaluate(
        "[...document.querySelectorAll('a[href], form[action]')].map(each => new URL(each.href ?? each.action).pathname)"
    )
    assert {each for each in links if each != path} <= {"/"} - {"/"} | {path}, links


def _shows_less(other: Visitor, *, inside_labels: set[str]) -> None:
    """Where fewer than five answered nothing is told; what is told has the labels of inside."""
    rows = other.page.evaluate(
        """() => [...document.querySelectorAll('.signal')].map(each => [
            each.querySelector('.label')?.textContent.trim(),
            (each.querySelector('.sure')?.textContent.match(/n ([\\d,]+)/) ?? [])[1]])"""
    )
    assert rows
    few = [label for label, n in rows if n and int(n.replace(",", "")) < 5]
    assert few == []
    assert {label.split("\n")[0] for label, n in rows if n} & inside_labels
    expect(other.page.locator("blockquote")).to_have_count(0)
