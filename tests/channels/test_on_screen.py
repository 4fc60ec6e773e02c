"""Mails and posters in a real browser: wide, on a phone, in the dark, by the rules of WCAG."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from milepost.channels.email.compose import invitation_html, notice_html
from milepost.channels.poster import Poster, page
from tests.channels.samples import BASE, EVERY_KIND, alert, mail

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
axe = pytest.importorskip("axe_core_python.sync_playwright", reason="axe checks the pages")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs the browser Chromium")

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
MAILS = {
    **{name: invitation_html(asked) for name, asked in EVERY_KIND.items()},
    "arabic": invitation_html(
        mail(lang="ar", direction="rtl", question="ما مدى احتمال أن توصي بنا؟")
    ),
    "long": invitation_html(mail(brand=LONG, greeting=LONG, question=f"{LONG} " * 5, low=LONG)),
    "yellow": invitation_html(mail(accent="#ffd400")),
    "alert": notice_html(alert(words=LONG, facts=(("Order", LONG),))),
}
TAPS = "a => { const box = a.getBoundingClientRect(); return [box.width, box.height] }"
OUTSIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_api.sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield started
        started.close()


def opened(browser: Any, text: str, *, width: int, scheme: str = "light") -> Any:
    tab = browser.new_page(viewport={"width": width, "height": 640}, color_scheme=scheme)
    tab.set_content(text)
    return tab


@pytest.mark.parametrize("name", MAILS)
def test_on_a_phone_nothing_sticks_out_and_every_answer_can_be_tapped(
    browser: Any, name: str
) -> None:
    tab = opened(browser, MAILS[name], width=320)
    assert tab.evaluate(OUTSIDE) == 0
    sizes = [tap.evaluate(TAPS) for tap in tab.locator("td.tap a").all()]
    assert min(min(size) for size in sizes) >= 44
    tab.close()


@pytest.mark.parametrize("name", ["nps", "ces2", "csat", "stars", "smileys", "arabic"])
def test_on_a_wide_screen_the_answers_stand_in_one_row(browser: Any, name: str) -> None:
    tab = opened(browser, MAILS[name], width=700)
    boxes = [tap.bounding_box() for tap in tab.locator("td.tap a").all()]
    assert len({box["y"] for box in boxes}) == 1
    across = [box["x"] for box in boxes]
    assert across == sorted(across, reverse=name == "arabic")
    tab.close()


def test_without_its_style_sheet_a_mail_still_fits_a_phone(browser: Any) -> None:
    """Some mail programs drop the head; what was written into the elements has to do."""
    head, _, rest = MAILS["nps"].partition("<style>")
    tab = opened(browser, head + rest.partition("</style>")[2], width=320)
    assert tab.evaluate(OUTSIDE) == 0
    assert min(min(tap.evaluate(TAPS)) for tap in tab.locator("td.tap a").all()) >= 44
    tab.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["nps", "smileys", "options", "arabic", "yellow", "alert"])
def test_a_mail_keeps_the_rules_of_wcag(browser: Any, name: str, scheme: str) -> None:
    tab = opened(browser, MAILS[name], width=700, scheme=scheme)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = axe.Axe().run(tab, options={"runOnly": {"type": "tag", "values": tags}})
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
    tab.close()


def test_people_and_screen_readers_meet_no_decoy(browser: Any) -> None:
    tab = opened(browser, MAILS["nps"], width=700)
    decoy = tab.locator(f'a[href^="{BASE}/m/"]')
    assert decoy.count() == 1
    assert not decoy.is_visible()
    assert f"{BASE}/m/" not in tab.locator("body").aria_snapshot()
    assert tab.locator("body").aria_snapshot().count("/url") == 13
    tab.close()


@pytest.mark.parametrize("paper", ["A4", "A5"])
def test_a_poster_is_one_sheet_whose_code_can_be_read(browser: Any, paper: Any) -> None:
    image = pytest.importorskip("PIL.Image", reason="pillow reads the picture")
    reader = pytest.importorskip("zxingcpp", reason="zxing-cpp reads the code")
    url = f"{BASE}/s/Hx4k"
    asked = Poster(
        url=url, brand=LONG, question="How was it? " * 33, hint="Scan " * 30, paper=paper
    )
    tab = opened(browser, page(asked), width=1000)
    assert tab.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    lowest = tab.evaluate(
        "document.querySelector('.short').getBoundingClientRect().bottom"
        " - document.querySelector('main').getBoundingClientRect().bottom"
    )
    assert lowest <= 0
    picture = image.open(io.BytesIO(tab.screenshot(full_page=True))).convert("L")
    assert [code.text for code in reader.read_barcodes(picture)] == [url]
    tab.close()
