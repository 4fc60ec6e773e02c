"""A real browser at a live server: contexts of every kind, and what its console says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
_AXE = next(Path(str(files("axe_core_python"))).rglob("axe.min.js"))
_WITHIN = """([name, least]) => {
  const seen = [...document.querySelectorAll(name)].filter((each) => each.getClientRects().length);
  return seen.map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
    .filter(([, box]) => box.width < least[0] || box.height < least[1])
    .map(([html, box]) => `${html} ${box.width}x${box.height}`);
}"""


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*_ARGUMENTS])
        try:
            yield opened
        finally:
            opened.close()


def page(opened: Browser, *, said: list[str] | None = None, **options: Any) -> Page:
    """A page of a person of their own; what its console complains of is added to `said`."""
    options = {"user_agent": PERSON, "viewport": {"width": 1280, "height": 800}, **options}
    made = opened.new_context(**options).new_page()
    if said is not None:
        made.on(
            "console",
            lambda message: said.append(message.text) if message.type == "error" else None,
        )
        made.on("pageerror", lambda error: said.append(str(error)))
    return made


def press(shown: Page, name: str) -> None:
    """Press what leads to another page, and wait until that is there."""
    with shown.expect_navigation():
        shown.locator(name).first.click()


def faults(shown: Page) -> list[str]:
    """What axe finds wrong with a page, by the rules of WCAG 2.2 AA and best practice."""
    # Evaluated by the debugger: the page's own policy would not let it in as a script.
    shown.evaluate(_AXE.read_text(encoding="utf-8") + "; undefined")
    found = json.loads(
        shown.evaluate("axe.run().then((found) => JSON.stringify(found.violations))")
    )
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found for node in fault["nodes"]]


def smaller(shown: Page, name: str, *, wide: float, high: float) -> list[str]:
    """The elements that are smaller than they should be."""
    found: list[str] = shown.evaluate(_WITHIN, [name, [wide, high]])
    return found


def scrolls(shown: Page) -> bool:
    """Whether a page is wider than its window."""
    wider: bool = shown.evaluate("document.documentElement.scrollWidth > innerWidth")
    return wider
