"""Tags: on one answer, on many, on all that a search finds; renamed and removed; and who may."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost.server.actions import tagging
from milepost.server.models import Audit, Dirty, Member, Person, Response, Survey, Tag, Tagging
from milepost.server.queries.facts import FACTS
from tests.server.programs.conftest import HOSTILE, Answer, days_ago, people

pytestmark = pytest.mark.django_db
SignedIn = Callable[[str], Client]


@pytest.fixture
def client(signed_in: SignedIn) -> Client:
    return signed_in("manager")


def _tagged(name: str) -> set[int]:
    found = Tagging.objects.filter(tag__name=name)
    return set(found.values_list("response_id", flat=True))


def test_a_tag_is_put_on_an_answer_and_taken_off(
    client: Client, survey: Survey, answer: Answer, ada: Person
) -> None:
    one = answer(survey, ada)
    for name in ("Late courier", "  late   COURIER "):
        assert client.post(f"/responses/{one.key}/tag", {"tag": name}).status_code == 302
    (tag,) = Tag.objects.all()
    assert tag.name == "Late courier"
    assert Tagging.objects.get().by is not None
    assert "Late courier" in client.get(f"/responses/{one.key}").content.decode()
    assert {each.pk for each in _found(client, "tag=late+courier")} == {one.pk}
    client.post(f"/responses/{one.key}/untag/{tag.pk}")
    assert not Tagging.objects.exists()
    assert Tag.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "a" * 41, "\u202elate", ", ,"])
def test_what_is_no_name_makes_no_tag(
    client: Client, survey: Survey, answer: Answer, name: str
) -> None:
    one = answer(survey)
    client.post(f"/responses/{one.key}/tag", {"tag": name})
    assert not Tag.objects.exists()


def test_only_the_ticked_answers_are_tagged(
    client: Client, survey: Survey, answer: Answer, ada: Person
) -> None:
    made = [answer(survey, ada, score=score) for score in range(4)]
    client.post("/responses/tag", {
        "add_tag": "late", "what": "put", "of": "ticked",
        "ticked": [str(made[0].key), str(made[2].key), "nonsense"],
    })  # fmt: skip
    assert _tagged("late") == {made[0].pk, made[2].pk}


def test_all_that_is_found_is_tagged_after_a_count_and_a_yes(
    client: Client, survey: Survey, answer: Answer, ada: Person
) -> None:
    low = {answer(survey, ada, score=score).pk for score in (0, 3, 6)}
    answer(survey, ada, score=9)
    answer(survey, ada, score=1, quarantined=True)
    answer(survey, ada, score=1, test=True)
    asked = {"add_tag": "late", "what": "put", "of": "all", "low": "on"}
    page = client.post("/responses/tag", asked).content.decode()
    assert "<strong>3</strong> answers get the tag" in page
    assert not Tagging.objects.exists()
    client.post("/responses/tag", {**asked, "confirmed": "on"})
    assert _tagged("late") == low
    assert Audit.objects.get(verb="tagged").detail == {"answers": 3}
    client.post("/responses/tag", {**asked, "what": "take", "confirmed": "on"})
    assert _tagged("late") == set()


def test_ten_thousand_answers_are_tagged_in_bounded_steps(
    client: Client, survey: Survey, member: Callable[[str], Member]
) -> None:
    Response.objects.bulk_create(
        Response(
            survey=survey, version=survey.current, score=number % 11, anonymous=True,
            day=days_ago(number % 60),
        )
        for number in range(10_000)
    )  # fmt: skip
    tag = tagging.named("late", member("analyst"))
    with CaptureQueriesContext(connection) as told:
        assert tagging.put(tag, Response.objects.all(), member("responder")) == 10_000
    assert len(told) < 200
    assert Tagging.objects.count() == 10_000
    assert tagging.put(tag, Response.objects.all(), Member.objects.all()[0]) == 0
    page = client.get("/tags").content.decode()
    assert "10,000" in page


def test_too_many_answers_are_refused_whole(
    client: Client, survey: Survey, answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tagging, "MOST", 2)
    for _ in range(3):
        answer(survey)
    asked = {"add_tag": "late", "what": "put", "of": "all"}
    assert "more than" in client.post("/responses/tag", asked).content.decode()
    client.post("/responses/tag", {**asked, "confirmed": "on"})
    assert not Tagging.objects.exists()


def test_a_change_of_tags_has_the_months_told_anew(
    client: Client, survey: Survey, answer: Answer, ada: Person
) -> None:
    one = answer(survey, ada, day=days_ago(70))
    answer(survey, ada)
    client.post(f"/responses/{one.key}/tag", {"tag": "late"})
    tag = Tag.objects.get()
    month = f"{one.day:%Y-%m}"

    def marked() -> list[str]:
        found = list(Dirty.objects.filter(fact="responses").values_list("month", flat=True))
        Dirty.objects.all().delete()
        return found

    assert marked() == [month]
    client.post(f"/tags/{tag.pk}", {"name": "slow", "colour": tag.colour})
    assert marked() == [month]
    client.post(f"/tags/{tag.pk}", {"name": "slow", "colour": 5})
    assert marked() == []
    client.post(f"/tags/{tag.pk}/remove")
    assert marked() == [month]
    assert Response.objects.count() == 2


def test_facts_tell_the_tags_and_a_persons_own_attribute_of_that_name_stays(
    survey: Survey, answer: Answer, ada: Person, member: Callable[[str], Member]
) -> None:
    one = answer(survey, ada, attributes={"tags": "vip"})
    by = member("manager")
    for name in ("wrong size", "late"):
        tagging.put(tagging.named(name, by), Response.objects.filter(pk=one.pk), by)
    (row,) = FACTS[0].rows([f"{one.day:%Y-%m}"])
    assert row.attributes == {"tags": "late, wrong size", "tags ": "vip"}


def test_a_tag_takes_no_others_name(client: Client) -> None:
    by = Member.objects.get()
    late, _ = (tagging.named(name, by) for name in ("late", "Slow"))
    page = client.post(f"/tags/{late.pk}", {"name": "SLOW", "colour": 1})
    assert page.status_code == 400
    assert "another tag has this name" in page.content.decode()
    assert set(Tag.objects.values_list("name", flat=True)) == {"late", "Slow"}


def test_an_analyst_tags_many_and_a_responder_only_one_by_one(
    signed_in: SignedIn, survey: Survey, answer: Answer
) -> None:
    one = answer(survey)
    responder, analyst = signed_in("responder"), signed_in("analyst")
    many = {"add_tag": "late", "what": "put", "of": "ticked", "ticked": [str(one.key)]}
    assert responder.post("/responses/tag", many).status_code == 403
    assert "Tag many" not in responder.get("/responses").content.decode()
    assert responder.post(f"/responses/{one.key}/tag", {"tag": "late"}).status_code == 302
    tag = Tag.objects.get()
    assert responder.get(f"/tags/{tag.pk}").status_code == 403
    assert responder.post(f"/tags/{tag.pk}/remove").status_code == 403
    assert analyst.post("/responses/tag", many).status_code == 302
    assert analyst.get(f"/tags/{tag.pk}").status_code == 200


def test_looking_at_the_addresses_changes_nothing(
    client: Client, survey: Survey, answer: Answer
) -> None:
    one = answer(survey)
    for path in ("/responses/tag", f"/responses/{one.key}/tag", "/tags/1/remove"):
        assert client.get(path).status_code == 405


def test_the_feed_of_tagged_answers_takes_as_many_queries_with_a_hundred(
    client: Client, survey: Survey, answer: Answer, member: Callable[[str], Member]
) -> None:
    by, everybody = member("analyst"), people(100)
    tags = [tagging.named(name, by) for name in ("late", "slow", "rude")]

    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as told:
            client.get(path)
        return len(told)

    one = answer(survey, everybody[0])
    tagging.put(tags[0], Response.objects.all(), by)
    paths = ("/responses?tag=late", "/tags", f"/responses/{one.key}?tag=late")
    few = [count(path) for path in paths]
    for person in everybody[1:]:
        answer(survey, person)
    for tag in tags:
        tagging.put(tag, Response.objects.all(), by)
    assert [count(path) for path in paths] == few


def test_hostile_names_are_shown_as_text(client: Client, survey: Survey, answer: Answer) -> None:
    one = answer(survey)
    name = HOSTILE[:40]
    client.post(f"/responses/{one.key}/tag", {"tag": name})
    tag = Tag.objects.get()
    asked = {"add_tag": name, "what": "put", "of": "all"}
    for page in (
        client.get("/responses"), client.get(f"/responses/{one.key}"), client.get("/tags"),
        client.get(f"/tags/{tag.pk}"), client.post("/responses/tag", asked),
        client.post("/responses/tag", {**asked, "confirmed": "on"}, follow=True),
    ):  # fmt: skip
        assert "<script>" not in page.content.decode()
        assert "&lt;script&gt;" in page.content.decode()


def _found(client: Client, query: str) -> list[Response]:
    found: list[Response] = client.get(f"/responses?{query}").context["listed"].rows
    return found


@pytest.mark.django_db(transaction=True)
def test_two_who_tag_the_same_at_once_tag_it_once(
    survey: Survey, answer: Answer, member: Callable[[str], Member]
) -> None:
    by = member("manager")
    for _ in range(30):
        answer(survey)
    wrong: list[BaseException] = []

    def run() -> None:
        try:
            tagging.put(tagging.named("late", by), Response.objects.all(), by)
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert Tag.objects.count() == 1
    assert Tagging.objects.count() == 30


def test_an_export_tells_tags_account_and_the_question_as_it_was_put(
    client: Client, survey: Survey, answer: Answer, ada: Person
) -> None:
    ada.account = "Acme"
    ada.save()
    one = answer(survey, ada)
    answer(survey)
    for name in ("=1+1", "late"):
        client.post(f"/responses/{one.key}/tag", {"tag": name})
    sent = client.post("/responses/export", {"format": "csv"})
    text = b"".join(sent.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = {row["response_id"]: row for row in csv.DictReader(io.StringIO(text))}
    told = rows.pop(str(one.key))
    assert (told["tags"], told["account"]) == ("'=1+1, late", "Acme")
    assert told["question"].startswith("How likely are you to recommend Northwind")
    (other,) = rows.values()
    assert (other["tags"], other["account"]) == ("", "")
