"""The respondent's pages in a real browser: by keyboard, on a phone, without scripts, right to left, in the dark."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from milepost.server.models import Person, Response
from tests.programs.surveys.documents import FULL
from tests.server.answers import browsing
from tests.server.answers.conftest import Invite, Publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "has_touch": True}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all tests here; every page is of a person of their own."""
    # Playwright runs a loop in this thread, which Django takes for a reason to refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with browsing.browser() as opened:
        yield opened
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def link(live_server: Any, publish: Publish, invite: Invite) -> str:
    """Ada's link to a survey with everything in it."""
    return f"{live_server.url}/a/{invite(publish(**FULL)).token}"


def walk(shown: Page, link: str) -> Iterator[str]:
    """Every page of a respondent in turn: its name, once it is shown."""
    shown.goto(f"{link}?v=3")
    yield "first"
    browsing.press(shown, ".confirm button")
    yield "why"
    shown.locator("input[name=call]").check()
    shown.locator("input[name=phone]").fill("123")
    browsing.press(shown, ".go button")
    yield "wrong"
    shown.locator("textarea[name=why]").fill("Late")
    shown.locator("input[name=phone]").fill("+45 12 34 56 78")
    browsing.press(shown, ".go button")
    yield "further-1"
    shown.locator("input[value=rude]").check()
    browsing.press(shown, ".go button")
    yield "further-2"
    browsing.press(shown, ".go button")
    yield "thanks"
    shown.goto(f"{link}x")
    yield "told"
    shown.goto(link.replace("/a/", "/u/"))
    yield "unsubscribe"
    browsing.press(shown, "main button")
    yield "unsubscribed"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_fault_that_axe_knows(chromium: Browser, link: str, scheme: Any) -> None:
    said: list[str] = []
    shown = browsing.page(chromium, said=said, color_scheme=scheme)
    found = {name: browsing.faults(shown) for name in walk(shown, link)}

    assert len(found) == 9
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert Response.objects.get().comment == "Late"
    # Two pages are meant to say what is wrong by their status.
    assert [text for text in said if "status of 4" not in text] == []


def test_on_a_phone_nothing_scrolls_sideways_and_all_can_be_hit(
    chromium: Browser, link: str
) -> None:
    shown = browsing.page(chromium, **PHONE)
    for name in walk(shown, link):
        assert not browsing.scrolls(shown), name
        assert (
            browsing.smaller(
                shown, "button, select, label.choice, input[type=tel]", wide=24, high=24
            )
            == []
        ), name
        if name == "first":
            assert browsing.smaller(shown, ".options button", wide=24, high=44) == []


@pytest.mark.parametrize(
    "kind", ["nps", "csat", "ces2", "stars", "smileys", "thumbs", "pmf", "intent", "exit"]
)
@pytest.mark.parametrize("locale", ["de", "ar", "ja", "hi"])
def test_every_kind_of_question_fits_a_phone(
    chromium: Browser, live_server: Any, publish: Publish, kind: str, locale: str
) -> None:
    survey = publish(type=kind, locales=[locale, "en"])
    shown = browsing.page(chromium, **PHONE, locale=locale)
    shown.goto(f"{live_server.url}/s/{survey.token}")

    assert shown.locator("html").get_attribute("lang") == locale
    assert not browsing.scrolls(shown)
    assert shown.locator(".options button").count() >= 2
    assert browsing.smaller(shown, ".options button", wide=24, high=44) == []


def test_an_answer_by_keyboard_alone(chromium: Browser, link: str) -> None:
    shown = browsing.page(chromium)
    shown.goto(link)
    keys = shown.keyboard
    for _ in range(30):
        keys.press("Tab")
        if shown.evaluate("document.activeElement.value") == "9":
            break
    keys.press("Enter")
    shown.wait_for_url("**p=why**")
    shown.locator("textarea").focus()
    keys.type("Kind people")
    # From the words over the call and the number to the button.
    for _ in range(3):
        keys.press("Tab")
    keys.press("Space")
    shown.wait_for_url("**p=further-1**")

    response = Response.objects.get()
    assert (response.score, response.comment, response.quarantined) == (9, "Kind people", False)
    assert "no_input" not in response.signals


def test_where_the_focus_is_can_be_seen(chromium: Browser, link: str) -> None:
    shown = browsing.page(chromium)
    shown.goto(link)
    for _ in range(13):
        shown.keyboard.press("Tab")
        width = shown.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        assert width >= 2


def test_everything_works_without_scripts(chromium: Browser, link: str) -> None:
    shown = browsing.page(chromium, java_script_enabled=False)
    names = list(walk(shown, link))

    assert names[-1] == "unsubscribed"
    response = Response.objects.get()
    assert (response.score, response.comment, response.phone) == (3, "Late", "+4512345678")
    assert not response.quarantined
    assert Person.objects.get().status == "unsubscribed"


def test_arabic_runs_from_right_to_left(
    chromium: Browser, live_server: Any, publish: Publish
) -> None:
    survey = publish(locales=["ar", "en"])
    shown = browsing.page(chromium, locale="ar")
    shown.goto(f"{live_server.url}/s/{survey.token}")

    assert shown.locator("html").get_attribute("dir") == "rtl"
    # Zero stands at the right, where reading begins.
    at = [shown.locator(f"button[value='{score}']").bounding_box() for score in (0, 10)]
    assert at[0]
    assert at[1]
    assert at[0]["x"] > at[1]["x"]
    assert browsing.faults(shown) == []
    # A company's name of another script keeps its own order.
    assert shown.locator(".brand bdi").inner_text() == "Northwind"


def test_a_double_click_is_one_answer(chromium: Browser, link: str) -> None:
    shown = browsing.page(chromium)
    shown.goto(link)
    shown.locator("button[value='9']").dblclick(no_wait_after=True)
    shown.wait_for_url("**p=why**")

    assert Response.objects.get().score == 9


def test_the_back_button_and_another_score(chromium: Browser, link: str) -> None:
    shown = browsing.page(chromium)
    shown.goto(link)
    browsing.press(shown, "button[value='9']")
    shown.wait_for_url("**p=why**")
    shown.go_back()
    # The page tells what is stored, and leads to the scores again.
    expect(shown.locator(".given")).to_contain_text("9 of 10")
    browsing.press(shown, ".given a")
    expect(shown.locator(".chosen")).to_have_attribute("value", "9")
    browsing.press(shown, "button[value='2']")
    shown.wait_for_url("**p=why**")

    response = Response.objects.get()
    assert (response.score, response.quarantined) == (2, False)
    assert response.changes.count() == 1
