"""The figures of asking are counted beside the page: it says so meanwhile; equal to what counting by hand finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from random import Random
from threading import Semaphore
from typing import Any

import pytest
from django.test import Client

from milepost import clock
from milepost.plan.calendar import Span
from milepost.programs.deciding.documents import parse
from milepost.server.measuring.beside import Beside
from milepost.server.models import Company, Invitation, Message, Program, Response, Survey
from milepost.server.queries import counting
from milepost.server.queries.asking_look import Asked, look, look_at_all
from milepost.server.queries.rules import zone_of
from milepost.server.queries.scopes import Scope
from tests.server.figures.conftest import NOW, Send
from tests.server.programs.conftest import MakeProgram, people, rule
from tests.server.programs.test_form import posted

PAGES = ("/programs/figures/all", "/programs/care/figures?by=country", "/programs/care/ahead")
DAY = timedelta(days=1)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """What is counted, each as a call that counts it: nothing is until the test says so."""
    calls: list[Callable[[], None]] = []

    def submit(call: Callable[..., Any], *args: Any) -> Future[Any]:
        future: Future[Any] = Future()
        calls.append(lambda: future.set_result(call(*args)))
        return future

    beside = Beside(submit, Semaphore(0), counting.TIMES)
    monkeypatch.setattr(counting, "_beside", lambda: beside)
    return calls


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_is_not_counted_yet_says_so_and_asks_again(
    client: Client, send: Send, held: list[Callable[[], None]], path: str
) -> None:
    send(30, 10, about={"country": "DK"})
    for _ in range(2):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["Refresh"] == "1"
        assert b"<progress" in answer.content
    (count,) = held
    count()
    answer = client.get(path)
    assert "Refresh" not in answer.headers
    assert b"<progress" not in answer.content
    # What was slow to count is shown for a while.
    assert "Refresh" not in client.get(path).headers
    assert len(held) == 1


@pytest.mark.django_db
def test_other_filters_and_another_program_are_counted_apart(
    client: Client, make_program: MakeProgram, survey: Survey, held: list[Callable[[], None]],
    program: Program,
) -> None:  # fmt: skip
    make_program(survey, name="other", title="Other")
    for path in (
        "/programs/care/figures", "/programs/other/figures", "/programs/care/figures?by=locale",
        "/programs/care/figures?channel=link", "/programs/care/figures?from=2026-01-01",
        "/programs/figures/all",
    ):  # fmt: skip
        client.get(path)
    assert len(held) == 6


@pytest.mark.django_db(transaction=True)
def test_counts_are_made_in_a_thread_with_a_connection_of_its_own(
    client: Client, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = Beside(counting.submit, Semaphore(4), counting.TIMES)
    monkeypatch.setattr(counting, "_beside", lambda: beside)
    monkeypatch.setattr(counting, "AT_ONCE", 30)
    send(30, 10)
    assert "10 of 30 sent" in client.get("/programs/care/figures").content.decode()


@pytest.mark.django_db
def test_a_look_is_what_counting_row_by_row_finds(
    send: Send, make_program: MakeProgram, survey: Survey, program: Program, company: Company
) -> None:
    luck, other = Random(8), make_program(survey, name="other", title="Other")
    asked = people(40)
    for _ in range(120):
        send(
            1, luck.randrange(2), of=[luck.choice(asked)], days_ago=luck.uniform(0, 80),
            program=luck.choice([program, other, None]), state=luck.choice(["complete", "partial"]),
            channel=luck.choice(["email", "link"]), quarantined=luck.random() < 0.1,
            delivered_at=luck.choice([NOW, None]), bounced_at=luck.choice([NOW, None, None]),
        )  # fmt: skip
    Message.objects.bulk_create(
        Message(invitation=one, due_at=NOW + luck.uniform(0, 10) * DAY)
        for one in Invitation.objects.order_by("pk")[:20]
    )
    today = clock.now().astimezone(zone_of(company)).date()
    scope = Scope(Span(today - 89 * DAY, today + DAY, "all"), zone_of(company))
    found = look_at_all(Asked(scope, "channel", today, 1), [program, other])
    rows = list(Invitation.objects.select_related("response"))
    answers = {one.invitation_id: one for one in Response.objects.filter(quarantined=False)}
    sent, back = Counter[object](), Counter[object]()
    for one in rows:
        for key in ("all", one.program_id, one.channel):
            sent[key] += 1
            back[key] += one.pk in answers
    tally = found.steps.tally
    assert (tally.sent, tally.answered) == (sent["all"], back["all"]) == (len(rows), len(answers))
    assert tally.delivered == sum(one.delivered_at is not None for one in rows)
    assert tally.bounced == sum(one.bounced_at is not None for one in rows)
    assert tally.quarantined == Response.objects.filter(quarantined=True).count()
    assert tally.complete == sum(one.state == "complete" for one in answers.values())
    assert {key: (each.tally.sent, each.tally.answered) for key, each in found.each.items()} == {
        key: (sent[key], back[key]) for key in (program.pk, other.pk, None)
    }
    assert {each.value: (each.share.of, each.share.count) for each in found.groups} == {
        name: (sent[name], back[name]) for name in ("email", "link")
    }
    assert sum(each.tally.sent for each in found.course) == len(rows)
    assert found.people == len({one.person_id for one in rows}) < len(rows)
    assert sum(each.all for each in found.coming) == 20
    own = look(Asked(Scope(scope.span, scope.zone, program), "channel", today, 1))
    assert (own.steps.tally.sent, own.steps.tally.answered) == (sent[program.pk], back[program.pk])


@pytest.mark.django_db
def test_the_page_says_where_people_were_asked_more_than_once(client: Client, send: Send) -> None:
    asked = people(30)
    send(30, 10, of=asked, days_ago=50)
    assert b"asked more than once" not in client.get("/programs/care/figures").content
    send(12, 4, of=asked[:12], days_ago=5)
    page = " ".join(client.get("/programs/care/figures").content.decode().split())
    assert "42 invitations went to 30 people, so that some were asked more than once" in page


@pytest.mark.django_db
def test_a_form_that_asks_what_it_would_do_keeps_what_was_typed_while_it_is_worked_out(
    client: Client, survey: Survey, held: list[Callable[[], None]]
) -> None:
    typed = posted(parse(rule()), "Not lost", do="what_if")
    for _ in range(2):
        answer = client.post("/programs/new/relationship", typed)
        assert answer.status_code == 200
        assert b"<progress" in answer.content
        assert 'value="Not lost"' in answer.content.decode()
    (count,) = held
    count()
    page = client.post("/programs/new/relationship", typed).content.decode()
    assert "<progress" not in page
    assert "This would ask" in page
    client.post("/programs/new/relationship", typed | {"every_days": "61"})
    assert len(held) == 2
