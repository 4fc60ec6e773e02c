"""Programs, invitations, answers and the first page in a real browser, empty and full."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from milepost import clock
from milepost.server.actions.events import happened
from milepost.server.models import Company, Decision, Message, Person, Program
from tests.server.looking import good
from tests.server.programs.conftest import (
    HOSTILE,
    LONG,
    Answer,
    Invite,
    MakeProgram,
    Publish,
    after,
    people,
    rule,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("managing"),
]


def test_pages_without_anything(
    page: Page,
    live_server: Any,
) -> None:
    for name in ("", "programs", "programs/new", "invitations", "invitations/why", "responses"):
        page.goto(f"{live_server.url}/{name}")
        good(page, f"empty-{name.replace('/', '-') or 'home'}")


def test_a_program_is_made_in_the_browser(
    page: Page,
    live_server: Any,
    publish: Publish,
    company: Company,
) -> None:
    publish()
    people(30, created_at=clock.now() - timedelta(days=200))
    page.goto(f"{live_server.url}/programs/new")
    good(page, "new")
    page.get_by_role("link", name="Begin with this").first.click()
    good(page, "form")
    page.get_by_label("Interval in days").fill("3")
    page.get_by_role("button", name="Save", exact=True).last.click()
    good(page, "form-wrong")
    expect(page.get_by_label("Interval in days")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Interval in days").fill("90")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Attribute").first.fill("country")
    page.get_by_label("Value").first.fill("DK")
    page.get_by_role("button", name="Remove condition 2").click()
    expect(page.get_by_label("Value")).to_have_value("DK")
    page.get_by_role("button", name="Add a hold").click()
    good(page, "form-rows")
    page.get_by_role("button", name="Remove hold 1").click()
    page.get_by_role("button", name="Remove condition 1").click()
    page.get_by_role("button", name="What would this do?").click()
    page.get_by_text("This would ask").wait_for()
    good(page, "form-what-if")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.get_by_role("button", name="Start asking").click()
    good(page, "program-started")
    assert Program.objects.get().active


def test_pages_with_much_on_them(
    page: Page,
    live_server: Any,
    publish: Publish,
    make_program: MakeProgram,
    invite: Invite,
    answer: Answer,
    ada: Person,
) -> None:
    further = [
        {"name": "store", "kind": "single", "options": ["a", "b"],
         "texts": {"en": {"question": LONG, "options.a": "The first one", "options.b": "B"}}}
    ]  # fmt: skip
    survey = publish(title=LONG, further=further, call_me=True)
    ada.name = LONG
    ada.attributes = {"country": "DK", LONG: HOSTILE}
    ada.save()
    segment = {"all": [{"attribute": "country", "one_of": ["DK", LONG]}]}
    holds = [{"event": "ticket_opened", "release": "ticket_solved", "days": 3}]
    document = rule(segment=segment, holds=holds, daily_cap=500, sample=0.25)
    program = make_program(
        survey, document, title=LONG, counts={"asked": 412, "not_due": 99_000, "held": 3},
        decide_at=clock.now(), decided_at=clock.now(),
    )  # fmt: skip
    make_program(survey, after(), name="after", title="After delivery", active=False)
    event, _ = happened("delivered", ada, key="o-1", details={"store": LONG, "agent": HOSTILE})
    asked = invite(ada, survey, program=program, event=event, attributes=event.details)
    Message.objects.create(
        invitation=asked, state="failed", tries=5, due_at=clock.now(), error=f"550 5.1.1 {LONG}"
    )
    invite(ada, survey, program=program, state="planned", sent_at=None)
    Decision.objects.create(
        program=program, person=ada, asked=False, reason="throttled", since=clock.now(),
        until=clock.now() + timedelta(days=9), detail={"by": LONG, "since": clock.now().isoformat()},
    )  # fmt: skip
    low = answer(
        survey, ada, score=2, comment=f"{HOSTILE}\n{LONG * 3}", call_me=True, phone="+4532123456",
        further={"store": "a"}, attributes=event.details, invitation=asked, program=program,
        touchpoint="delivery",
    )  # fmt: skip
    answer(survey, comment="بطيء جدا", locale="ar", score=10)
    answer(survey, ada, score=8, quarantined=True, signals=["decoy", "quick"])
    for name in (
        "", "programs", f"programs/{program.name}", f"programs/{program.name}/edit",
        f"programs/{program.name}/decisions", "programs/after", "invitations",
        f"invitations/{asked.key}", f"invitations/why/{ada.key}", "responses",
        "responses?quarantined=on", f"responses/{low.key}",
    ):  # fmt: skip
        answered = page.goto(f"{live_server.url}/{name}")
        assert answered
        assert answered.ok, name
        good(page, f"full-{name.replace('/', '-').replace(str(ada.key), 'ada') or 'home'}"[:60])
    page.get_by_role("button", name="Mark as contacted").click()
    good(page, "full-contacted")
