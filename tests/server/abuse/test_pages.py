"""Hostile words in every table: on no page of ours are they anything but text, and no filter breaks a page."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client

from milepost import clock
from milepost.server.models import (
    Change,
    Company,
    Decision,
    Event,
    Import,
    Member,
    Person,
    Program,
    Response,
)
from milepost.server.urls import ROUTES
from tests.server.abuse.conftest import HOSTILE
from tests.server.accounts.conftest import MakeMember
from tests.server.answers.conftest import Invite, Publish

pytestmark = pytest.mark.django_db
MARKUP = ("<script>alert", "<img src=x")


@pytest.fixture
def hostile(publish: Publish, invite: Invite, ada: Person, known: MakeMember) -> dict[str, str]:
    """A row of every table that says hostile things; by name what stands in addresses."""
    now = clock.now()
    Company.objects.update(name=HOSTILE[:100], postal_address=HOSTILE, sender_name=HOSTILE[:100])
    Person.objects.update(
        name=HOSTILE, account=HOSTILE[:100], attributes={HOSTILE[:60]: HOSTILE},
        external_id=HOSTILE[:100], status="unsubscribed", status_reason=HOSTILE,
    )  # fmt: skip
    ada.refresh_from_db()
    texts = {"en": {"question": HOSTILE.replace("{", "(").replace("}", ")")}}
    survey = publish(
        title=HOSTILE,
        further=[{"name": "more", "kind": "text", "texts": texts}],
        texts={"en": {"why.any": texts["en"]["question"]}},
    )
    invitation = invite(survey, attributes={HOSTILE: HOSTILE}, touchpoint=HOSTILE[:60])
    response = Response.objects.create(
        survey=survey, version=invitation.version, invitation=invitation, person=ada, score=1,
        comment=HOSTILE, answer=HOSTILE, further={"more": HOSTILE, HOSTILE: [HOSTILE]}, phone=HOSTILE[:40],
        touchpoint=HOSTILE[:60], attributes={HOSTILE: HOSTILE}, day=now.date(), answered_at=now,
        signals=[HOSTILE], state="complete",
    )  # fmt: skip
    Change.objects.create(response=response, at=now, before={"comment": HOSTILE, "score": 3})
    Event.objects.create(person=ada, name=HOSTILE[:60], at=now, details={HOSTILE: HOSTILE})
    program = Program.objects.create(
        name="program",
        title=HOSTILE,
        survey=survey,
        document={"kind": HOSTILE},
        counts={HOSTILE: 1},
    )
    Decision.objects.create(
        program=program,
        person=ada,
        asked=False,
        reason=HOSTILE[:32],
        since=now,
        detail={"by": HOSTILE},
    )
    job = Import.objects.create(
        file_name=HOSTILE, path="imports/none.csv", state="failed", error=HOSTILE,
        counts={"counts": {HOSTILE: 1}, "reasons": {HOSTILE: 1}, "left_out": {HOSTILE: 2}},
    )  # fmt: skip
    known(name=HOSTILE[:100])
    return {
        "token": invitation.token, "open": survey.token, "person": str(ada.key),
        "invitation": str(invitation.key), "response": str(response.key), "import": str(job.pk),
    }  # fmt: skip


def addresses(found: dict[str, str]) -> list[str]:
    person, response = found["person"], found["response"]
    return [
        "/", "/responses", f"/responses/{response}", "/people", f"/people/{person}",
        f"/people/{person}/edit", "/people/imports", f"/people/imports/{found['import']}",
        "/surveys", "/surveys/survey", "/surveys/survey/edit", "/surveys/survey/publish",
        "/surveys/survey/versions", "/surveys/survey/preview", "/surveys/survey/poster",
        "/programs", "/programs/program", "/programs/program/decisions", "/programs/program/edit",
        "/invitations", f"/invitations/{found['invitation']}", f"/invitations/why/{person}",
        "/settings", "/members", "/account", f"/a/{found['token']}", f"/s/{found['open']}",
        f"/u/{found['token']}",
    ]  # fmt: skip


def test_on_no_page_is_what_somebody_wrote_markup(hostile: dict[str, str]) -> None:
    client = Client()
    client.force_login(Member.objects.get())
    shown = 0
    for address in addresses(hostile):
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        text = answer.content.decode()
        # What looks like a template stands there as it was written, too.
        shown += "&lt;script&gt;" in text and "{{ 7|add:7 }}" in text
        assert not [each for each in MARKUP if each in text], address
    assert shown >= 20


NAMES = (
    "q",
    "before",
    "page",
    "status",
    "program",
    "survey",
    "state",
    "reason",
    "l",
    "p",
    "v",
    "n",
)
WORDS = (
    "9" * 30,
    "-1",
    HOSTILE,
    "\u202e",
    "2026-01-01~~",
    "9999-12-31T23:59:59+00:00~1",
    "%",
    "\ud800",
)


@pytest.mark.parametrize("name", NAMES)
def test_no_word_of_an_address_breaks_or_marks_up_a_page(
    name: str, hostile: dict[str, str]
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(Member.objects.get())
    lists = ["/responses", "/people", "/surveys", "/programs/program/decisions", "/invitations", "/invitations/why",
             f"/a/{hostile['token']}", f"/s/{hostile['open']}", "/surveys/survey/preview"]  # fmt: skip
    for address in lists:
        for word in WORDS:
            answer = client.get(f"{address}?{name}={quote(word, errors='surrogatepass')}")
            assert answer.status_code < 500, (address, word)
            assert not [each for each in MARKUP if each in answer.content.decode()], (address, word)


@pytest.mark.parametrize("query", ["first=0001-01-01", "last=9999-12-31"])
def test_the_ends_of_the_calendar_break_no_list(
    query: str, signed_in: Callable[[str], Client]
) -> None:
    client = signed_in("manager")
    client.raise_request_exception = False

    assert client.get(f"/invitations?{query}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/people", "/responses", "/members", "/account", "/settings"]
)
def test_personal_pages_are_kept_by_no_cache(path: str, signed_in: Callable[[str], Client]) -> None:
    assert "no-store" in signed_in("administrator").get(path)["Cache-Control"]


def test_the_pages_of_respondents_leak_their_link_to_nobody(hostile: dict[str, str]) -> None:
    for path in (f"/a/{hostile['token']}", f"/s/{hostile['open']}", f"/u/{hostile['token']}"):
        answer = Client().get(path)
        text = answer.content.decode()

        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "://" not in text
        assert hostile["token"] not in text.split("<title>")[1].split("</title>")[0]


def test_a_respondent_learns_nothing_that_is_kept_of_them(
    publish: Publish, invite: Invite, ada: Person
) -> None:
    Person.objects.update(
        phone="+4532123456",
        account="Acme secret",
        attributes={"tier": "gold-secret"},
        status_reason="why-secret",
    )
    ada.refresh_from_db()
    text = (
        Client()
        .get(f"/a/{invite(publish(call_me=True), attributes={'order': 'o-secret'}).token}")
        .content.decode()
    )

    for told in ("32123456", "secret", "ada@example.com", "Lovelace", "c-1"):
        assert told not in text


@pytest.mark.parametrize(
    "path",
    ["../milepost.db", "%2e%2e/%2e%2e/secret_key", "..%2f..%2fetc/passwd", "/etc/passwd", "milepost/../../settings.py",
     "milepost/", "", "milepost/tokens.css/../../../server/settings.py"],
)  # fmt: skip
def test_no_path_leads_out_of_the_files_that_are_served(path: str, company: object) -> None:
    assert Client().get(f"/static/{path}").status_code == 404


def test_no_route_takes_a_path_of_many_parts() -> None:
    assert not [route.path for route in ROUTES if "<path:" in route.path]
