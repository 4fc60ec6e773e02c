"""The guide to a first survey, walked: from an empty folder to the NPS with its interval, and on to a mail server."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from io import StringIO
from math import sqrt
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, sync_playwright
from scipy.stats import norm

from tests.conftest import ROOT
from tests.server.browsers import ARGUMENTS
from tests.server.conftest import PASSWORD
from tests.server.guide.walking import Guide, Walker, running, shell, walker
from tests.server.sending.conftest import Mailbox
from tests.server.serving.conftest import Place, empty, free_port, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
GUIDE = Guide(ROOT / "docs/guide/first-survey.md")
ME = "me@northwind.example"
WHY = "It came a day early"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """The empty folder of the guide."""
    with empty(tmp_path / "first") as made:
        yield made


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield found
        found.close()


def test_the_guide_leads_from_an_empty_folder_to_the_score(place: Place, browser: Browser) -> None:
    port = free_port()
    begun = (place.folder / "server.toml").write_text
    begun(f"{GUIDE.block('toml')}\nport = {port}\n", encoding="utf-8")
    with walker(GUIDE, browser) as me:
        with running(place, GUIDE.block("sh", 1), port) as terminal:
            _become_administrator(me, terminal)
            _make_the_survey(me)
            until(lambda: _mails(place, ME))
            _bring_the_people(me, place)
            shell(place, GUIDE.block("sh", 2))
            _make_the_program(me)
            people = list(csv.DictReader(StringIO(GUIDE.block("csv"))))
            until(lambda: all(_mails(place, each["email"]) for each in people), seconds=90)
            _answer(browser, place)
            _read(me, place)
            until(lambda: len(_mails(place, ME)) == 2)
            _measure(place)
        _send_by_a_mail_server(me, place, port)


def _become_administrator(me: Walker, terminal: Path) -> None:
    link = re.search(r"http://127\.0\.0\.1:\d+/enrol/\S+", terminal.read_text())
    assert link
    me.page.goto(link[0])
    me.look("1-enrol")
    for name, value in {
        "email": ME,
        "name": "Robin",
        "password": PASSWORD,
        "again": PASSWORD,
    }.items():
        me.page.fill(f"[name={name}]", value)
    me.press("Make my account")
    me.look("2-home")
    me.press("Settings")
    me.fill("Company name", "Northwind")
    me.fill("Sender's address", "feedback@northwind.example")
    me.press("Save the settings")
    me.page.get_by_text("The settings are saved.").wait_for()
    me.look("3-settings")


def _make_the_survey(me: Walker) -> None:
    me.press("Surveys")
    me.look("4-surveys")
    me.press("New survey")
    me.fill("Title", "How do you see us?")
    me.page.get_by_label("Net Promoter Score").first.check()
    me.look("5-new-survey")
    me.press("Make the survey")
    me.look("6-survey-edit")
    me.press("Save and publish…")
    me.look("7-publish")
    me.press("Publish")
    me.look("8-survey")
    me.press("Send a test")
    me.page.get_by_text("A test is on its way").wait_for()


def _bring_the_people(me: Walker, place: Place) -> None:
    file = place.folder / "people.csv"
    file.write_text(GUIDE.block("csv"), encoding="utf-8")
    me.press("People")
    me.press("Import")
    me.look("9-imports")
    me.page.get_by_label("File", exact=True).set_input_files(file)
    me.press("Upload")
    me.look("10-columns")
    me.press("Import")
    me.page.get_by_text("Done", exact=False).first.wait_for()
    me.look("11-imported")


def _make_the_program(me: Walker) -> None:
    me.press("Programs")
    me.look("12-programs")
    me.press("New program")
    me.look("13-new-program")
    me.press("Begin with this", within="After a contact")
    me.fill("Title", "After a delivery")
    me.fill("Event", "delivered")
    me.fill("Wait after it", "0")
    me.fill("From", "00:00")
    me.fill("To", "24:00")
    me.look("14-program-form")
    me.press("What would this do?")
    me.page.get_by_text("This would ask 6 people in the next 7 days").wait_for()
    me.look("15-what-if")
    me.press("Save")
    me.press("Start asking")
    me.page.get_by_text("asks from now on").wait_for()
    me.look("16-program")


def _mails(place: Place, address: str) -> list[Path]:
    """The mails to an address, as a browser opens them."""
    return sorted((place.folder / "mails").glob(f"*-{address}.html"))


def _answer(browser: Browser, place: Place) -> None:
    """Everybody in a browser of their own, with and without scripts."""
    for number, (name, score) in enumerate(GUIDE.table().items()):
        (mail,) = _mails(place, f"{_plain(name)}@example.com")
        with walker(GUIDE, browser, scripts=number % 2 == 0) as person:
            person.page.goto(mail.as_uri())
            person.look(f"20-mail-{number}")
            with person.page.expect_popup() as opened:
                person.page.get_by_role("link").filter(has_text=re.compile(f"^{score}$")).click()
            _tap(Walker(GUIDE, opened.value), number)


def _tap(person: Walker, number: int) -> None:
    person.look(f"21-ask-{number}")
    # Who presses faster than people read is set aside.
    person.page.wait_for_timeout(800)
    person.press("Send")
    person.look(f"22-why-{number}")
    person.page.get_by_role("textbox").fill(WHY)
    person.press("Finish")
    person.page.get_by_role("heading", level=1).wait_for()
    person.look(f"23-thanks-{number}")


def _plain(name: str) -> str:
    return name.lower().replace("í", "i")


def _read(me: Walker, place: Place) -> None:
    me.press("Responses")
    me.page.get_by_text(WHY).first.wait_for()
    assert me.page.get_by_text(WHY).count() == len(GUIDE.table())
    me.look("30-responses")
    me.press("Invitations")
    me.look("31-invitations")
    me.press("Why not?")
    me.look("32-why-not")
    me.press("Home")
    me.look("33-home")


def _measure(place: Place) -> None:
    """The command of the guide prints what the guide shows, and that is what the formula gives."""
    command = "milepost measure nps --format json"
    scores = list(GUIDE.table().values())
    until(lambda: _cells(shell(place, command), n=len(scores)), seconds=60)
    (cell,) = json.loads(shell(place, command))["cells"]
    value, low, high = nps(scores)
    assert (cell["n"], cell["value"]) == (len(scores), pytest.approx(value))
    assert (cell["low"], cell["high"]) == pytest.approx((low, high))
    shown = GUIDE.block("console").removeprefix("$ milepost measure nps\n")
    assert _timeless(shell(place, "milepost measure nps")) == _timeless(shown)


def _cells(text: str, *, n: int) -> bool:
    return [cell["n"] for cell in json.loads(text)["cells"]] == [n]


def nps(scores: list[int]) -> tuple[float, float, float]:
    """The score with the adjusted Wald interval, as Rocks (2016) writes it: 3/4, 3/2, 3/4 answers added."""
    top, bottom = sum(s >= 9 for s in scores), sum(s <= 6 for s in scores)
    total = len(scores) + 3
    p, q = (top + 0.75) / total, (bottom + 0.75) / total
    wide = norm.ppf(0.975) * sqrt((p + q - (p - q) ** 2) / total)
    return 100 * (top - bottom) / len(scores), 100 * (p - q - wide), 100 * (p - q + wide)


def _timeless(text: str) -> list[str]:
    """Its lines without the month, and as somebody copies them: without spaces at the ends."""
    return [re.sub(r"[A-Z]\w+ 20\d\d", "MONTH", line).strip() for line in text.strip().splitlines()]


def _send_by_a_mail_server(me: Walker, place: Place, port: int) -> None:
    """The last block with a mail server on this machine: a test comes through it, and can be unsubscribed."""
    box = Mailbox(free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        (place.folder / "server.toml").write_text(_real(box.port, port), encoding="utf-8")
        with running(place, GUIDE.block("sh", 1), port):
            me.press("Surveys")
            me.page.get_by_role("link", name="How do you see us?").first.click()
            me.press("Send a test")
            until(lambda: box.mails)
    finally:
        controller.stop()
    assert box.addresses == [ME]
    assert box.only()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "https://ask.example.com/a/" in box.only().as_string()


def _real(mail_port: int, port: int) -> str:
    block = (
        GUIDE.block("toml", 1)
        .replace("mail.example.com", "127.0.0.1")
        .replace("587", str(mail_port))
    )
    kept = [
        line for line in block.splitlines() if not line.startswith(("smtp_user", "smtp_password"))
    ]
    return "\n".join([*kept, 'smtp_security = "none"', f"port = {port}", ""])
