"""Charts in a real browser, under the content security policy of the pages."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, expect, sync_playwright

from milepost.charts.chart import Chart
from milepost.charts.palette import DARK, LIGHT
from milepost.server.safety import POLICY
from tests.charts.gallery import CHARTS, HOSTILE
from tests.conftest import ROOT

STATIC = ROOT / "src/milepost/server/static/milepost"
PAGE = """<!doctype html><html lang="en" dir="{dir}"><head><meta charset="utf-8"><title>Charts</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="htmx-config" content='{{"includeIndicatorStyles": false, "allowEval": false}}'>
<link rel="icon" href="data:,"><link rel="stylesheet" href="tokens.css"><link rel="stylesheet" href="site.css">
<link rel="stylesheet" href="charts.css"><script src="htmx.min.js" defer></script>
<script src="vega.js" defer></script><script src="charts.js" defer></script></head>
<body><main>{body}</main></body></html>"""


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder with the policy of the pages, without a word."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("charts")
    for name in ("tokens.css", "site.css", "charts.css", "charts.js", "vega.js", "htmx.min.js"):
        (made / name).write_bytes((STATIC / name).read_bytes())
    return made


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_page(viewport={"width": 1280, "height": 900})
        browser.close()


def written(folder: Path, name: str, charts: dict[str, Chart], *, dir: str = "ltr") -> None:
    body = "".join(
        render_to_string("web/chart.html", {"chart": chart}) for chart in charts.values()
    )
    (folder / f"{name}.html").write_text(PAGE.format(body=body, dir=dir), encoding="utf-8")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme", "dir"), [
    (1280, "light", "ltr"), (320, "light", "ltr"), (1280, "dark", "rtl"),
])  # fmt: skip
def test_every_chart_draws_itself_and_nothing_is_refused(
    folder: Path, address: str, browser_page: Page, width: int, scheme: str, dir: str
) -> None:
    complaints: list[str] = []
    page = browser_page
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    written(folder, "all", CHARTS, dir=dir)
    page.goto(f"{address}/all.html")
    drawn = sum(chart.spec is not None for chart in CHARTS.values())
    expect(page.locator(".drawing svg")).to_have_count(drawn)
    assert not complaints
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".figures[open]").count() == sum(
        c.spec is None for c in CHARTS.values() if c.table.rows
    )


def shown(page: Page, folder: Path, address: str, name: str, chart: Chart) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    written(folder, name, {name: chart})
    page.goto(f"{address}/{name}.html")
    page.wait_for_selector(".drawing svg")


@pytest.mark.browser
def test_a_chart_follows_the_theme_and_the_width(
    folder: Path, address: str, browser_page: Page
) -> None:
    page = browser_page
    shown(page, folder, address, "theme", CHARTS["trend"])
    assert LIGHT.quiet in page.inner_html(".drawing")
    page.emulate_media(color_scheme="dark")
    expect(page.locator(f".drawing svg [fill='{DARK.quiet}']").first).to_be_attached()
    page.set_viewport_size({"width": 400, "height": 900})
    expect(page.locator(".drawing svg")).to_have_attribute("width", re.compile(r"^3\d\d(\.\d+)?$"))


@pytest.mark.browser
def test_a_dot_leads_to_the_answers_and_so_does_the_table(
    folder: Path, address: str, browser_page: Page
) -> None:
    page = browser_page
    shown(page, folder, address, "links", CHARTS["trend in Danish, with links"])
    hrefs = page.locator(".figures a").evaluate_all(
        "links => links.map(a => a.getAttribute('href'))"
    )
    assert "/answers?since=2017-01-01" in hrefs
    page.locator(".drawing path[aria-label], .drawing .mark-symbol path").last.click()
    page.wait_for_url("**/answers?since=*")


@pytest.mark.browser
def test_pointing_at_a_dot_tells_its_figures_as_text(
    folder: Path, address: str, browser_page: Page
) -> None:
    page = browser_page
    shown(page, folder, address, "tip", CHARTS["ranking of hostile names"])
    page.locator(".drawing .mark-symbol path").last.hover()
    page.wait_for_selector(".chart-tip:not([hidden])")
    assert HOSTILE in page.inner_text(".chart-tip").replace("\n", " ")
    assert page.locator(".chart-tip img").count() == 0
    page.keyboard.press("Escape")
    expect(page.locator(".chart-tip")).to_be_hidden()


@pytest.mark.browser
def test_the_keyboard_passes_a_chart_and_opens_its_table(
    folder: Path, address: str, browser_page: Page
) -> None:
    page = browser_page
    shown(page, folder, address, "keys", CHARTS["trend"])
    page.wait_for_selector(".figures:not([open])")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "table"


@pytest.mark.browser
def test_what_htmx_brings_is_drawn_too(folder: Path, address: str, browser_page: Page) -> None:
    page = browser_page
    shown(page, folder, address, "first", CHARTS["trend"])
    chart = render_to_string("web/chart.html", {"chart": CHARTS["distribution"]})
    (folder / "part.html").write_text(chart, encoding="utf-8")
    page.evaluate("htmx.ajax('GET', '/part.html', {target: 'main', swap: 'innerHTML'})")
    page.wait_for_selector("text=Recommendation")
    page.wait_for_selector(".drawing svg .mark-rect")
    assert page.locator(".drawing svg").count() == 1


@pytest.mark.browser
def test_without_javascript_the_tables_are_open(
    folder: Path, address: str, browser_page: Page
) -> None:
    written(folder, "plain", {"trend": CHARTS["trend"]})
    browser = browser_page.context.browser
    assert browser
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{address}/plain.html")
    assert page.locator(".figures[open] td").first.is_visible()
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(folder: Path, address: str, browser_page: Page, scheme: str) -> None:
    from axe_core_python.sync_playwright import Axe

    page = browser_page
    shown(page, folder, address, "axe", CHARTS["ranking"])
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    found = Axe().run(page)["violations"]
    assert [each["id"] for each in found] in ([], ["page-has-heading-one"])
