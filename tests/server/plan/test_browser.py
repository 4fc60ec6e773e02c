"""The pages of the plan in a real browser: light and dark, wide and narrow, with a keyboard and without scripts."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.server.looking import good
from tests.server.plan.test_start import CSV

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("managing"),
]
EXAMPLES = Path(__file__).parents[3] / "examples"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def test_a_plan_is_made_by_pages_and_changed(
    page: Page,
    live_server: Any,
    folder: Path,
) -> None:
    data = folder / "survey.csv"
    data.write_text(CSV)
    page.goto(f"{live_server.url}/plan")
    good(page, "plan-start")
    page.locator("input[type=file]").set_input_files(data)
    page.get_by_role("button", name="Add this file").click()
    page.get_by_text("Please decide").wait_for()
    good(page, "plan-start-file")
    page.get_by_label("10 is the best answer").check()
    page.get_by_role("button", name="Keep this").click()
    page.get_by_label("Answers, invitations and people collected here").check()
    good(page, "plan-start-with-file")
    page.get_by_role("button", name="Go on").click()
    good(page, "plan-start-journey")
    page.get_by_role("button", name="Go on").click()
    good(page, "plan-start-signals")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("nothing is wrong").wait_for()
    good(page, "plan-start-write")
    page.get_by_role("button", name="Write the plan").click()
    assert (folder / "milepost.yaml").exists()
    page.goto(f"{live_server.url}/plan")
    good(page, "plan-made")


def test_a_large_plan_is_looked_at_and_a_touchpoint_is_changed(
    page: Page,
    live_server: Any,
    folder: Path,
) -> None:
    text = (EXAMPLES / "desk" / "milepost.yaml").read_text()
    text = text.replace(
        "title: Telephone desk", f"title: Telephone desk {LONG}\n        owner: {LONG}@example.com"
    )
    (folder / "milepost.yaml").write_text(
        text + "notes:\n  - {day: 2026-05-12, text: " + LONG + "}\n"
    )
    shutil.copytree(EXAMPLES / "desk" / "data", folder / "data")
    for name in ("plan", "plan/file", "plan/history", "plan/company", "plan/journeys/new",
                 "plan/journeys/help/edit", "plan/journeys/help/touchpoints/new", "plan/initiatives/new",
                 "plan/notes/new", f"plan/notes/edit?day=2026-05-12&text={LONG}"):  # fmt: skip
        page.goto(f"{live_server.url}/{name}")
        good(page, name.partition("?")[0].replace("/", "-"))
    page.goto(f"{live_server.url}/plan/touchpoints/desk")
    good(page, "plan-touchpoint")
    page.get_by_label("Tools that measure it").fill("switchboard")
    page.locator("[name=target_answered_share]").fill("97")
    page.get_by_role("button", name="Show what changes").click()
    page.get_by_text("nothing is wrong").wait_for()
    good(page, "plan-difference")
    page.get_by_role("button", name="Change what was typed").click()
    expect(page.get_by_label("Tools that measure it")).to_have_value("switchboard")
    page.get_by_role("button", name="Show what changes").click()
    page.get_by_label("Why").fill("agreed")
    page.get_by_role("button", name="Save the plan").click()
    page.get_by_text("The plan is saved").wait_for()
    good(page, "plan-saved")
    page.goto(f"{live_server.url}/plan/history")
    good(page, "plan-history-one")
    page.get_by_role("link", name="Changed a touchpoint").click()
    good(page, "plan-change")
