"""The survey pages in a real browser: a survey in a minute, a preview that follows, nothing out of reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, FrameLocator, Page, expect

from milepost.programs.surveys.document import parse
from milepost.server.actions import surveys as actions
from milepost.server.models import Response, Survey
from tests.server.browsers import IDS, LOOKS, signed, watched
from tests.server.looking import good
from tests.server.surveys.conftest import Draft
from tests.server.surveys.test_editing import FULL

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "How did the Donaudampfschifffahrtsgesellschaftskapitänsversammlung of the last quarter go for you and yours?"


@pytest.fixture(params=LOOKS, ids=IDS)
def page(
    browser: Browser, request: Any, live_server: Any, signed_in: Callable[[str], Client]
) -> Iterator[Page]:
    """A manager's page that fails the test on anything the browser complains of."""
    # A preview or a form that waits for something to be mended says so by its status.
    with watched(browser, request.param, status="4", base_url=live_server.url) as found:
        signed(found, live_server.url, signed_in("manager"))
        yield found


def previewed(page: Page) -> FrameLocator:
    return page.frame_locator("[data-frame] iframe")


def test_a_survey_in_a_minute_with_its_preview(page: Page) -> None:
    page.goto("/surveys")
    good(page, "list-empty")
    page.click("text=Make the first survey")
    good(page, "new")
    page.check("[value=ces2]", force=True)
    page.fill("[name=title]", "After a call")
    page.click("text=Make the survey")
    previewed(page).get_by_text("made it easy for me").wait_for()
    good(page, "edit-new")

    page.fill('[name="texts.en.question"]', LONG)
    previewed(page).get_by_text(LONG).wait_for()
    previewed(page).locator("button[value='7']").click()
    previewed(page).get_by_text("What made it easy?").wait_for()
    previewed(page).locator("textarea").fill("This is not stored")
    previewed(page).locator("form.ask button.main").click()
    previewed(page).get_by_text("We are happy that it was easy").wait_for()
    assert Response.objects.count() == 0

    page.click("text=Save and publish")
    good(page, "publish")
    page.click("main button.main")
    good(page, "survey")
    assert Survey.objects.get().current is not None


def test_the_whole_form_with_its_mistakes(page: Page, draft: Draft) -> None:
    draft(**FULL)
    page.goto("/surveys/full/edit")
    previewed(page).get_by_text("Hvorfor?").wait_for()
    good(page, "edit-full")
    page.select_option("[name=locale]", "ar")
    previewed(page).get_by_text("لماذا؟").wait_for()
    expect(previewed(page).locator("html")).to_have_attribute("dir", "rtl")

    page.fill('[name="texts.en.question"]', "")
    page.get_by_text("is missing in en").first.wait_for()
    page.fill('[name="further[1].texts.en.options.blue"]', "")
    page.click(".sticky button.main")
    good(page, "edit-wrong")
    page.click('[href="#texts.en.question"]')
    assert page.evaluate("document.activeElement.id || location.hash").endswith("texts.en.question")


def test_a_preview_is_drawn_light_or_dark_whatever_the_system_is(page: Page, draft: Draft) -> None:
    draft()
    page.goto("/surveys/survey/edit")
    ground = previewed(page).locator("body")

    page.select_option("[data-colours]", "dark")
    expect(ground).to_have_css("background-color", "rgb(20, 23, 27)")
    page.select_option("[data-colours]", "light")
    expect(ground).to_have_css("background-color", "rgb(251, 250, 248)")


def test_the_pages_of_a_survey_that_was_asked(page: Page, published: Draft) -> None:
    survey = published(title=LONG, locales=["en", "da", "ar", "ja"])
    data = {
        **survey.document,
        "texts": {each: {"question": f"{LONG} ({each})"} for each in ("en", "da", "ar", "ja")},
    }
    saved = actions.take_in(parse(data), replacing=True, by=None)
    page.goto("/surveys/survey/publish")
    good(page, "publish-changes")
    actions.publish(saved, seen=actions.stamp(saved), note=LONG, marked=True)
    for path in ("", "/survey", "/survey/versions", "/survey/mail?l=ar", "/upload"):
        page.goto(f"/surveys{path}")
        if path == "/survey":
            previewed(page).locator("h1").wait_for()
        good(page, f"asked{path.partition('?')[0].replace('/', '-')}")
    assert page.locator("text=Survey file").count() == 1


def test_everything_works_without_scripts(
    browser: Browser, live_server: Any, signed_in: Callable[[str], Client], draft: Draft
) -> None:
    draft()
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    signed(page, live_server.url, signed_in("manager"))
    page.goto("/surveys/survey/edit")

    page.fill('[name="texts.en.question"]', "Without a script?")
    page.click("text=Show preview")
    page.frame_locator("iframe[name=preview]").get_by_text("Without a script?").wait_for()
    page.click("section >> text=One of several")
    page.fill('[name="further[1].texts.en.question"]', "Which shop?")
    page.fill('[name="further[1].texts.en.options.new-1"]', "Old Town")
    page.fill('[name="further[1].texts.en.options.new-2"]', "Harbour")
    page.press('[name="title"]', "Enter")

    expect(page.locator("[role=status]").first).to_contain_text("The draft is saved.")
    assert [each["name"] for each in Survey.objects.get().document["further"]] == ["which-shop"]
    context.close()
