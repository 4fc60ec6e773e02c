"""Makes docs/pictures anew: a respondent's page and the survey being edited, from a server of its own.

    python scripts/screenshots.py

Needs Chromium at /usr/bin/chromium, as the browser tests do.
"""

from __future__ import annotations

import io
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
MILEPOST = (sys.executable, "-c", "from milepost.cli import main; main()")
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic"]
COLOURS = 64
PASSWORD = "a long enough sentence"
PERSON = {"email": "ada@northwind.example", "name": "Ada Lovelace", "password": PASSWORD, "again": PASSWORD}  # fmt: skip


def main() -> None:
    """Start a server in an empty folder, make a survey there, and take the pictures."""
    with _server() as link, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1180, "height": 640})
        _sign_up(page, link)
        _make_survey(page)
        page.locator("#asking").evaluate("part => part.scrollIntoView()")
        _keep(page, "survey")
        _publish(page)
        address = page.get_by_label("Link", exact=True).input_value()
        page = browser.new_page(viewport={"width": 420, "height": 480})
        page.goto(f"{address}?v=9")
        _keep(page, "answer")
        browser.close()


@contextmanager
def _server() -> Iterator[str]:
    """A server in an empty folder, from its link for the first administrator."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "out").open("w+") as out:
        process = subprocess.Popen(
            [*MILEPOST, "serve", "--folder", folder, "--port", str(_free_port())],
            stdout=out, stderr=subprocess.DEVNULL, env=_environ(),
        )  # fmt: skip
        try:
            yield _link(Path(folder) / "out")
        finally:
            process.terminate()
            process.wait()


def _link(out: Path) -> str:
    for _ in range(300):
        found = re.search(r"http\S+/enrol/\S+", out.read_text())
        if found and _listens(found[0]):
            return found[0]
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def _listens(link: str) -> bool:
    port = int(re.findall(r":(\d+)/", link)[0])
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environ() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("MILEPOST_")}


def _sign_up(page: Page, link: str) -> None:
    page.goto(link)
    for name, value in PERSON.items():
        page.fill(f"[name={name}]", value)
    page.click("main button")
    page.click("nav >> text=Settings")
    page.get_by_label("Company name").fill("Northwind")
    page.click("text=Save the settings")


def _make_survey(page: Page) -> None:
    page.click("nav >> text=Surveys")
    page.get_by_role("link", name="New survey").click()
    page.get_by_label("Title").fill("How do you see us?")
    page.get_by_label("Net Promoter Score").first.check()
    page.get_by_role("button", name="Make the survey").click()
    page.reload()  # without the message on top


def _publish(page: Page) -> None:
    page.get_by_role("button", name="Save and publish…").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("button", name="Turn it on").click()


def _keep(page: Page, name: str) -> None:
    """A screenshot with few colours, so that it is small."""
    page.wait_for_timeout(1_000)  # the preview draws itself
    PICTURES.mkdir(exist_ok=True)
    taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    taken.quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)
    print(f"wrote {PICTURES / name}.png")


if __name__ == "__main__":
    main()
