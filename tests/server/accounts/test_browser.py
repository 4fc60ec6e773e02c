"""The pages in a real browser: nothing breaks the content policy, nothing is out of reach, nothing spills."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect

from milepost import clock
from milepost.server.actions import enrolments
from milepost.server.models import Notice
from tests.server.accounts.conftest import MakeMember
from tests.server.conftest import PASSWORD
from tests.server.looking import good

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Maria-Magdalena Wolfeschlegelsteinhausenbergerdorff of the Department of Everything"


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.fill(f"[name={name}]", value)


def test_from_the_first_link_to_settings_and_colleagues(page: Page, live_server: Any) -> None:
    link = enrolments.first_link() or ""
    page.goto(link.replace("http://127.0.0.1:8400", live_server.url))
    good(page, "enrol")
    fill(page, email="ada@northwind.example", name=LONG, password=PASSWORD, again="different")
    page.click("main button")
    good(page, "enrol-wrong")
    expect(page.locator("[name=again]")).to_have_attribute("aria-invalid", "true")
    fill(page, password=PASSWORD, again=PASSWORD)
    page.click("main button")
    page.wait_for_url(f"{live_server.url}/")

    page.click("text=Members")
    fill(page, email="grace@northwind.example")
    page.click("text=Send the invitation")
    good(page, "members")
    assert Notice.objects.get().to == "grace@northwind.example"

    page.click("nav >> text=Settings")
    good(page, "settings")
    fill(page, name="Northwind", sender_address="nobody")
    page.eval_on_selector("main form", "form => form.noValidate = true")
    page.click("text=Save the settings")
    good(page, "settings-wrong")
    fill(page, sender_address="ask@northwind.example")
    page.click("text=Save the settings")
    expect(page.locator("[role=status]")).to_contain_text("The settings are saved.")


def test_a_second_factor_from_its_picture_to_signing_in(
    page: Page, live_server: Any, known: MakeMember
) -> None:
    member = known("analyst", name=LONG)
    page.goto(f"{live_server.url}/account")
    good(page, "sign-in")
    fill(page, email=member.email, password="not the password")
    page.click("main button")
    good(page, "sign-in-wrong")
    fill(page, email=member.email, password=PASSWORD)
    page.click("main button")
    page.wait_for_url("**/account")
    good(page, "account-off")

    page.click("text=Set it up")
    good(page, "second-factor")
    assert page.eval_on_selector(".qr", "image => image.complete && image.naturalWidth > 100")
    secret = page.inner_text("main code").replace(" ", "")
    fill(page, code=pyotp.TOTP(secret).at(clock.now()), old=PASSWORD)
    page.click("text=Switch it on")
    good(page, "recovery-codes")
    code = page.locator(".codes code").first.inner_text()
    page.click("text=I have kept them")
    good(page, "account-on")

    page.click("text=Sign out")
    fill(page, email=member.email, password=PASSWORD)
    page.click("main button")
    good(page, "second-step")
    fill(page, code=code)
    page.click("main button")
    page.wait_for_url(f"{live_server.url}/")
    page.goto(f"{live_server.url}/account/password")
    good(page, "password")


@pytest.mark.parametrize("path", ["/nothing", "/enrol/none", "/reset"])
def test_pages_of_links_that_lead_nowhere(path: str, page: Page, live_server: Any) -> None:
    page.goto(live_server.url + path)
    good(page, path.strip("/").replace("/", "-"))
