"""Answers, saved searches, accounts and stories in a real browser: wide, on a phone, in the dark, from right to left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from milepost import clock
from milepost.server.actions import tagging
from milepost.server.actions.events import happened
from milepost.server.models import Member, Response
from tests.server.facts.conftest import Place
from tests.server.looking import good

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("managing"),
]
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh of Everything"
ARABIC = "كان التوصيل متأخراً جداً ولم يردّ أحد على الهاتف"


def test_from_a_search_to_what_becomes_of_it(
    page: Page, live_server: Any, company_of_answers: Place
) -> None:
    by = Member.objects.get()
    one = Response.objects.order_by("-day")[0]
    assert one.person is not None
    Response.objects.filter(pk=one.pk).update(comment=ARABIC, locale="ar", score=2)
    one.person.name, one.person.account = LONG, "Acme"
    one.person.save()
    happened("delivered", one.person, at=clock.now() - timedelta(days=40), key="o1")
    for name in ("late", LONG[:40], "damaged"):
        tagging.put(tagging.named(name, by), Response.objects.filter(pk=one.pk), by)
    company_of_answers.refresh()
    page.goto(f"{live_server.url}/responses")
    good(page, "answers")
    page.goto(
        f"{live_server.url}/responses?q=late&segment.country=SE&person={one.person.key}&least=0"
    )
    good(page, "answers-narrowed")
    page.goto(f"{live_server.url}/responses?q=nothing")
    good(page, "answers-none")
    page.goto(f"{live_server.url}/responses?q=late")
    page.get_by_text("Save this search").click()
    page.get_by_label("Name", exact=True).fill("The courier is late")
    good(page, "answers-saving")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="Beside everything else").wait_for()
    page.locator(".chart svg").first.wait_for()
    good(page, "trend")
    page.get_by_role("link", name="Edit").click()
    good(page, "trend-edit")
    page.goto(f"{live_server.url}/trends")
    good(page, "trends")
    page.goto(f"{live_server.url}/responses/{one.key}?low=on")
    good(page, "answer")
    page.get_by_label("Add a tag").fill("phone")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("link", name="phone", exact=True).wait_for()
    page.goto(f"{live_server.url}/tags")
    good(page, "tags")
    page.get_by_role("link", name="Change damaged").click()
    good(page, "tag")
    page.goto(f"{live_server.url}/people/{one.person.key}/story")
    good(page, "story")
    page.goto(f"{live_server.url}/accounts")
    good(page, "accounts")
    page.get_by_role("link", name="Acme").click()
    page.locator(".chart svg").first.wait_for()
    good(page, "account")


def test_many_are_tagged_by_keyboard_after_a_yes(
    page: Page, live_server: Any, company_of_answers: Place
) -> None:
    page.goto(f"{live_server.url}/responses?q=late")
    page.get_by_text("Tag many").press("Enter")
    page.get_by_label("Tag", exact=True).nth(1).fill("courier")
    page.get_by_role("button", name="All that are found…").press("Enter")
    page.get_by_text("45 answers get the tag").wait_for()
    good(page, "tag-all")
    page.get_by_role("button", name="Tag them all").press("Enter")
    page.get_by_text("45 answers are tagged").wait_for()
    good(page, "answers-tagged")
    page.get_by_text("Tag many").click()
    page.get_by_label("Tick this answer").first.check()
    page.get_by_label("Tag", exact=True).nth(1).fill("seen")
    page.get_by_role("button", name="The ticked ones").click()
    page.get_by_text("1 answer is tagged").wait_for()
