"""The site on a telephone: nothing spills, everything can be reached and read."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.server.journeys.conftest import Visit
from tests.server.journeys.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sqlite]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
# Every target of a finger is at least so wide and high, but for links inside a sentence (WCAG 2.2, 2.5.8).
_SMALL = """() => [...document.querySelectorAll('button, select, input:not([type=hidden]), summary, nav a, a.button')]
    .filter(each => each.offsetParent && !each.closest('.drawing'))
    .map(each => [each.closest('label') ?? each, each])
    .map(([target, each]) => [target.getBoundingClientRect(), each])
    .filter(([box]) => box.width > 1 && (box.width < 24 || box.height < 24))
    .map(([box, each]) => `${each.outerHTML.slice(0, 120)} ${box.width}x${box.height}`)"""


def test_the_site_on_a_telephone(demo: Site, visit: Visit) -> None:
    with visit(demo, "manager", **PHONE) as me:
        me.go("/")
        me.fits("phone-home")
        assert me.page.evaluate(_SMALL) == []
        for words in ("Metrics", "Responses", "Programs", "Data", "Home"):
            link = me.page.locator("header nav").get_by_role("link", name=words, exact=True)
            expect(link).to_be_visible()
            link.tap()
            me.settled()
            expect(me.page.locator("header nav [aria-current=page]")).to_have_text(words)
            me.fits(f"phone-{words.lower()}")
            assert me.page.evaluate(_SMALL) == [], me.page.url
        me.page.get_by_role("link", name="Delivery", exact=True).first.tap()
        me.settled()
        me.drawn()
        me.fits("phone-touchpoint")
        me.page.locator(".signal a", has_text="CSAT").first.tap()
        me.settled()
        me.drawn()
        me.fits("phone-metric")
        assert me.page.evaluate(_SMALL) == []
        figures = me.page.locator("figure.chart details").first
        figures.locator("summary").tap()
        expect(figures.locator("table")).to_be_visible()
        me.fits("phone-figures")
        me.page.get_by_role("link", name="The answers behind it").tap()
        me.settled()
        me.fits("phone-behind")
        me.go("/compare?metric=csat&touchpoint=delivery")
        me.fits("phone-compare")
        me.go("/responses?q=Flexbud")
        me.page.locator(".feed h2 a").first.tap()
        me.settled()
        me.fits("phone-answer")
        me.page.locator("dl.pairs dd a").first.tap()
        me.settled()
        me.fits("phone-person")
        me.follow("Whole story")
        me.fits("phone-story")
        for path in (
            "/plan",
            "/plan/touchpoints/delivery",
            "/board",
            "/invitations",
            "/people",
            "/surveys",
        ):
            me.go(path)
            me.fits(f"phone{path.replace('/', '-')}")
