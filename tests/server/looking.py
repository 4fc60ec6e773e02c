"""What every page has to stand in a real browser, whoever made it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Error, Page

# Where pictures go for somebody to look at; nowhere by default.
PICTURES = os.environ.get("PICTURES")


def good(page: Page, name: str) -> None:
    """Nothing that axe finds wrong, nothing wider than the screen."""
    if PICTURES:
        size = page.viewport_size or {}
        page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)
    found = _violations(page)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    spill = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(spill) <= 0, name


def _violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds wrong; a form that was just sent may put another page in the place of this one."""
    for _again in range(3):
        page.wait_for_load_state()
        with suppress(Error):
            return list(Axe().run(page)["violations"])
        page.wait_for_timeout(300)
    return list(Axe().run(page)["violations"])
