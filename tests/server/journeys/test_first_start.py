"""From an empty folder to the first journey map: its numbers are those of the terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.server.conftest import PASSWORD
from tests.server.journeys.reading import signals, written
from tests.server.journeys.site import Site, outside
from tests.server.journeys.visiting import visiting
from tests.server.serving.conftest import Place, served

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.sqlite]
_HEADER = "id,answered on,touchpoint,recommend,satisfied,region"
# September and October, three touchpoints; at one of them people fell out of love.
_ROWS = [
    f"{month}-{n},2026-{month:02d}-{n % 28 + 1:02d},{('delivery', 'help desk', 'shop')[n % 3]},"
    f"{(n * 7 + month) % 11 if n % 3 else max(0, (n * 5) % 11 - 3 * (month - 9))},"
    f"{(n * 3 + month) % 5 + 1},{'north' if n % 2 else 'south'}"
    for month in (9, 10)
    for n in range(150)
]


def test_from_an_empty_folder_to_the_first_scorecard(browser: Browser, tmp_path: Path) -> None:
    folder, data = tmp_path / "empty", tmp_path / "answers 2026.csv"
    folder.mkdir()
    data.write_text("\n".join([_HEADER, *_ROWS]) + "\n", "utf-8")
    with served(Place(folder, outside())) as running:
        url = f"http://127.0.0.1:{running.port}"
        site = Site(url, Place(folder, outside()))
        with visiting(browser, url) as me:
            link = re.search(r"http\S+/enrol/\S+", running.out.read_text())
            assert link
            me.page.goto(link[0])
            for name, value in {"email": "kim@northwind.example", "name": "Kim", "password": PASSWORD, "again": PASSWORD}.items():  # fmt: skip
                me.page.fill(f"[name={name}]", value)
            me.press("Make my account")
            expect(me.page).to_have_url(f"{url}/")
            me.good("first-home")

            me.go("/plan/start")
            me.page.locator("input[type=file]").set_input_files(data)
            me.press("Add this file")
            me.good("first-file")
            for choice in me.page.locator("fieldset.choices").all():
                choice.get_by_role("radio").first.check()
            me.press("Keep this")
            me.page.get_by_role("textbox", name="Company").fill("Northwind")
            me.press("Go on")
            me.good("first-journey")
            me.press("Go on")
            me.good("first-signals")
            me.press("Go on")
            expect(me.page.get_by_text("nothing is wrong")).to_be_visible()
            me.press("Write the plan")

            home = me.settled()
            expect(home).to_have_url(f"{url}/")
            me.good("first-map")
            shown = signals(home)
        told = site.measure("--since", "2026-10-01", "--until", "2026-11-01")
    titles = {"delivery": "Delivery", "help_desk": "Help desk", "shop": "Shop", None: "Northwind"}
    numbers = {
        (titles[cell["touchpoint"]], cell["metric"]): written(cell)
        for cell in told
        if cell["value"] is not None
    }
    assert len(numbers) >= 6
    by_label = {"nps": "NPS", "csat": "CSAT, top boxes"}
    assert {(stop, by_label[metric]): pair for (stop, metric), pair in numbers.items()} == {
        place: (signal.figure, signal.n) for place, signal in shown.items()
    }
