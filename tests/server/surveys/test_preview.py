"""The preview: the real pages of what the form says, and not a trace of it in the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost.programs.surveys.locales import LOCALES
from milepost.programs.surveys.survey_types import SURVEY_TYPES
from tests.server.surveys.conftest import Draft, changed, post, sent

pytestmark = pytest.mark.django_db

SignedIn = Callable[[str], Client]
FURTHER = [
    {"name": "shop", "kind": "single", "options": ["a", "b"], "texts": {"en": {"question": "Which shop?", "options.a": "A", "options.b": "B"}}},
    {"name": "why-there", "kind": "text", "texts": {"en": {"question": "Why there?"}}, "when": {"question": "shop", "answers": ["b"]}},
    {"name": "only-low", "kind": "rating", "texts": {"en": {"question": "How bad?"}}, "when": {"question": "class", "answers": ["detractor"]}},
]  # fmt: skip


def rows() -> dict[str, int]:
    return {
        model.__name__: model.objects.count()
        for model in apps.get_app_config("server").get_models()
    }  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("page", "answer", "words"),
    [
        ("first", "", "How likely are you to recommend"),
        ("why", "promoter", "What do you value most"),
        ("why", "detractor", "What went wrong?"),
        ("further-1", "promoter", "Which shop?"),
        ("further-2", "promoter", "Why there?"),
        ("further-2", "detractor", "How bad?"),
        ("thanks", "detractor", "We take it seriously"),
    ],
)
def test_each_page_after_each_answer(
    page: str, answer: str, words: str, signed_in: SignedIn, draft: Draft
) -> None:
    draft(further=FURTHER)

    shown = signed_in("responder").get(f"/surveys/survey/preview?page={page}&answer={answer}")

    assert shown.status_code == 200
    assert words in shown.content.decode()


@pytest.mark.parametrize("kind", SURVEY_TYPES, ids=lambda kind: kind.name)
def test_every_type_in_every_language_on_every_page(
    kind: object, signed_in: SignedIn, draft: Draft
) -> None:
    draft(type=kind.name, locales=list(LOCALES))  # type: ignore[attr-defined]
    client = signed_in("responder")

    for locale in LOCALES:
        for page in ("first", "why", "thanks", "nonsense"):
            shown = client.get(f"/surveys/survey/preview?page={page}&locale={locale}")
            assert shown.status_code == 200
            assert f'lang="{locale}"' in shown.content.decode()


def test_the_preview_follows_the_form_and_nothing_is_stored(
    signed_in: SignedIn, draft: Draft
) -> None:
    client, survey = signed_in("manager"), draft()
    form = sent(
        client, survey, **{"texts.en.question": "Never saved?", "page": "first", "title": "Never"}
    )
    before = rows()

    with CaptureQueriesContext(connection) as caught:
        shown = post(client, "/surveys/survey/preview", form).content.decode()
        for clicked in ({"score": "9", "step": "first"}, {"why": "x", "step": "why", "call": "1"}):
            client.post("/surveys/survey/preview", {"nonce": "x", **clicked})

    assert "Never saved?" in shown
    assert rows() == before
    assert [
        each["sql"] for each in caught if each["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ] == []
    assert "Never saved?" not in client.get("/surveys/survey/preview").content.decode()


def test_a_preview_waits_for_what_is_wrong_and_names_it(signed_in: SignedIn, draft: Draft) -> None:
    client, survey = signed_in("manager"), draft()

    shown = post(client, "/surveys/survey/preview", sent(client, survey, title=""))

    assert shown.status_code == 422
    assert "title: is missing" in shown.content.decode()


def test_no_foreign_page_can_post_to_the_preview(
    company: object, member: Callable[[str], object], draft: Draft
) -> None:
    draft()
    client = Client(enforce_csrf_checks=True)
    client.force_login(member("manager"))  # type: ignore[arg-type]

    assert client.post("/surveys/survey/preview", {"title": "x"}).status_code == 403


def test_the_link_of_a_preview_leads_nowhere(signed_in: SignedIn, draft: Draft) -> None:
    draft()

    assert Client().get("/a/preview").status_code == 404
    assert Client().post("/u/preview").status_code in (404, 200)


def test_the_mail_is_shown_in_each_language_and_kind(signed_in: SignedIn, draft: Draft) -> None:
    draft(locales=["en", "ar"], texts={"en": {"mail.greeting": "Dear {{ name | you }},"}, "ar": {}})
    client = signed_in("responder")

    for kind, words in (
        ("interval", "Your opinion matters"),
        ("event", "You were in touch"),
        ("reminder", "A few days ago"),
    ):
        assert words in client.get(f"/surveys/survey/mail?kind={kind}").content.decode()
    english = client.get("/surveys/survey/mail/markup?l=en")
    arabic = client.get("/surveys/survey/mail/markup?l=ar")
    assert "Dear Alex," in english.content.decode()
    assert 'dir="rtl"' in arabic.content.decode()
    assert "sandbox" in english["Content-Security-Policy"]
    assert "script-src" not in english["Content-Security-Policy"]


def test_the_first_language_stands_for_one_that_is_not_offered(
    signed_in: SignedIn, draft: Draft
) -> None:
    client, survey = signed_in("manager"), draft()

    form = changed(sent(client, survey), locale="da", page="why", answer="nobody")

    assert 'lang="en"' in post(client, "/surveys/survey/preview", form).content.decode()
