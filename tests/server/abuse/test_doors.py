"""The doors of members: open redirects, forged hosts, links used twice at once, sessions that were planted."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponseRedirect
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from milepost.server.actions import passwords
from milepost.server.models import Audit, Notice
from milepost.server.web.signing_in import own_path
from tests.server.accounts.conftest import MakeMember, enter, is_in
from tests.server.conftest import PASSWORD

ELSEWHERE = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example", "https:evil.example",
    "https:///evil.example", "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example",
    "\x01https://evil.example", "//evil.example/%2f..", "////evil.example", "http:/\\evil.example",
    "data:text/html,x", " //evil.example", "/%0d%0aSet-Cookie:x=y//",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_signing_in_leads_nowhere_else(wanted: str, known: MakeMember) -> None:
    known()
    client = Client()
    answer = client.post(
        "/sign-in", {"email": "administrator@northwind.example", "password": PASSWORD},
        query_params={"next": wanted},
    )  # fmt: skip

    assert answer.status_code == 302
    assert re.match(r"/(?![/\\])", answer["Location"])
    assert not re.search(r"[\x00-\x20\\]", answer["Location"])
    assert "x" not in answer.cookies


@given(st.text(alphabet="/\\:@.?#%\t\n\r\0 ehttpsvil", max_size=30))
def test_whatever_is_wanted_it_is_a_path_of_ours(wanted: str) -> None:
    location = HttpResponseRedirect(own_path(wanted))["Location"]

    assert re.fullmatch(r"/([^/\\\x00-\x20][^\\\x00-\x20]*)?", location)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example"}, {"Host": "127.0.0.1", "X-Forwarded-Server": "evil.example"},
    ],
)  # fmt: skip
def test_a_forged_host_is_not_in_the_link_of_a_reset(
    headers: dict[str, str], known: MakeMember
) -> None:
    known()
    Client().post("/reset", {"email": "administrator@northwind.example"}, headers=headers)

    assert not [each for each in Notice.objects.all() if "evil" in str(each.content)]


@pytest.mark.django_db
def test_a_planted_session_is_not_the_one_that_is_signed_in(known: MakeMember) -> None:
    known(totp_secret="JBSWY3DPEHPK3PXP")
    client = Client()
    client.post("/sign-in", {"email": "administrator@northwind.example", "password": PASSWORD})
    planted = client.cookies["milepost"].value
    victim = Client()
    victim.cookies["milepost"] = planted
    victim.post("/sign-in", {"email": "administrator@northwind.example", "password": PASSWORD})

    assert victim.cookies["milepost"].value != planted


@pytest.mark.django_db
def test_a_form_without_its_token_signs_nobody_in(known: MakeMember) -> None:
    known()
    client = Client(enforce_csrf_checks=True)
    given = {"email": "administrator@northwind.example", "password": PASSWORD}

    assert client.post("/sign-in", given).status_code == 403
    assert not is_in(client)


@pytest.mark.django_db
def test_of_two_who_use_a_reset_link_at_the_same_moment_one_sets_the_password(
    known: MakeMember,
) -> None:
    member = known()
    passwords.ask_reset(member.email)
    token = Notice.objects.get().content["button"]["url"].rsplit("/", 1)[1]

    # Both looked at the page before either had sent it.
    assert passwords.reset_of(member.pk, token)
    assert passwords.reset(member.pk, token, password="the first of two sentences")
    assert not passwords.reset(member.pk, token, password="the second of two sentences")
    member.refresh_from_db()
    assert member.check_password("the first of two sentences")
    assert Audit.objects.filter(verb="change_password").count() == 1


@pytest.mark.django_db
def test_a_second_factor_is_not_passed_by_going_on_to_another_page(known: MakeMember) -> None:
    client = enter(known(totp_secret="JBSWY3DPEHPK3PXP"))

    for path in ("/", "/account", "/members", "/account/second-factor/off", "/settings"):
        assert client.get(path)["Location"].startswith("/sign-in"), path


@pytest.mark.django_db
@pytest.mark.parametrize("extra", [{"role": "administrator"}, {"active": "on", "credentials": "9"}])
def test_fields_that_no_form_has_change_nothing(extra: dict[str, str], known: MakeMember) -> None:
    member = known("responder")
    client = enter(member)
    client.post("/account/name", {"name": "New", **extra, "email": "other@x.example", "pk": "1"})

    member.refresh_from_db()
    assert (member.name, member.role, member.email) == (
        "New", "responder", "responder@northwind.example",
    )  # fmt: skip
