"""Passwords: changed by whoever knows the old one, reset by mail, and every earlier session ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from milepost import clock
from milepost.server.actions import members, passwords
from milepost.server.models import Member, Notice
from tests.server.accounts.conftest import MakeMember, enter, is_in
from tests.server.conftest import PASSWORD

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 22, 9, tzinfo=UTC)
NEW = "quite another sentence"
NEW_FORM = {"password": NEW, "again": NEW}


def link_of(member: Member) -> str:
    passwords.ask_reset(member.email)
    url: str = (
        Notice.objects.filter(kind="reset", state="waiting").latest("pk").content["button"]["url"]
    )
    return url.removeprefix("http://127.0.0.1:8400")


def test_a_changed_password_ends_other_sessions_and_keeps_ones_own(known: MakeMember) -> None:
    member = known()
    mine, other = enter(member), enter(member)

    mine.post("/account/password", {"old": PASSWORD, **NEW_FORM})

    assert is_in(mine)
    assert not is_in(other)
    assert not is_in(enter(member))
    assert is_in(enter(member, password=NEW))


def test_a_stolen_session_cannot_change_or_guess_the_password(known: MakeMember) -> None:
    member = known()
    thief = enter(member)
    with clock.at(START):
        codes = [
            thief.post("/account/password", {"old": f"guess {n}", **NEW_FORM}).status_code
            for n in range(11)
        ]

    assert codes == [200] * 10 + [429]
    assert is_in(enter(member))


def test_a_reset_sets_the_password_and_ends_every_session(known: MakeMember) -> None:
    member = known()
    session, guest = enter(member), Client()

    answer = guest.post(link_of(member), NEW_FORM)

    assert answer["Location"] == "/sign-in"
    assert not is_in(session)
    assert not is_in(guest)
    assert is_in(enter(member, password=NEW))


def test_a_reset_link_is_good_once_and_for_an_hour(known: MakeMember) -> None:
    member = known()
    with clock.at(START):
        used, late = link_of(member), link_of(member)
        assert Client().get(used).status_code == 200
    with clock.at(START + timedelta(seconds=3600)):
        assert Client().get(late).status_code == 200
    with clock.at(START + timedelta(seconds=3602)):
        assert Client().get(late).status_code == 404
        assert Client().post(late, NEW_FORM).status_code == 404
    with clock.at(START):
        Client().post(used, NEW_FORM)
        assert Client().post(used, NEW_FORM).status_code == 404


@pytest.mark.parametrize("change", ["password", "totp", "role", "shut", "signed in", "address"])
def test_a_reset_link_dies_with_any_change_of_credentials(change: str, known: MakeMember) -> None:
    chief, member = known(), known("manager")
    link = link_of(member)
    assert Client().get(link).status_code == 200

    if change == "password":
        passwords.change_password(member, password=NEW)
    elif change == "totp":
        Member.objects.filter(pk=member.pk).update(totp_secret="A" * 32)
    elif change == "role":
        members.change_role(member, role="analyst", by=chief)
    elif change == "shut":
        members.deactivate(member, by=chief)
        members.activate(member, by=chief)
    elif change == "signed in":
        enter(member)
    else:
        Member.objects.filter(pk=member.pk).update(email="elsewhere@northwind.example")

    assert Client().get(link).status_code == 404


@pytest.mark.parametrize("token", ["x", "abc-def", "0-" + "0" * 32, "none", "-", "a-b-c", "é-é"])
def test_a_made_up_link_is_not_found_whether_or_not_there_is_such_a_member(
    token: str, known: MakeMember
) -> None:
    member = known()

    there = Client().get(f"/reset/{member.pk}/{token}")
    missing = Client().get(f"/reset/999999/{token}")

    assert there.status_code == missing.status_code == 404
    assert there.content == missing.content


def test_the_link_of_one_member_does_not_open_another(known: MakeMember) -> None:
    mine, other = known("analyst"), known()
    token = link_of(mine).rsplit("/", 1)[1]

    assert Client().post(f"/reset/{other.pk}/{token}", NEW_FORM).status_code == 404


def test_asking_for_a_reset_tells_nobody_who_has_an_account(known: MakeMember) -> None:
    member, shut = known(), known("analyst", active=False)
    answers, writes = set(), set()
    for email in (member.email, shut.email, "nobody@northwind.example"):
        with CaptureQueriesContext(connection) as caught:
            answer = Client().post("/reset", {"email": email})
        answers.add((answer.status_code, answer.content))
        notices = [q for q in caught if 'INSERT INTO "server_notice"' in q["sql"]]
        writes.add(len(notices))

    assert len(answers) == 1
    assert writes == {1}
    assert [n.to for n in Notice.objects.filter(state="waiting")] == [member.email]
    assert not Notice.objects.filter(to__in=[shut.email, "nobody@northwind.example"]).exists()


def test_a_mailbox_cannot_be_flooded(known: MakeMember) -> None:
    member = known()
    with clock.at(START):
        codes = [
            Client()
            .post("/reset", {"email": member.email}, REMOTE_ADDR=f"198.51.100.{n}")
            .status_code
            for n in range(5)
        ]
        nobody = [
            Client()
            .post("/reset", {"email": "no@northwind.example"}, REMOTE_ADDR=f"198.51.101.{n}")
            .status_code
            for n in range(5)
        ]

    assert codes == nobody == [200, 200, 200, 429, 429]
    assert Notice.objects.filter(state="waiting").count() == 3


def test_a_new_secret_key_ends_no_session_while_the_old_one_is_a_fallback(
    known: MakeMember, settings: Any
) -> None:
    client = enter(known())
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another key " * 5
    settings.SECRET_KEY_FALLBACKS = [old]
    assert is_in(client)
    settings.SECRET_KEY_FALLBACKS = []
    assert is_in(client), "renewed by the first request"


def test_a_new_secret_key_alone_ends_every_session(known: MakeMember, settings: Any) -> None:
    client = enter(known())
    settings.SECRET_KEY = "another key " * 5
    assert not is_in(client)
