"""Surveys from the empty list to the archive: publishing, versions, links, files, and who may do what."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from milepost.programs.surveys.document import as_data, parse
from milepost.programs.surveys.survey_types import SURVEY_TYPES
from milepost.server.actions import surveys as actions
from milepost.server.models import (
    Audit,
    Company,
    Invitation,
    Message,
    Person,
    Response,
    Survey,
    Version,
)
from tests.server.surveys.conftest import Answer, Draft, post, sent, stored

pytestmark = pytest.mark.django_db

SignedIn = Callable[[str], Client]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ a | x }}{% load x %}"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_from_the_empty_list_to_a_published_survey(signed_in: SignedIn) -> None:
    client = signed_in("manager")
    assert "/surveys/new" in text(client.get("/surveys"))
    assert "to recommend Northwind to a friend" in text(client.get("/surveys/new"))

    made = client.post("/surveys/new", {"type": "nps", "title": "How are we doing?"})
    assert made["Location"] == "/surveys/how-are-we-doing/edit"
    client.post("/surveys/how-are-we-doing/publish", {"seen": actions.stamp(Survey.objects.get())})

    survey = Survey.objects.get()
    assert survey.current is not None
    assert survey.current.number == 1
    assert survey.current.asked["en"]["question"].startswith("How likely are you")
    assert "version 1" in text(client.get("/surveys"))


@pytest.mark.parametrize("kind", SURVEY_TYPES, ids=lambda kind: kind.name)
def test_every_ready_type_can_be_asked_as_it_is(kind: Any, signed_in: SignedIn) -> None:
    client = signed_in("manager")
    client.post("/surveys/new", {"type": kind.name, "title": "調査"})
    survey = Survey.objects.get()
    actions.publish(survey, seen=actions.stamp(survey))
    actions.switch_link(survey, True, by=None)

    assert survey.name == kind.name
    assert Client().get(f"/s/{survey.token}").status_code == 200
    assert client.get(f"/surveys/{survey.name}").status_code == 200
    assert client.get(f"/surveys/{survey.name}/mail").status_code == 200
    assert client.get(f"/surveys/{survey.name}/poster").status_code == 200


def test_names_are_unique_and_never_an_address_of_the_pages(company: Company) -> None:
    titles = ["New", "Upload", "After delivery", "After delivery!", "x" * 200, "x" * 200]

    names = [actions.start(title, "nps", by=None).name for title in titles]

    assert len(set(names)) == len(names)
    assert not {"new", "upload"} & set(names)
    assert max(map(len, names)) <= 60


def test_publishing_twice_makes_one_version(published: Draft) -> None:
    survey = published()

    again = actions.publish(survey, seen=actions.stamp(survey))

    assert again.number == 1
    assert Version.objects.count() == 1


def test_a_new_wording_is_a_new_version_and_can_be_marked(
    signed_in: SignedIn, published: Draft, answer: Answer
) -> None:
    client, survey = signed_in("manager"), published()
    answer(survey)
    post(
        client,
        "/surveys/survey/edit",
        sent(client, survey, **{"texts.en.question": "Would you recommend us?"}),
    )
    shown = text(client.get("/surveys/survey/publish"))
    assert "How likely are you to recommend" in shown
    assert "Would you recommend us?" in shown

    seen = actions.stamp(Survey.objects.get())
    client.post("/surveys/survey/publish", {"seen": seen, "marked": "on", "note": "Shorter"})

    first, second = Version.objects.order_by("number")
    assert (second.number, second.marked, second.note) == (2, True, "Shorter")
    assert first.asked["en"]["question"].startswith("How likely")
    assert Response.objects.get().version == first
    versions = text(client.get("/surveys/survey/versions"))
    assert re.search(r"Version 2.*?0 answers.*?Version 1.*?1 answer\.", versions, re.DOTALL)


def test_what_follows_the_answers_takes_effect_without_a_new_version(
    signed_in: SignedIn, published: Draft
) -> None:
    client, survey = signed_in("manager"), published()
    assert "How likely" in text(Client().get(f"/s/{survey.token}"))
    post(client, "/surveys/survey/edit", sent(client, survey, closes_at="2001-01-01T00:00"))
    assert "How likely" in text(Client().get(f"/s/{survey.token}"))

    client.post("/surveys/survey/publish", {"seen": actions.stamp(Survey.objects.get())})

    assert "This survey is closed" in text(Client().get(f"/s/{survey.token}"))
    assert Version.objects.count() == 1


def test_what_was_changed_meanwhile_is_not_published_unseen(
    signed_in: SignedIn, draft: Draft
) -> None:
    client, survey = signed_in("manager"), draft()
    seen = actions.stamp(survey)
    post(client, "/surveys/survey/edit", sent(client, survey, title="Other"))

    client.post("/surveys/survey/publish", {"seen": seen})

    assert Survey.objects.get().current is None


def test_whoever_is_asked_between_saving_and_publishing_stays_known_as_promised(
    signed_in: SignedIn, published: Draft, answer: Answer
) -> None:
    client, survey = signed_in("manager"), published()
    assert (
        post(client, "/surveys/survey/edit", sent(client, survey, anonymous="on")).status_code
        == 302
    )
    answer(survey)

    seen = actions.stamp(Survey.objects.get())
    told = client.post("/surveys/survey/publish", {"seen": seen}, follow=True)

    assert "make a new survey" in text(told)
    assert "anonymous" not in Version.objects.get().document


def test_the_open_link_opens_only_what_is_published(signed_in: SignedIn, draft: Draft) -> None:
    client, survey = signed_in("manager"), draft()

    client.post("/surveys/survey/link", {"on": "on"})
    assert Client().get(f"/s/{survey.token}").status_code == 404
    actions.publish(survey, seen=actions.stamp(Survey.objects.get()))
    client.post("/surveys/survey/link", {"on": "on"})
    assert Client().get(f"/s/{survey.token}").status_code == 200
    client.post("/surveys/survey/link")
    assert Client().get(f"/s/{survey.token}").status_code == 404


def test_a_reader_of_codes_finds_the_open_link(signed_in: SignedIn, published: Draft) -> None:
    client, survey = signed_in("responder"), published()
    expected = f"http://127.0.0.1:8400/s/{survey.token}?c=qr"

    png = client.get("/surveys/survey/code.png")
    svg = client.get("/surveys/survey/code.svg")
    poster = client.get("/surveys/survey/poster")

    assert zxingcpp.read_barcode(Image.open(io.BytesIO(png.content))).text == expected  # type: ignore[union-attr]
    assert png["Content-Disposition"] == 'attachment; filename="survey.png"'
    assert ElementTree.fromstring(svg.content).tag == "{http://www.w3.org/2000/svg}svg"
    assert "How likely are you to recommend Northwind" in text(poster)
    assert "script" not in poster["Content-Security-Policy"]


def test_a_poster_speaks_the_language_asked_for(signed_in: SignedIn, published: Draft) -> None:
    published(locales=["en", "ar"])

    poster = text(signed_in("responder").get("/surveys/survey/poster?l=ar&paper=A5"))

    assert 'lang="ar" dir="rtl"' in poster
    assert "size: A5" in poster


def test_every_link_of_an_archived_survey_says_that_it_is_closed(
    signed_in: SignedIn, published: Draft, ada: Person
) -> None:
    client, survey = signed_in("manager"), published()
    assert survey.current
    invitation = Invitation.objects.create(
        survey=survey, version=survey.current, person=ada, state="sent", due_at=survey.created_at
    )

    client.post("/surveys/survey/archive", {"archived": "on"})

    for link in (f"/a/{invitation.token}", f"/s/{survey.token}"):
        assert "This survey is closed" in text(Client().get(link))
    assert "/surveys/survey" not in text(client.get("/surveys"))
    assert "/surveys/survey" in text(client.get("/surveys?archived=on"))
    client.post("/surveys/survey/archive")
    assert Client().get(f"/s/{survey.token}").status_code == 200


def test_only_a_draft_that_nobody_was_asked_can_be_removed(
    signed_in: SignedIn, draft: Draft
) -> None:
    client, survey = signed_in("manager"), draft()
    draft(name="other")
    actions.publish(survey, seen=actions.stamp(survey))

    client.post("/surveys/survey/delete")
    client.post("/surveys/other/delete")

    assert Survey.objects.get().name == "survey"
    assert Audit.objects.filter(verb="delete_survey").count() == 1


def test_a_survey_leaves_and_arrives_as_a_file(signed_in: SignedIn, draft: Draft) -> None:
    client, survey = (
        signed_in("manager"),
        draft(locales=["da", "ar"], texts={"da": {"why.any": "Hvorfor?"}}),
    )
    before = stored(survey)
    content = client.get("/surveys/survey/file").content
    survey.delete()

    answer = client.post("/surveys/upload", {"file": SimpleUploadedFile("survey.json", content)})

    assert answer.status_code == 302
    assert stored(Survey.objects.get()) == before == json.loads(content)


def test_a_file_replaces_a_draft_only_where_that_is_said(signed_in: SignedIn, draft: Draft) -> None:
    client, survey = signed_in("manager"), draft()
    content = json.dumps({**stored(survey), "title": "Other"}).encode()

    refused = client.post("/surveys/upload", {"file": SimpleUploadedFile("a.json", content)})
    assert refused.status_code == 422
    assert stored(survey)["title"] == "A survey"
    client.post("/surveys/upload", {"file": SimpleUploadedFile("a.json", content), "replace": "on"})
    assert stored(survey)["title"] == "Other"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a": NaN}', b'{"name": "x", "name": "y"}', b"[" * 200_000,
        b'{"least": ' + b"9" * 5_000 + b"}", b"x" * 1_000_001, b'"\\ud800"', b'{"name": {"$ne": 1}}',
    ],
    ids=lambda content: repr(content[:12]),
)  # fmt: skip
def test_a_hostile_file_is_refused_in_words(content: bytes, signed_in: SignedIn) -> None:
    answer = signed_in("manager").post(
        "/surveys/upload", {"file": SimpleUploadedFile("a.json", content)}
    )

    assert answer.status_code == 422
    assert "Nothing is stored" in text(answer)
    assert Survey.objects.count() == 0


def test_every_mistake_of_a_file_is_told_and_none_of_it_runs(signed_in: SignedIn) -> None:
    wrong = {
        "name": HOSTILE, "title": "", "type": HOSTILE, "locales": [HOSTILE], HOSTILE: HOSTILE,
        "further": [{"name": "x", "kind": HOSTILE}], "thanks": {HOSTILE: {"action": HOSTILE, "link": "javascript:1"}},
    }  # fmt: skip

    answer = signed_in("manager").post(
        "/surveys/upload", {"file": SimpleUploadedFile("a.json", json.dumps(wrong).encode())}
    )

    shown = text(answer)
    for field in ("name", "title", "type", "further[1].kind", ".link"):
        assert f"{field}: " in shown, field
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown


def test_hostile_words_are_shown_as_words_on_every_page(signed_in: SignedIn, draft: Draft) -> None:
    client = signed_in("administrator")
    survey = draft(
        type="exit", title=HOSTILE, company=HOSTILE, options=["a", "b"],
        texts={"en": {"question": HOSTILE, "options.a": HOSTILE, "options.b": HOSTILE, "thanks.any": HOSTILE}},
        further=[{"name": "f", "kind": "single", "options": ["a", "b"], "texts": {"en": {"question": HOSTILE, "options.a": HOSTILE, "options.b": HOSTILE}}}],
    )  # fmt: skip
    actions.publish(survey, seen=actions.stamp(survey), note=HOSTILE)
    survey = actions.switch_link(survey, True, by=None)
    data = {
        **stored(survey),
        "texts": {"en": {**stored(survey)["texts"]["en"], "question": f"{HOSTILE}!"}},
    }
    actions.take_in(parse(data), replacing=True, by=None)

    paths = ["", "/edit", "/publish", "/versions", "/mail", "/mail/markup", "/poster", "/file"]
    paths += [f"/preview?page={step}" for step in ("first", "why", "further-1", "thanks")]
    for path in paths:
        answer = client.get(f"/surveys/{survey.name}{path}")
        assert answer.status_code == 200, path
        if "json" not in answer["Content-Type"]:
            assert "<script>alert" not in text(answer), path
            assert "<img src=x" not in text(answer), path
    assert "<script>alert" not in text(client.get("/surveys"))


def test_a_test_goes_to_the_member_and_counts_nowhere(
    signed_in: SignedIn, published: Draft
) -> None:
    client, survey = signed_in("manager"), published(locales=["en", "da"])

    client.post("/surveys/survey/test", {"locale": "da"})

    invitation = Invitation.objects.get()
    assert (invitation.test, invitation.locale, invitation.person.test) == (True, "da", True)
    assert invitation.person.email == "manager@northwind.example"
    assert Message.objects.get().invitation == invitation
    assert ">0</dd></div><div><dt>Version" in text(client.get("/surveys/survey"))
    assert survey.pk == invitation.survey_id


def test_a_draft_is_not_sent_as_a_test(signed_in: SignedIn, draft: Draft) -> None:
    draft()

    answer = signed_in("manager").post("/surveys/survey/test", follow=True)

    assert "publish it first" in text(answer)
    assert Invitation.objects.count() == 0


def test_whoever_may_only_look_sees_no_button_that_writes(
    signed_in: SignedIn, published: Draft
) -> None:
    published()
    client = signed_in("responder")

    main = "".join(
        text(client.get(path)).split("<main")[1]
        for path in ("/surveys", "/surveys/survey", "/surveys/survey/versions")
    )

    assert 'method="post"' not in main
    assert "/edit" not in main
    assert "/surveys/new" not in main


@pytest.mark.parametrize("path", ["/surveys", "/surveys?archived=on"])
def test_the_list_asks_the_database_as_often_for_one_survey_as_for_a_hundred(
    path: str, signed_in: SignedIn, company: Company
) -> None:
    client = signed_in("manager")

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(path).status_code == 200
        return len(caught)

    _make(1)
    few = queries()
    _make(100)
    assert queries() == few


def test_versions_ask_the_database_as_often_for_two_as_for_twenty(
    signed_in: SignedIn, published: Draft
) -> None:
    client, survey = signed_in("manager"), published()

    def publish(number: int) -> int:
        for each in range(number):
            data = {
                **stored(survey),
                "texts": {"en": {"question": f"Question {each} of {number}?"}},
            }
            saved = actions.take_in(parse(data), replacing=True, by=None)
            actions.publish(saved, seen=actions.stamp(saved))
        with CaptureQueriesContext(connection) as caught:
            client.get("/surveys/survey/versions")
        return len(caught)

    assert publish(1) == publish(18)


def _make(number: int) -> None:
    for archived in (False, True):
        for each in range(number):
            name = f"s-{number}-{each}-{archived}".lower()
            document = parse({"name": name, "title": name, "type": "nps"})
            Survey.objects.create(
                name=name, title=name, document=as_data(document), archived=archived
            )
