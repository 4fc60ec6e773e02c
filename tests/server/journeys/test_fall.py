"""A manager follows a fall from the first page to one customer's story."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.server.journeys.conftest import Visit
from tests.server.journeys.reading import number, signals, written
from tests.server.journeys.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sqlite]


def test_a_manager_follows_a_fall_to_one_customers_story(demo: Site, visit: Visit) -> None:
    (cell,) = demo.measure("csat", "--touchpoint", "delivery")
    value, n = written(cell)
    with visit(demo, "manager") as me:
        home = me.go("/")
        biggest = home.locator(".moment", has_text="The biggest real change")
        expect(biggest.locator(".sentence")).to_contain_text("Delivery")
        expect(biggest.locator(".tag")).to_contain_text("worse")
        told = signals(home)["Delivery", "CSAT, top boxes"]
        assert (told.figure, told.n) == (value, n)
        me.good("home")

        point = me.follow("Delivery", within="ul.map")
        expect(point.locator("h1")).to_have_text("Delivery")
        me.drawn()
        me.good("touchpoint")
        signal = point.locator(".signal", has_text="CSAT, top boxes").first
        expect(signal).to_contain_text("worse")
        expect(signal.locator(".figure")).to_have_text(value)

        signal.get_by_role("link").first.click()
        metric = me.settled()
        expect(metric.locator(".huge")).to_have_text(value)
        me.drawn()
        me.good("metric")
        region = metric.locator("figure.chart", has_text="By region")
        region.get_by_text("The figures").click()
        row = region.locator("tr", has_text="Jutland")
        there = number(row.locator("td").first.inner_text())
        assert there < cell["value"], "the region that another courier served is the lower one"
        row.get_by_role("link").click()

        behind = me.settled()
        me.good("behind")
        (jutland,) = demo.measure("csat", "--touchpoint", "delivery", "--where", "region = 'Jutland'")  # fmt: skip
        expect(behind.locator("main")).to_contain_text(f"{jutland['n']:,.0f} rows")
        behind.get_by_label("Order").select_option(label="The lowest first")
        behind.get_by_label("With words only").check()
        me.press("Sort")
        behind.get_by_role("link", name="the whole answer").first.click()

        answer = me.settled()
        me.good("answer")
        assert number(answer.locator(".score").first.inner_text()) <= 2
        person = answer.locator("dl.pairs dd a").first.inner_text()
        me.follow(person)
        me.good("person")
        story = me.follow("Whole story")
        expect(story.locator("h1")).to_contain_text(person)
        me.good("story")
        # The parcel, the asking and the answer stand on one line.
        for kind in ("order", "asked", "answer"):
            expect(story.locator(".story-line .tag", has_text=kind).first).to_be_visible()
