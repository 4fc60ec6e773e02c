"""Somebody at a browser: what they open, what they read there, and everything that it complains of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page, expect

from tests.server.conftest import PASSWORD
from tests.server.looking import good

# A person's browser: what calls itself headless is set aside as a tool.
PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
# As long as a busy machine may take to measure a page for the first time.
PATIENCE = 120_000
_AT_ONCE = 20_000
_PICTURES = os.environ.get("PICTURES")
_SPILL = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_WIDEST = """() => [...document.querySelectorAll('body *')]
    .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map(each => each.tagName + '.' + each.className + ' ' + each.textContent.slice(0, 40)).slice(-3)"""


@dataclass(slots=True)
class Visitor:
    """Somebody at a page of a site. `complaints` is all that the browser said."""

    url: str
    page: Page
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open an address of the site and wait until its numbers are there."""
        self.page.goto(urljoin(self.url, path))
        return self.settled()

    def settled(self) -> Page:
        """The page, once it has stopped saying that it is measuring."""
        there = self.page.locator("body:has(h1):not(:has(.waiting))")
        while True:
            expect(there).to_have_count(1, timeout=PATIENCE)
            self.page.wait_for_load_state()
            # Of a page that had only begun to come it is told now whether it measures.
            if there.count():
                return self.page

    def follow(self, words: str, *, within: str = "main") -> Page:
        """Follow the first link of these words."""
        self.page.locator(within).get_by_role("link", name=words).first.click()
        return self.settled()

    def press(self, words: str) -> Page:
        """Press the button of these words."""
        self.page.locator("main").get_by_role("button", name=words, exact=True).first.click()
        return self.settled()

    def drawn(self) -> Page:
        """The page, once every chart that is in sight is drawn."""
        waiting = self.page.locator(".drawing:not(:has(svg)):visible")
        expect(waiting).to_have_count(0, timeout=PATIENCE)
        return self.page

    def fits(self, name: str) -> None:
        """Nothing is wider than the screen."""
        if _PICTURES:
            width = (self.page.viewport_size or {})["width"]
            path = Path(_PICTURES) / f"{name}-{width}.png"
            self.page.screenshot(path=path, full_page=True)
        wide = self.page.evaluate(_SPILL)
        assert wide <= 0, (name, self.page.url, self.page.evaluate(_WIDEST))

    def good(self, name: str) -> None:
        """Nothing that axe finds wrong, and nothing wider than the screen."""
        good(self.page, name)

    def status(self, path: str) -> int:
        """The status of an address, asked beside the page with its session."""
        return self.page.request.get(urljoin(self.url, path), max_redirects=0).status


def sign_in(visitor: Visitor, email: str, password: str = PASSWORD) -> None:
    """Come in by the form."""
    visitor.page.goto(f"{visitor.url}/sign-in")
    visitor.page.fill("[name=email]", email)
    visitor.page.fill("[name=password]", password)
    visitor.page.click("main button.main")
    expect(visitor.page.locator(".me")).to_be_visible(timeout=PATIENCE)


@contextmanager
def visiting(browser: Browser, url: str, **options: Any) -> Iterator[Visitor]:
    """A browser of one's own. Nothing may be complained of on any page, ever, and no dialog may open."""
    usual = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
    context = browser.new_context(user_agent=PERSON, **{**usual, **options})
    page = context.new_page()
    page.set_default_timeout(_AT_ONCE)
    visitor = Visitor(url, page)
    page.on("console", lambda said: visitor.complaints.append(f"{page.url}: {said.text}"))
    page.on("pageerror", lambda error: visitor.complaints.append(f"{page.url}: {error}"))
    page.on("dialog", lambda dialog: (visitor.complaints.append(f"{page.url}: {dialog.message}"), dialog.dismiss()))  # fmt: skip
    yield visitor
    context.close()
    assert visitor.complaints == []
