"""The pages of programs: the list, one program, its decisions, and who may do what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost import clock
from milepost.server.models import Audit, Decision, Person, Program, Survey
from milepost.server.queries import programs as queries
from milepost.server.worker.deciding import decide
from milepost.stats.shares import wilson
from tests.server.programs.conftest import HOSTILE, Invite, MakeProgram, after, people, rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("manager")


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def test_the_list_tells_the_response_rate_with_its_interval(
    client: Client, survey: Survey, make_program: MakeProgram, invite: Invite
) -> None:
    program = make_program(survey)
    for number, person in enumerate(people(10)):
        invite(person, survey, program=program, state="answered" if number < 3 else "sent")
    old, test = people_named("o"), people_named("t")
    invite(old, survey, program=program, sent_at=clock.now() - timedelta(days=200))
    invite(test, survey, program=program, test=True, state="answered")
    page = client.get("/programs").content.decode()
    low, high = wilson(0.3, 10)
    assert f"30.0% ({low:.1%} to {high:.1%})" in page


def people_named(name: str) -> Person:
    return Person.objects.create(external_id=name, name=name)


def test_a_program_without_sendings_has_no_rate(
    client: Client, survey: Survey, make_program: MakeProgram
) -> None:
    make_program(survey)
    assert queries.lines()[0].rate.share is None
    assert "%" not in client.get("/programs").content.decode().split("<tbody>")[1]


def test_a_hundred_programs_take_no_more_queries_than_one(
    client: Client, survey: Survey, make_program: MakeProgram
) -> None:
    make_program(survey)
    one = _queries(client, "/programs")
    for number in range(99):
        make_program(survey, name=f"p{number}", title=f"P {number}")
    assert _queries(client, "/programs") == one


def test_a_hundred_decisions_take_no_more_queries_than_one(
    client: Client, survey: Survey, make_program: MakeProgram
) -> None:
    program = make_program(survey)
    everybody = people(100)
    _decided(program, everybody[0])
    one = _queries(client, "/programs/care/decisions")
    for person in everybody[1:]:
        _decided(program, person)
    assert _queries(client, "/programs/care/decisions") == one


def _decided(program: Program, person: Person, reason: str = "not_due", **fields: Any) -> Decision:
    given = {"asked": reason == "asked", "since": clock.now(), **fields}
    return Decision.objects.create(program=program, person=person, reason=reason, **given)


def test_decisions_are_found_by_person_and_reason_and_told_in_words(
    client: Client, survey: Survey, make_program: MakeProgram, ada: Person
) -> None:
    program = make_program(survey)
    until = clock.now() + timedelta(days=9)
    _decided(program, ada, "held", until=until, detail={"by": "ticket_opened", "since": "2026-11-01T09:00:00+00:00"})  # fmt: skip
    for person in people(3):
        _decided(program, person, "unsubscribed")
    by_name = client.get("/programs/care/decisions?q=lovel").content.decode()
    assert "held by ticket_opened since 2026-11-01 10:00, until" in by_name
    assert "Person 1" not in by_name
    by_reason = client.get("/programs/care/decisions?reason=unsubscribed").content.decode()
    assert "Ada" not in by_reason
    assert by_reason.count("unsubscribed</bdi>") == 3


def test_decisions_go_on_page_by_page(
    client: Client, survey: Survey, make_program: MakeProgram
) -> None:
    program = make_program(survey)
    for person in people(queries.PAGE + 5):
        _decided(program, person)
    first = client.get("/programs/care/decisions")
    rest = client.get(f"/programs/care/decisions?before={first.context['after']}")
    found = [each.row.pk for page in (first, rest) for each in page.context["decisions"]]
    assert sorted(found) == sorted(Decision.objects.values_list("pk", flat=True))
    assert rest.context["after"] is None


@pytest.mark.parametrize("before", ["x", "~", "a~-1", "a~" + "9" * 30, "a~٣"])
def test_a_page_that_is_none_is_the_first(
    client: Client, survey: Survey, make_program: MakeProgram, before: str
) -> None:
    make_program(survey)
    assert client.get(f"/programs/care/decisions?before={before}").status_code == 200


def test_after_a_round_the_page_shows_what_is_coming_and_why_not(
    client: Client, survey: Survey, make_program: MakeProgram
) -> None:
    window = [
        {"days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
         "from": "00:00", "to": "24:00"}
    ]  # fmt: skip
    make_program(survey, rule(starts_on="2026-01-01", window=window), decide_at=clock.now())
    people(5, created_at=clock.now() - timedelta(days=400))
    Person.objects.create(external_id="gone", email="g@example.com", status="unsubscribed")
    decide("w")
    page = client.get("/programs/care")
    assert sum(many for _, many in page.context["planned"]) == 5
    assert {code: many for code, _, many in page.context["reasons"]} == {
        "asked": 5, "unsubscribed": 1,
    }  # fmt: skip


def test_start_and_pause_are_audited_and_decide_anew(
    client: Client, survey: Survey, make_program: MakeProgram
) -> None:
    program = make_program(survey, active=False)
    client.post("/programs/care/state", {"active": "on"})
    program.refresh_from_db()
    assert program.active
    assert program.decide_at
    client.post("/programs/care/state", {"active": "off"})
    program.refresh_from_db()
    assert not program.active
    assert set(Audit.objects.values_list("verb", flat=True)) == {"start_program", "pause_program"}


def test_a_program_whose_survey_is_not_asked_does_not_start(
    client: Client, survey: Survey, make_program: MakeProgram
) -> None:
    program = make_program(survey, active=False)
    Survey.objects.update(archived=True)
    page = client.post("/programs/care/state", {"active": "on"}, follow=True).content.decode()
    program.refresh_from_db()
    assert not program.active
    assert "publish it first" in page


def test_a_program_that_cannot_be_read_says_why_and_can_be_mended(
    client: Client, survey: Survey, make_program: MakeProgram, ada: Person
) -> None:
    make_program(survey, {**rule(), "every_days": 2})
    page = client.get("/programs/care").content.decode()
    assert "care: every_days: expected a whole number from 7" in page
    shown = client.get("/programs/care/edit")
    assert shown.context["sheet"].form.initial["every_days"] == 90
    assert queries.ahead_of(ada) == []


def test_the_sequence_of_one_person_is_shown(
    client: Client, survey: Survey, make_program: MakeProgram, ada: Person
) -> None:
    make_program(survey, rule(every_days=90, newcomer_days=30))
    make_program(survey, after("onboarded"), name="start", title="Onboarding")
    from milepost.server.actions.events import happened

    happened("onboarded", ada, at=clock.now())
    found = queries.ahead_of(ada)
    assert [each.program for each in found] == ["Onboarding", "Care", "Care", "Care"]
    gaps = [(b.at - a.at).days for a, b in pairwise(found[1:])]
    assert all(88 <= gap <= 98 for gap in gaps)
    page = client.get(f"/invitations/why/{ada.key}").content.decode()
    assert page.index("Onboarding") < page.index("Care")


def test_hostile_names_are_shown_as_text(
    client: Client, survey: Survey, make_program: MakeProgram, ada: Person
) -> None:
    ada.name = HOSTILE
    ada.attributes = {HOSTILE: HOSTILE}
    ada.save()
    segment = {"all": [{"attribute": HOSTILE, "equals": HOSTILE}]}
    holds = [{"event": HOSTILE, "release": HOSTILE, "days": 0}]
    program = make_program(survey, rule(segment=segment, holds=holds), title=HOSTILE)
    _decided(program, ada, "held", detail={"by": HOSTILE})
    for path in ("", "/care", "/care/edit", "/care/decisions", f"/care/decisions?q={HOSTILE}"):
        page = client.get(f"/programs{path}").content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_a_responder_sees_programs_and_nobody_in_them(
    signed_in: Callable[[str], Client], survey: Survey, make_program: MakeProgram, ada: Person
) -> None:
    program = make_program(survey, counts={"not_due": 1})
    _decided(program, ada)
    client = signed_in("responder")
    page = client.get("/programs/care").content.decode()
    assert "Ada" not in page
    assert "/decisions" not in page
    assert "Edit" not in page
    assert client.get("/programs/care/decisions").status_code == 403
    assert client.get("/programs/care/edit").status_code == 403
    assert client.post("/programs/care/state", {"active": "off"}).status_code == 403
    program.refresh_from_db()
    assert program.active


def test_every_reason_has_words_without_gaps() -> None:
    assert all(words and "{" not in words for _, words in queries.REASON_WORDS)
