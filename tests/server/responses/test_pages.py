"""The feed of answers, one answer, and what is done about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost import clock
from milepost.server.models import Audit, Change, Person, Response, Survey
from milepost.server.queries import responses as queries
from milepost.server.queries.paging import PAGE
from tests.server.programs.conftest import HOSTILE, Answer, Invite, MakeProgram, Publish, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("manager")


def _shown(client: Client, query: str = "") -> set[Any]:
    page = client.get(f"/responses?{query}")
    assert page.status_code == 200
    return {each.score for each in page.context["listed"].rows}


def test_each_filter_shows_what_it_says(
    client: Client, publish: Publish, make_program: MakeProgram, answer: Answer, ada: Person
) -> None:
    nps, effort = publish(), publish(name="ces", title="Effort", type="ces1")
    program = make_program(nps)
    answer(nps, ada, score=0, comment="Very SLOW", touchpoint="delivery", call_me=True)
    answer(nps, ada, score=7, program=program, locale="da", state="partial")
    answer(nps, ada, score=10, contacted_at=clock.now())
    answer(nps, score=9, day=clock.now().date() - timedelta(days=40))
    answer(effort, ada, score=1, answer="slowly")
    answer(effort, ada, score=5)
    answer(nps, ada, score=3, quarantined=True)
    answer(nps, ada, score=4, test=True)
    assert _shown(client) == {0, 7, 10, 9, 1, 5}
    assert _shown(client, "survey=ces") == {1, 5}
    assert _shown(client, "program=care") == {7}
    assert _shown(client, "touchpoint=delivery") == {0}
    assert _shown(client, "group=promoter") == {9, 10}
    # In CES 1.0 a low score is the good end.
    assert _shown(client, "group=top") == {1}
    assert _shown(client, "low=on") == {0, 5}
    assert _shown(client, "q=slow") == {0, 1}
    assert _shown(client, "language=da") == {7}
    assert _shown(client, "partial=on") == {7}
    assert _shown(client, "call_me=on") == {0}
    assert _shown(client, "open=on") == {0, 7, 1, 5}
    assert _shown(client, "quarantined=on") == {3}
    day = clock.now().date() - timedelta(days=30)
    assert _shown(client, f"last={day}") == {9}
    assert _shown(client, f"first={day}") == {0, 7, 10, 1, 5}
    assert _shown(client, "first=never&survey=nothing&group=x") == {0, 7, 10, 9, 1, 5}


def test_both_counts_are_shown_and_tests_are_in_neither(
    client: Client, survey: Survey, answer: Answer, ada: Person
) -> None:
    for fields in ({}, {}, {"quarantined": True}, {"test": True}, {"test": True}):
        answer(survey, ada, **fields)
    assert "2 counted, 1 quarantined" in client.get("/responses").content.decode()


def test_pages_hold_every_answer_once_the_latest_day_first(
    client: Client, survey: Survey, answer: Answer, ada: Person
) -> None:
    now = clock.now()
    for number in range(2 * PAGE + 7):
        at = now - timedelta(hours=number % 70)
        named = number % 3 > 0
        answer(survey, ada if named else None, day=at.date(), answered_at=at if named else None)
    found: list[Response] = []
    query = ""
    for _ in range(3):
        listed = client.get(f"/responses?before={query}").context["listed"]
        found += listed.rows
        query = (listed.after or "").replace("+", "%2B")
    assert len({each.pk for each in found}) == len(found) == 2 * PAGE + 7
    days = [each.day for each in found]
    assert days == sorted(days, reverse=True)
    named_times = [(each.day, each.answered_at) for each in found if each.answered_at]
    assert named_times == sorted(named_times, reverse=True)


def test_the_order_of_anonymous_answers_is_that_of_their_random_keys(
    client: Client, survey: Survey, answer: Answer
) -> None:
    for _ in range(20):
        answer(survey)
    shown = [each.pk for each in client.get("/responses").context["listed"].rows]
    assert shown == sorted(shown, reverse=True)


@pytest.mark.parametrize(
    "before", ["x", "2026-01-01~~", "2026-01-01~x~1", "~~~", "2026-01-01~2026-01-01T00:00~5"]
)
def test_a_page_that_is_none_is_the_first(
    client: Client, survey: Survey, answer: Answer, before: str
) -> None:
    answer(survey)
    assert _shown(client, f"before={before}") == {9}


@pytest.mark.parametrize("path", ["/responses", "/responses?low=on&q=a", "/"])
def test_a_hundred_answers_take_no_more_queries_than_one(
    client: Client, survey: Survey, answer: Answer, invite: Invite, path: str
) -> None:
    everybody = people(100)
    answer(survey, everybody[0], score=0, comment="a")
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    for person in everybody[1:]:
        answer(survey, person, score=0, comment="a", invitation=invite(person, survey))
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) == len(one)


def test_one_answer_tells_its_questions_its_history_and_what_speaks_for_a_machine(
    client: Client, publish: Publish, answer: Answer, invite: Invite, ada: Person
) -> None:
    further = [
        {"name": "store", "kind": "multiple", "options": ["a", "b"],
         "texts": {"en": {"question": "Which store?", "options.a": "North", "options.b": "South"}}}
    ]  # fmt: skip
    survey = publish(further=further)
    found = answer(
        survey, ada, score=2, further={"store": ["a", "b"]}, signals=["decoy", "quick"],
        quarantined=True, comment="now", invitation=invite(ada, survey), recovery=9,
        recovered_at=clock.now(), attributes={"order": "o-1"},
    )  # fmt: skip
    for score, comment in ((5, ""), (2, "")):
        Change.objects.create(
            response=found, at=clock.now(), before={"score": score, "comment": comment}
        )
    page = re.sub(r"<[^>]+>|\s+", " ", client.get(f"/responses/{found.key}").content.decode())
    page = " ".join(page.split())
    for words in (
        "Which store? North, South", "opened a link that people cannot see",
        "answered within seconds of delivery", "score 5 ", "comment – ", "2 became 9", "o-1",
        "detractor",
    ):  # fmt: skip
        assert words in page, words


def test_getting_in_touch_is_noted_once(
    client: Client, survey: Survey, answer: Answer, ada: Person
) -> None:
    found = answer(survey, ada, score=1)
    assert client.get(f"/responses/{found.key}/contact").status_code == 405
    for _ in range(2):
        client.post(f"/responses/{found.key}/contact")
    found.refresh_from_db()
    assert found.contacted_at is not None
    assert Audit.objects.filter(verb="contacted").count() == 1
    anonymous = answer(survey)
    assert client.post(f"/responses/{anonymous.key}/contact").status_code == 404


def test_quarantine_and_release_go_both_ways(
    client: Client, survey: Survey, answer: Answer, ada: Person
) -> None:
    found = answer(survey, ada)
    for verb, aside in (("quarantine", True), ("quarantine", True), ("release", False)):
        client.post(f"/responses/{found.key}/{verb}")
        found.refresh_from_db()
        assert found.quarantined is aside
    verbs = list(Audit.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["quarantined", "released"]


def test_a_responder_reads_and_contacts_and_takes_nothing_away(
    signed_in: Callable[[str], Client], survey: Survey, answer: Answer, ada: Person
) -> None:
    found = answer(survey, ada, score=1)
    client = signed_in("responder")
    feed = client.get("/responses").content.decode()
    assert "Ada Lovelace" in feed
    assert "Export" not in feed
    page = client.get(f"/responses/{found.key}").content.decode()
    assert "ada@example.com" in page
    assert "/people/" not in page
    assert "Quarantine" not in page
    assert client.post("/responses/export", {"format": "csv"}).status_code == 403
    assert client.post(f"/responses/{found.key}/quarantine").status_code == 403
    assert client.post(f"/responses/{found.key}/contact").status_code == 302
    assert client.get("/people").status_code == 403
    assert client.get("/invitations").status_code == 403


def test_an_analyst_releases_and_does_not_contact(
    signed_in: Callable[[str], Client], survey: Survey, answer: Answer, ada: Person
) -> None:
    found = answer(survey, ada, quarantined=True)
    client = signed_in("analyst")
    assert client.post(f"/responses/{found.key}/contact").status_code == 403
    assert client.post(f"/responses/{found.key}/release").status_code == 302


def test_hostile_words_are_shown_as_text(
    client: Client, publish: Publish, answer: Answer, invite: Invite, ada: Person
) -> None:
    survey = publish(title=HOSTILE)
    ada.name, ada.account = HOSTILE, HOSTILE
    ada.save()
    found = answer(
        survey, ada, comment=HOSTILE, answer=HOSTILE, phone=HOSTILE[:40], call_me=True,
        attributes={HOSTILE: HOSTILE}, further={HOSTILE: HOSTILE}, locale='"><script>',
        signals=[HOSTILE], touchpoint=HOSTILE, invitation=invite(ada, survey),
    )  # fmt: skip
    Change.objects.create(response=found, at=clock.now(), before={"comment": HOSTILE, "score": 1})
    for path in ("/responses", f"/responses?q={HOSTILE}", f"/responses/{found.key}", "/"):
        page = client.get(path).content.decode()
        assert "<script>" not in page
        if path != "/":
            assert "&lt;script&gt;" in page


def test_a_filter_without_an_index_looks_at_the_latest_answers_and_says_so(
    client: Client, survey: Survey, answer: Answer, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LATEST", 3)
    today = clock.now().date()
    for ago in range(6):
        answer(survey, ada, score=ago, comment="slow", day=today - timedelta(days=ago))
    said = "choose a first day to look further back"
    assert said in client.get("/responses?q=slow").content.decode()
    assert _shown(client, "q=slow") == {0, 1, 2, 3}
    assert _shown(client, f"q=slow&first={today - timedelta(days=9)}") == {0, 1, 2, 3, 4, 5}
    assert _shown(client) == {0, 1, 2, 3, 4, 5}
    assert said not in client.get("/responses").content.decode()
