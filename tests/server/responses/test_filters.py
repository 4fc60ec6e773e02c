"""The filters of the feed: where a number's page leads to, one person, one account, scores; and what stands next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from milepost import clock
from milepost.server.forms.filters import ResponseFilters
from milepost.server.models import Person, Response, Survey
from milepost.server.queries import nearby
from milepost.server.queries import responses as queries
from tests.server.programs.conftest import Answer, Invite, Publish, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in: Callable[[str], Client]) -> Client:
    return signed_in("manager")


def _scores(client: Client, query: str) -> set[Any]:
    page = client.get(f"/responses?{query}")
    assert page.status_code == 200
    return {each.score for each in page.context["listed"].rows}


def test_the_place_of_a_number_finds_its_answers(
    client: Client, publish: Publish, answer: Answer, ada: Person
) -> None:
    further = [{"name": "speed", "kind": "rating",
                "texts": {"en": {"question": "How quick?"}}}]  # fmt: skip
    nps, effort = publish(), publish(name="ces", title="Effort", type="ces1", further=further)
    answer(nps, ada, score=1, channel="qr", attributes={"country": "DK", "seats": 3, "vip": True})
    answer(nps, ada, score=2, attributes={"country": "SE", "a b": "x"})
    answer(nps, ada, score=3, touchpoint="delivery", attributes={"country": "DK"}, locale="da")
    answer(effort, ada, score=4, further={"speed": 5})
    assert _scores(client, "segment.country=DK") == {1, 3}
    assert _scores(client, "segment.country=DK&touchpoint=delivery") == {3}
    assert _scores(client, "segment.country=DK&segment.seats=3") == {1}
    assert _scores(client, "segment.vip=true") == {1}
    assert _scores(client, "segment.a%20b=x") == {2}
    assert _scores(client, "segment.locale=da") == {3}
    assert _scores(client, "segment.nobody=x") == set()
    assert _scores(client, "channel=qr") == {1}
    assert _scores(client, "channel=pigeon") == set()
    assert _scores(client, "question=nps") == {1, 2, 3}
    assert _scores(client, "question=speed") == {4}
    assert _scores(client, "tag=nothing") == set()


def test_days_of_a_page_of_numbers_are_understood(
    client: Client, survey: Survey, answer: Answer
) -> None:
    today = clock.now().date()
    for ago in range(4):
        answer(survey, score=ago, day=today - timedelta(days=ago))
    day = today - timedelta(days=2)
    assert _scores(client, f"from={day}&to={day}") == {2}
    page = client.get(f"/responses?from={day}&to={day}").content.decode()
    assert f"from={day}&amp;to={day}" in page  # the navigation keeps them


def test_scores_between_two_and_zero_is_a_score(
    client: Client, survey: Survey, answer: Answer
) -> None:
    for score in (0, 1, 5, 10):
        answer(survey, score=score)
    answer(survey, score=None)
    assert _scores(client, "least=0&most=0") == {0}
    assert _scores(client, "least=0") == {0, 1, 5, 10}
    assert _scores(client, "least=1&most=5") == {1, 5}
    assert _scores(client, "least=-1&most=x") == {0, 1, 5, 10, None}


def test_one_person_or_one_account(
    client: Client, survey: Survey, answer: Answer, ada: Person
) -> None:
    bo, di = people(2)
    for person, account in ((bo, "Ørsted A/S"), (di, "ØRSTED A/S"), (ada, "Other")):
        person.account = account
        person.save()
    for score, person in enumerate((ada, bo, di)):
        answer(survey, person, score=score)
    assert _scores(client, f"person={bo.key}") == {1}
    assert _scores(client, "account=%C3%98rsted%20A/S") == {1}
    assert _scores(client, "person=nobody") == {0, 1, 2}
    page = client.get(f"/responses?person={bo.key}").content.decode()
    assert "Person 0" in page


def test_a_filter_is_told_again_as_it_was_given(company: object) -> None:
    given = "q=slow&first=2026-01-02&least=0&low=on&segment.country=DK&segment.a=%22"
    assert QueryDict(ResponseFilters(QueryDict(given)).query()) == QueryDict(given)


def test_what_stands_next_is_what_the_list_shows_next(
    survey: Survey, answer: Answer, ada: Person
) -> None:
    now = clock.now()
    for number in range(12):
        at = now - timedelta(hours=number * 7)
        named = number % 3 > 0
        answer(survey, ada if named else None, day=at.date(), answered_at=at if named else None,
               score=number % 2)  # fmt: skip
    found = queries.responses({"most": 0})
    order = list(found.order_by(*queries.LATEST_FIRST))
    for newer, one, older in zip([None, *order[:-1]], order, [*order[1:], None], strict=True):
        assert nearby.beside(found, one) == nearby.Beside(newer, older)


def test_an_answer_leads_to_its_neighbours_within_the_search_and_to_its_persons_others(
    client: Client, survey: Survey, answer: Answer, invite: Invite, ada: Person
) -> None:
    now = clock.now()
    made = [
        answer(survey, ada, score=score, answered_at=now - timedelta(minutes=score),
               invitation=invite(ada, survey))
        for score in (0, 9, 1)
    ]  # fmt: skip
    page = client.get(f"/responses/{made[0].key}?low=on").content.decode()
    assert f'rel="next" href="/responses/{made[2].key}?low=on"' in page
    assert 'rel="prev"' not in page
    assert f"/responses/{made[1].key}?person={ada.key}" in page


def test_an_anonymous_answer_tells_of_nobody_and_no_others(
    client: Client, survey: Survey, answer: Answer
) -> None:
    one, other = answer(survey, score=1), answer(survey, score=2)
    page = client.get(f"/responses/{one.key}").content.decode()
    assert "Their other answers" not in page
    assert list(nearby.others_of(Response.objects.get(pk=other.pk), most=5)) == []
