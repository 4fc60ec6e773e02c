"""A responder sees numbers and answers, and nothing that the role does not allow."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.server.journeys.conftest import Visit
from tests.server.journeys.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sqlite]
SHUT = (
    "/people", "/people/new", "/people/imports", "/accounts", "/invitations", "/settings", "/members",
    "/plan/touchpoints/delivery", "/plan/company", "/plan/notes/new", "/plan/start/journey",
    "/sharing", "/sharing/new?kind=map", "/digests/new", "/surveys/new", "/programs/new",
)  # fmt: skip
OPEN = ("/metric", "/compare", "/responses", "/surveys", "/programs", "/data", "/plan", "/trends", "/tags")  # fmt: skip


def test_a_responder_sees_what_the_role_allows(demo: Site, visit: Visit) -> None:
    person = demo.python(
        "from milepost.server.models import Person\nprint(Person.objects.exclude(account='').first().key)"
    ).strip()
    with visit(demo, "responder") as me:
        home = me.go("/")
        me.good("responder-home")
        named = home.locator("header nav a").all_inner_texts()
        assert not {"People", "Invitations", "Settings", "Members"} & set(named)
        assert {"Home", "Metrics", "Responses"} <= set(named)
        expect(home.get_by_role("link", name="Share")).to_have_count(0)
        for path in OPEN:
            me.go(path)
            expect(me.page.locator("main a[href^='/people'], main a[href^='/invitations']")).to_have_count(0)  # fmt: skip
        refused = {path: me.status(path) for path in (*SHUT, f"/people/{person}", f"/people/{person}/story")}  # fmt: skip
        assert set(refused.values()) == {403}, refused

        me.go("/touchpoints/delivery")
        expect(me.page.locator("main").get_by_role("link", name="Edit")).to_have_count(0)
        me.go("/metric/csat?touchpoint=delivery")
        me.follow("The answers behind it")
        rows = me.page.url
        header = me.page.locator("table.behind thead").inner_text().lower()
        assert not re.search("customer|account|e-?mail", header)
        known = set(me.page.locator("table.behind td").all_inner_texts())
        me.follow("the whole answer", within="table.behind")
        me.good("responder-answer")
        expect(me.page.locator("a[href^='/people'], a[href^='/invitations'], a[href^='/accounts']")).to_have_count(0)  # fmt: skip
        me.go("/responses")
        expect(me.page.get_by_role("button", name="Export CSV")).to_have_count(0)
    with visit(demo, "analyst") as analyst:
        behind = analyst.go(rows)
        titles = behind.locator("table.behind thead th").all_inner_texts()
        ids = behind.locator(f"table.behind td:nth-child({titles.index('Customer id') + 1})")
        told = set(ids.all_inner_texts())
    assert len(told) > 10
    assert not told & known
