"""What every page has to stand in a real browser, whoever made it."""

from __future__ import annotations

import os
from pathlib import Path

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page

# Where pictures go for somebody to look at; nowhere by default.
PICTURES = os.environ.get("PICTURES")


def good(page: Page, name: str) -> None:
    """Nothing that axe finds wrong, nothing wider than the screen."""
    if PICTURES:
        size = page.viewport_size or {}
        page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)
    found = Axe().run(page)["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    spill = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(spill) <= 0, name
