"""A GET or HEAD writes nothing at any public address, and a page holds nothing but the survey."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client

from milepost import clock
from milepost.server.actions.referrals import referral_of
from milepost.server.models import Invitation, Message, Person, Program
from milepost.server.urls import ROUTES
from tests.server.answers.conftest import Invite, Publish, Visitor

SECRETS = ("ada@example.com", "+4520304050", "Gold customer", "Winback of big spenders", "c-1")


def rows() -> dict[str, list[dict[str, object]]]:
    return {
        model.__name__: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
    }


@pytest.fixture
def invitation(publish: Publish, invite: Invite, ada: Person) -> Invitation:
    """Ada, of whom much is known, asked by a program with a telling name."""
    ada.phone, ada.attributes = "+4520304050", {"segment": "Gold customer"}
    ada.save()
    survey = publish(
        locales=["en", "da"], call_me=True,
        thanks={"promoter": {"action": "referral"}},
        texts={"en": {"why.passive": "Passives only"}, "da": {"why.passive": "Kun passive"}},
    )  # fmt: skip
    program = Program.objects.create(
        name="winback", title="Winback of big spenders", survey=survey, document={}
    )
    made = invite(survey, program=program, attributes={"order": "A-10293"})
    Message.objects.create(invitation=made, due_at=clock.now(), state="sent", sent_at=made.sent_at)
    return made


def addresses(invitation: Invitation) -> list[str]:
    """Every public address with a token in it, with every query our own links carry."""
    referral = referral_of(invitation.person)
    tokens = {"code": referral.code, "token": invitation.token}
    found = []
    for route in ROUTES:
        if route.view.__module__.startswith("milepost.server.public"):
            path = "/" + route.path
            for name, value in tokens.items():
                path = path.replace(f"<str:{name}>", value)
            found.append(path)
    found.append(f"/s/{invitation.survey.token}")
    queries = (
        "",
        *(f"?v={score}" for score in range(11)),
        "?p=why",
        "?p=thanks",
        "?l=da",
        "?undo=1",
    )
    return [path + query for path in found for query in queries]


@pytest.mark.parametrize("answered", [False, True])
def test_no_fetch_of_a_public_address_writes(invitation: Invitation, answered: bool) -> None:
    with clock.at(clock.now() + timedelta(minutes=1)):
        if answered:
            Visitor(f"/a/{invitation.token}").send(score="9")
        every = addresses(invitation)
        before = rows()
        client = Client()
        statuses = {
            client.generic(method, path).status_code
            for path in every
            for method in ("GET", "HEAD", "OPTIONS")
        }

    assert len(every) > 60
    assert statuses <= {200, 404, 405}
    assert rows() == before
    assert not client.cookies


@pytest.mark.parametrize("query", ["", "?v=9", "?p=why", "?p=thanks"])
@pytest.mark.parametrize("answered", [False, True])
def test_a_page_holds_nothing_but_the_survey(
    invitation: Invitation, query: str, answered: bool
) -> None:
    visitor = Visitor(f"/a/{invitation.token}")
    if answered:
        visitor.send(score="9")

    html = visitor.see(query)
    for secret in (
        *SECRETS,
        "A-10293",
        "winback",
        "Passives only",
        "Lovelace",
        str(invitation.key),
        str(invitation.pk),
    ):
        assert secret not in html


def test_every_unknown_link_gets_the_same_page(db: None, publish: Publish) -> None:
    survey = publish()
    survey.open_link = False
    survey.save()
    links = [
        "/a/x",
        "/a/" + "x" * 22,
        "/s/" + "y" * 22,
        f"/s/{survey.token}",
        "/u/" + "z" * 22,
        "/r/q",
        "/m/any",
    ]

    answers = [Client().get(link) for link in links]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_pages_of_links_are_kept_by_no_cache_and_tell_no_other_site(invitation: Invitation) -> None:
    answer = Client().get(f"/a/{invitation.token}")
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_whoever_guesses_links_has_to_wait_and_the_true_link_still_opens(
    invitation: Invitation,
) -> None:
    client = Client()
    statuses = [client.get(f"/a/guess-{number}").status_code for number in range(130)]

    assert statuses == [404] * 120 + [429] * 10
    assert client.get(f"/a/{invitation.token}").status_code == 200


def test_an_office_of_hundreds_may_answer_at_once(publish: Publish) -> None:
    survey = publish()
    client = Client()
    statuses = [client.post(f"/s/{survey.token}").status_code for _ in range(1201)]

    assert statuses[:1200] == [400] * 1200
    assert statuses[1200] == 429


def test_what_a_link_carries_is_shown_as_text_only(
    publish: Publish, invite: Invite, ada: Person
) -> None:
    ada.name = "<script>alert(1)</script>"
    ada.save()
    survey = publish(texts={"en": {"question": "Hello {{ name | there }}, how likely?"}})
    visitor = Visitor(f"/a/{invite(survey).token}")

    visitor.see()
    told = visitor.send("why", why='"><script>alert(2)</script>', score="<script>alert(3)</script>")
    for html in (visitor.see("?v=<script>alert(4)</script>&l=<script>"), told.content.decode()):
        assert "<script>alert" not in html
