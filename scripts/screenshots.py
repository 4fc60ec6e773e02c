"""Makes docs/pictures anew: a respondent's page and a survey from an empty server, the dashboard from the demo company.

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
from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
MILEPOST = (sys.executable, "-c", "from milepost.cli import main; main()")
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic"]
COLOURS = 64
MOST = 60_000  # bytes of a picture, so that a page of the docs opens at once
PASSWORD = "a long enough sentence"
PERSON = {"email": "ada@northwind.example", "name": "Ada Lovelace", "password": PASSWORD, "again": PASSWORD}  # fmt: skip


# What is shown of the demo company: the address, and the height of the picture.
DASHBOARD = {
    "home": ("/", 1300),
    "metric": ("/metric/csat?touchpoint=delivery", 960),
    "answers": ("/responses", 760),
    "compare": ("/compare?metric=csat&touchpoint=delivery", 960),
    "plan": ("/plan/touchpoints/delivery", 760),
}
ADMINISTRATOR = "admin@morgenrist.example"


def main() -> None:
    """Take the pictures of both servers."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with _server() as link:
            _asking(browser, link)
        with tempfile.TemporaryDirectory() as folder:
            _dashboard(browser, Path(folder) / "morgenrist")
        browser.close()


def _asking(browser: Browser, link: str) -> None:
    """A survey that is made in an empty folder, and the page of whoever answers it."""
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


def _dashboard(browser: Browser, folder: Path) -> None:
    """The pages of the demo company, wide and on a telephone."""
    subprocess.run(
        [*MILEPOST, "demo", str(folder), "--password", PASSWORD], check=True, env=_environ()
    )
    port = _free_port()
    process = subprocess.Popen(
        [*MILEPOST, "serve", "--folder", str(folder), "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environ(),
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        while not _listens(f"{address}/"):
            time.sleep(0.1)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        _sign_in(page, address)
        for name, (path, height) in DASHBOARD.items():
            page.set_viewport_size({"width": 1280, "height": height})
            _open(page, address + path)
            _keep(page, name)
        page.set_viewport_size({"width": 380, "height": 760})
        _open(page, address)
        _keep(page, "phone")
    finally:
        process.terminate()
        process.wait()


def _sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/sign-in")
    page.fill("[name=email]", ADMINISTRATOR)
    page.fill("[name=password]", PASSWORD)
    page.click("main button.main")
    page.locator(".me").wait_for()


def _open(page: Page, address: str) -> None:
    """Open a page and wait until it has measured and drawn."""
    page.goto(address)
    page.locator("body:has(h1):not(:has(.waiting))").wait_for(timeout=120_000)
    page.wait_for_load_state()
    page.locator("body:not(:has(.waiting)):not(:has(.drawing:not(:has(svg))))").wait_for()


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
    picture = PICTURES / f"{name}.png"
    taken.quantize(COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)
    if picture.stat().st_size >= MOST:
        raise SystemExit(f"{picture} has {picture.stat().st_size:,} bytes: show less of the page")
    print(f"wrote {picture}")


if __name__ == "__main__":
    main()
