"""A plan is made by pages from what is collected here, and a target is set on the page of a touchpoint."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.server.journeys.conftest import Visit
from tests.server.journeys.reading import number, signals
from tests.server.journeys.site import Site, site

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sqlite]


@pytest.fixture
def planless(company_made: Path, tmp_path: Path) -> Iterator[Site]:
    """The demo company before it had a plan: its answers are there."""
    with site(company_made, tmp_path / "planless", without=("milepost.yaml",)) as found:
        yield found


def test_a_plan_by_pages_and_a_target_on_it(planless: Site, visit: Visit) -> None:
    with visit(planless, "manager") as me:
        me.go("/plan/start")
        me.page.get_by_label("Answers, invitations and people collected here").check()
        me.press("Go on")
        me.page.get_by_label("The journey").fill("Buying coffee")
        me.press("Go on")
        me.press("Go on")
        expect(me.page.get_by_text("nothing is wrong")).to_be_visible()
        me.press("Write the plan")
        home = me.settled()
        shown = signals(home)
        me.good("planless-home")
        value = number(shown["Delivery", "CSAT, top boxes"].figure)
        assert "target" not in shown["Delivery", "CSAT, top boxes"].told

        before = planless.plan
        for target, word in ((round(value) - 20, "met"), (round(value) + 20, "missed")):
            me.go("/touchpoints/delivery")
            me.follow("Edit")
            field = me.page.locator("[name=target_csat]")
            if not field.is_visible():
                me.page.locator("details", has=field).locator("summary").click()
            field.fill(str(target))
            me.press("Show what changes")
            expect(me.page.get_by_text("nothing is wrong")).to_be_visible()
            expect(me.page.locator(".difference, .lines, table").first).to_contain_text(str(target))
            me.good(f"difference-{word}")
            me.press("Save the plan")
            told = signals(me.go("/"))["Delivery", "CSAT, top boxes"].told
            assert f"target {target:.1f}" in told
            assert told.endswith(word)
        after = planless.plan

    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    changed = [line for line in lines if line[:2] in ("+ ", "- ")]
    assert len(changed) == 1, changed
    assert f"targets: {{csat: {round(value) + 20}}}" in changed[0]
