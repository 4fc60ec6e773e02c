"""Words from right to left, and the interface in Danish and Chinese."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.server.journeys.conftest import Visit
from tests.server.journeys.reading import number, signals
from tests.server.journeys.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sqlite]
ARABIC = re.compile("[\u0600-\u06ff]")
PAGES = ("/", "/metric/csat?touchpoint=delivery", "/touchpoints/delivery", "/responses", "/compare?metric=csat&touchpoint=delivery", "/programs", "/data", "/plan")  # fmt: skip
_DIRECTIONS = """() => [...document.querySelectorAll('main *')].filter(each =>
        [...each.childNodes].some(node => node.nodeType === 3 && /[\\u0600-\\u06ff]/.test(node.data)))
    .map(each => [each.closest('[dir=auto], bdi, option') !== null, getComputedStyle(each).direction, each.outerHTML.slice(0, 160)])"""


def test_arabic_words_and_names_stand_as_they_are_read(demo: Site, visit: Visit) -> None:
    person = demo.python(
        "from milepost.server.models import Person, Response\n"
        "found = Response.objects.filter(locale='ar', quarantined=False, person__isnull=False).exclude(comment='').first()\n"
        "Person.objects.filter(pk=found.person_id).update(name='ليلى \"<b>\" بن عيسى')\n"
        "print(found.key, found.person.key)"
    ).split()
    with visit(demo, "manager") as me:
        for path in ("/responses?language=ar", f"/responses/{person[0]}", f"/people/{person[1]}",
                     f"/people/{person[1]}/story", "/", "/touchpoints/delivery"):  # fmt: skip
            page = me.go(path)
            me.fits(f"arabic{path.partition('?')[0].replace('/', '-')[:20]}")
            told = page.evaluate(_DIRECTIONS)
            assert all(isolated for isolated, _, _ in told), (path, told)
            assert all(told == "ltr" for told in [page.locator("html").get_attribute("dir") or "ltr"])  # fmt: skip
        page = me.go("/responses?language=ar")
        comment = page.locator("[lang=ar][dir=auto]").first
        assert ARABIC.search(comment.inner_text())
        assert comment.evaluate("each => getComputedStyle(each).direction") == "rtl"
        me.good("arabic-answers")


@pytest.mark.parametrize(
    ("locale", "lang", "home", "decimal"), [("da-DK", "da", "Forside", ","), ("zh-CN", "zh-hans", "首页", ".")]
)  # fmt: skip
def test_the_interface_in_other_languages(
    demo: Site, visit: Visit, locale: str, lang: str, home: str, decimal: str
) -> None:
    with visit(demo, "analyst") as english:
        there = signals(english.go("/"))
    with visit(demo, "analyst", locale=locale) as me:
        for path in PAGES:
            page = me.go(path)
            me.drawn()
            assert (page.locator("html").get_attribute("lang") or "").lower() == lang
            expect(page.locator("header nav a").first).to_have_text(home)
            me.good(f"{lang}-{path.partition('?')[0].strip('/').replace('/', '-')}")
            left = page.locator("header nav, main h2, main button, main th").all_inner_texts()
            english_words = {
                "Home",
                "Show",
                "Touchpoint",
                "What happened",
                "How it felt",
                "The figures",
                "Compare",
            }
            assert not english_words & {text.strip() for text in left}, path
        page = me.go("/")
        figures = page.locator(".signal .figure").all_inner_texts()
        assert any(f"{decimal}" in text for text in figures)
        assert len(figures) == len(page.locator(".signal .figure").all())
        assert len(there) <= len(figures)
        huge = me.go("/metric/csat?touchpoint=delivery").locator(".huge").inner_text()
        assert re.search(rf"\d\{decimal}\d", huge)
        shown = number(huge.replace(".", "").replace(",", ".") if decimal == "," else huge)
        assert shown == number(there["Delivery", "CSAT, top boxes"].figure)
