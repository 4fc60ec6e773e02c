"""The pages of people and imports in a real browser, from an upload to a person's story."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from milepost.server.actions.events import happened
from milepost.server.models import Person
from milepost.server.worker.importing import take_in
from tests.server.looking import good

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("managing"),
]
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh of the Department of Everything Else"
FILE = f"""Customer ID,E-Mail-Adresse,Mobile,Name,Language,Company,Country,Segment of the customer as sales sees it
k1,ada@example.com,32 12 34 56,Ada Lovelace,en,Analytical Engines,UK,gold
k2,averyveryverylongaddressindeed.{"x" * 40}@subdomain.of.a.long.domain.example.com,,{LONG},da,{LONG},DK,silver
k3,not an address,12,محمد الفاتح,ar,شركة,AE,gold
,,,Nobody,,,,
k5,wang@example.com,+8613800138000,王芳,zh-Hans,公司,CN,silver
"""


def test_from_a_file_to_a_person(
    page: Page,
    live_server: Any,
    tmp_path: Path,
) -> None:
    page.goto(f"{live_server.url}/people")
    good(page, "people-empty")
    page.get_by_role("link", name="Import", exact=True).click()
    good(page, "imports")
    file = tmp_path / "customers of the north.csv"
    file.write_text(FILE, encoding="utf-8")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload").click()
    good(page, "mapping")
    page.get_by_role("button", name="Dry run").click()
    good(page, "waits")
    take_in("w")
    # The page looks again by itself.
    page.get_by_text("What this import would do").wait_for()
    good(page, "rehearsed")
    page.get_by_role("button", name="Import").click()
    take_in("w")
    page.reload()
    good(page, "done")
    ada = Person.objects.get(external_id="k1")
    happened(
        "order_delivered",
        ada,
        key="o1",
        touchpoint="delivery",
        channel="phone",
        details={"store": LONG},
    )
    page.goto(f"{live_server.url}/people")
    good(page, "people")
    page.get_by_label("Search").fill("love")
    page.get_by_role("button", name="Search").click()
    good(page, "found")
    page.get_by_role("link", name="Ada Lovelace").click()
    good(page, "person")
    page.get_by_label("Reason").fill("asked by phone")
    page.get_by_role("button", name="Unsubscribe").click()
    good(page, "unsubscribed")
    page.get_by_role("link", name="Edit").click()
    good(page, "person-form")
    page.get_by_label("E-mail address").fill("wrong")
    page.get_by_role("button", name="Save").click()
    good(page, "person-wrong")
