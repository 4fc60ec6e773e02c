"""Machines that read mails: they fetch every link, run scripts, even send forms, and no answer counts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page

from milepost import clock
from milepost.channels.email.compose import compose
from milepost.channels.email.mail import Mail, Option, Sender
from milepost.server.models import Acceptance, Invitation, Message, Person, Response
from tests.server.answers import browsing
from tests.server.answers.conftest import Invite, Publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCANNER = browsing.PERSON.replace("X11; Linux x86_64", "Windows NT 10.0; Win64; x64")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all tests here."""
    # Playwright runs a loop in this thread, which Django takes for a reason to refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with browsing.browser() as opened:
        yield opened
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def invitation(publish: Publish, invite: Invite) -> Invitation:
    """Ada's invitation, whose mail went out a moment ago."""
    made = invite(publish())
    now = clock.now()
    Message.objects.create(invitation=made, due_at=now, state="sent", sent_at=now)
    return made


def links(invitation: Invitation, base: str) -> list[str]:
    """Every address in the mail as it is sent: in its text, its markup and its headers."""
    token = invitation.token
    scores = tuple(
        Option(value=str(n), label=str(n), aria=f"{n} of 10", url=f"{base}/a/{token}?v={n}")
        for n in range(11)
    )
    message = compose(
        Mail(
            sender=Sender(name="Northwind", address="feedback@northwind.example"),
            to=str(invitation.person.email), message_id=f"<{invitation.key}@northwind.example>",
            subject="How likely?", brand="Northwind", question="How likely?", drawn="scale",
            options=scores, low="Not at all", high="Extremely", unsubscribe_label="Unsubscribe",
            unsubscribe_url=f"{base}/u/{token}", one_click_url=f"{base}/u/{token}",
            view_label="View", view_url=f"{base}/a/{token}", decoy_url=f"{base}/m/{token}",
        )
    )  # fmt: skip
    bodies = [part.get_content() for part in message.walk() if not part.is_multipart()]
    text = "\n".join([*bodies, *map(str, message.values())])
    found = set(re.findall(rf"{re.escape(base)}[^\s\"'<>)]*", text))
    assert len(found) == 14
    return sorted(found)


def fetch(url: str, method: str) -> int:
    """The status of an address, redirects followed."""
    request = Request(url, method=method, headers={"User-Agent": SCANNER})
    try:
        with urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except OSError as error:
        return int(getattr(error, "code", 0))


def look(chromium: Browser, url: str) -> Page:
    """Open an address, let its scripts run, move the pointer as scripts do, and press nothing."""
    shown = browsing.page(chromium, user_agent=SCANNER)
    shown.goto(url)
    shown.evaluate(
        "for (const kind of ['mousemove', 'pointerdown', 'scroll', 'keydown'])"
        " document.body.dispatchEvent(new Event(kind, {bubbles: true}))"
    )
    shown.wait_for_timeout(100)
    return shown


def nothing_came_of_it(invitation: Invitation) -> None:
    invitation.refresh_from_db()
    assert invitation.state == "sent"
    assert Person.objects.get().status == "active"
    assert Acceptance.objects.count() == 0


def answer_as_a_person(chromium: Browser, base: str, invitation: Invitation) -> None:
    """The person opens the mail two minutes after it came and taps nine."""
    Message.objects.update(sent_at=clock.now() - timedelta(minutes=2))
    shown = browsing.page(chromium)
    shown.goto(f"{base}/a/{invitation.token}?v=9")
    shown.wait_for_timeout(800)
    browsing.press(shown, ".confirm button")
    shown.context.close()


def test_a_scanner_that_opens_everything_answers_nothing(
    chromium: Browser, live_server: Any, invitation: Invitation
) -> None:
    base = live_server.url
    every = links(invitation, base)
    statuses = {fetch(url, method) for url in every for method in ("GET", "HEAD")}
    assert statuses == {200, 404}
    for url in every:
        look(chromium, url).context.close()

    assert Response.objects.count() == 0
    nothing_came_of_it(invitation)
    answer_as_a_person(chromium, base, invitation)
    response = Response.objects.get()
    assert (response.score, response.quarantined) == (9, False)
    invitation.refresh_from_db()
    assert invitation.state == "answered"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_scanner_that_sends_forms_is_set_aside(
    chromium: Browser, live_server: Any, invitation: Invitation, scripts: bool
) -> None:
    base, token = live_server.url, invitation.token
    for url in links(invitation, base):
        fetch(url, "GET")
    shown = browsing.page(chromium, user_agent=SCANNER, java_script_enabled=scripts)
    for path in (f"/a/{token}?v=0", f"/u/{token}"):
        shown.goto(base + path)
        # Pressed by a script, or where none runs sent as fast as a machine does.
        with shown.expect_navigation():
            if scripts:
                shown.evaluate("document.querySelector('form[method=post] button').click()")
            else:
                shown.locator("form[method=post] button").first.dispatch_event("click")

    response = Response.objects.get()
    assert response.quarantined
    assert {"decoy", "all_scores"} <= set(response.signals)
    assert ("no_input" in response.signals) == scripts
    nothing_came_of_it(invitation)
    answer_as_a_person(chromium, base, invitation)
    response.refresh_from_db()
    assert (response.score, response.quarantined) == (9, False)
    assert [change.before["score"] for change in response.changes.all()] == [0]
    assert Response.objects.count() == 1
