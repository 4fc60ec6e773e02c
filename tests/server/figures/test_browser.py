"""Figures of asking in a real browser: empty, one, and much; wide, on a phone in the dark."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from milepost.server.models import Invitation, Message, Program, Survey
from tests.server.figures.conftest import NOW, Send
from tests.server.looking import good
from tests.server.programs.conftest import HOSTILE, LONG, MakeProgram

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("managing"),
]


def test_figures_of_nothing_and_of_one(
    page: Page,
    live_server: Any,
    program: Program,
    send: Send,
) -> None:
    for name in ("programs/care/figures", "programs/figures/all", "programs/care/ahead"):
        page.goto(f"{live_server.url}/{name}")
        good(page, f"figures-empty-{name.replace('/', '-')}")
    send(1, 1)
    for name in ("programs/care/figures", "programs/figures/all"):
        page.goto(f"{live_server.url}/{name}")
        good(page, f"figures-one-{name.replace('/', '-')}")


def test_figures_of_much(
    page: Page,
    live_server: Any,
    program: Program,
    survey: Survey,
    make_program: MakeProgram,
    send: Send,
) -> None:
    program.title = LONG
    program.counts = {"asked": 412, "not_due": 99_000, "held": 3, "throttled": 1_204}
    program.save()
    other = make_program(survey, name="other", title=HOSTILE, counts={"asked": 5})
    for week in range(13):
        for number, country in enumerate(("Denmark", "Sweden", "Norway", LONG)):
            send(
                20, 2 + 2 * number, days_ago=7 * week + 0.2, delivered_at=NOW,
                about={"country": country},
            )  # fmt: skip
    send(12, 3, program=other, state="partial")
    send(3, 3, quarantined=True, about={"country": "Iceland"})
    send(2, bounced_at=NOW, about={"country": HOSTILE})
    closed = [one.pk for one in send(5, sent_at=None)]
    Invitation.objects.filter(pk__in=closed[:2]).update(state="closed", closed_because="failed")
    Invitation.objects.filter(pk__in=closed[2:]).update(state="closed", closed_because="throttled")
    Message.objects.bulk_create(
        Message(invitation=one, ordinal=2, due_at=NOW + timedelta(days=2)) for one in send(20)
    )
    for name in (
        "programs/care/figures?by=country", "programs/figures/all?by=locale",
        "programs/care/figures?from=2026-01-01&segment.country=Denmark&by=country",
        "programs/care/ahead",
    ):  # fmt: skip
        answered = page.goto(f"{live_server.url}/{name}")
        assert answered
        assert answered.ok, name
        good(page, f"figures-full-{name.replace('/', '-').partition('?')[0]}-{len(name)}")
    page.goto(f"{live_server.url}/programs/care")
    page.get_by_role("link", name="Figures").click()
    page.get_by_label("Grouped by").select_option("country")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("cell", name="answers less").first.wait_for()
