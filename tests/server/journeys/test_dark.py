"""Every main page in the dark and in the light, for whoever wants nothing to move: contrasts hold, charts follow."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.server.journeys.conftest import Visit
from tests.server.journeys.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sqlite]
PAGES = {
    "home": "/", "metrics": "/metric", "metric": "/metric/csat?touchpoint=delivery",
    "times": "/metric/first_response_time?touchpoint=help", "cohorts": "/metric/reorders?touchpoint=delivery",
    "touchpoint": "/touchpoints/checkout", "behind": "/metric/csat/behind?touchpoint=delivery",
    "compare": "/compare?metric=csat&touchpoint=delivery", "answers": "/responses", "people": "/people",
    "programs": "/programs", "figures": "/programs/figures/all", "invitations": "/invitations",
    "surveys": "/surveys", "data": "/data", "plan": "/plan", "board": "/board",
    "trends": "/trends", "tags": "/tags", "settings": "/settings", "members": "/members",
}  # fmt: skip
_PAPER = "getComputedStyle(document.body).backgroundColor"
_MOVING = """() => [...document.querySelectorAll('*')].filter(each => {
    const look = getComputedStyle(each);
    return look.animationName !== 'none' || parseFloat(look.transitionDuration) > 0.01;
}).map(each => each.outerHTML.slice(0, 100))"""


def test_every_main_page_in_the_dark_and_in_the_light(demo: Site, visit: Visit) -> None:
    with visit(demo, "administrator") as me:
        for name, path in PAGES.items():
            page = me.go(path)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                me.drawn()
                me.good(f"{scheme}-{name}")
            assert page.evaluate(_MOVING) == [], path


def test_charts_are_drawn_anew_where_it_gets_dark(demo: Site, visit: Visit) -> None:
    with visit(demo, "manager", color_scheme="light") as me:
        page = me.go("/metric/csat?touchpoint=delivery")
        me.drawn()
        text = page.locator(".drawing svg text").first
        before, paper = text.get_attribute("fill"), page.evaluate(_PAPER)
        page.emulate_media(color_scheme="dark")
        expect(page.locator(".drawing svg text").first).not_to_have_attribute("fill", before or "")
        assert page.evaluate(_PAPER) != paper
        page.set_viewport_size({"width": 700, "height": 800})
        expect(page.locator(".drawing svg").first).to_be_visible()
        me.fits("narrower")
