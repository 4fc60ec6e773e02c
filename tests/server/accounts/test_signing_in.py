"""Coming in: nothing tells who has an account, and no limit, redirect or session can be talked round."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from milepost import clock
from milepost.server.models import Audit, Member
from milepost.server.web.signing_in import own_path
from tests.server.accounts.conftest import MakeMember, enter, is_in
from tests.server.conftest import PASSWORD

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 22, 9, tzinfo=UTC)


def attempt(email: str, password: str) -> tuple[int, str]:
    client = Client()
    answer = client.post("/sign-in", {"email": email, "password": password})
    shown = answer.content.decode().replace(email, "")
    # The form's token differs with every answer.
    return answer.status_code, re.sub(r'value="\w{64}"', "", shown)


def test_address_and_password_open_the_site_and_the_address_may_be_in_any_case(
    known: MakeMember,
) -> None:
    member = known()
    client = Client()

    answer = client.post(
        "/sign-in", {"email": " Administrator@Northwind.example ", "password": PASSWORD}
    )

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_in(client)
    assert Member.objects.get(pk=member.pk).last_login is not None


def test_unknown_wrong_and_inactive_get_the_same_answer(known: MakeMember) -> None:
    member = known()
    shut = known("analyst", active=False)

    unknown = attempt("nobody@northwind.example", PASSWORD)

    assert unknown == attempt(member.email, "not the password") == attempt(shut.email, PASSWORD)
    assert unknown[0] == 200


def test_unknown_wrong_and_inactive_hash_once_each(
    known: MakeMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    member, shut = known(), known("analyst", active=False)
    hashes: list[str] = []
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)

        def counted(self: object, *args: object, _real: object = real, **more: object) -> object:
            hashes.append("once")
            return _real(self, *args, **more)  # type: ignore[operator]

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)

    for email in ("nobody@northwind.example", member.email, shut.email):
        hashes.clear()
        attempt(email, "not the password")
        assert hashes == ["once"], email


def test_the_session_gets_a_new_key_at_the_sign_in(known: MakeMember) -> None:
    client, member = Client(), known()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["milepost"] = session.session_key
    before = session.session_key

    client.post("/sign-in", {"email": member.email, "password": PASSWORD})

    assert is_in(client)
    assert client.cookies["milepost"].value != before
    thief = Client()
    thief.cookies["milepost"] = before
    assert not is_in(thief)


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "evil",
        "/\t/evil.example",
        " //evil.example",
        "http://[::1",
        "",
    ],
)
def test_one_goes_on_to_paths_of_our_own_only(wanted: str, known: MakeMember) -> None:
    client, member = Client(), known()

    answer = client.post(
        "/sign-in",
        {"email": member.email, "password": PASSWORD},
        query_params={"next": wanted},
    )

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert own_path(wanted) == "/"


def test_whoever_was_sent_to_sign_in_comes_back_to_the_page(known: MakeMember) -> None:
    client, member = Client(), known()
    sent = client.get("/members?a=b")

    answer = client.post(sent["Location"], {"email": member.email, "password": PASSWORD})

    assert answer["Location"] == "/members?a=b"


def test_an_account_is_tried_ten_times_whatever_addresses_the_tries_claim(
    known: MakeMember,
) -> None:
    member = known()
    with clock.at(START):
        codes = [
            Client()
            .post(
                "/sign-in",
                {"email": member.email, "password": "no"},
                headers={"x-forwarded-for": f"203.0.113.{number}"},
                REMOTE_ADDR=f"198.51.100.{number}",
            )
            .status_code
            for number in range(12)
        ]
        assert codes == [200] * 10 + [429] * 2
        assert not is_in(enter(member))
    with clock.at(START + timedelta(minutes=15)):
        assert is_in(enter(member))


def test_an_address_is_limited_over_all_accounts_and_a_forged_header_does_not_help(
    known: MakeMember,
) -> None:
    known()
    with clock.at(START):
        answers = [
            Client().post(
                "/sign-in",
                {"email": f"somebody{number}@northwind.example", "password": "no"},
                headers={"x-forwarded-for": f"203.0.113.{number}"},
                REMOTE_ADDR="198.51.100.7",
            )
            for number in range(31)
        ]

    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert answers[-1]["Retry-After"] == "900"
    assert "15 minutes" in answers[-1].content.decode()


def test_unknown_accounts_are_limited_like_known_ones(known: MakeMember) -> None:
    member = known()

    def tries(email: str) -> list[int]:
        return [attempt_code(email, number) for number in range(12)]

    def attempt_code(email: str, number: int) -> int:
        given = {"email": email, "password": "no"}
        return Client().post("/sign-in", given, REMOTE_ADDR=f"198.51.{number}.7").status_code

    assert tries(member.email) == tries("nobody@northwind.example")


def test_signing_out_takes_a_post_and_ends_the_session(known: MakeMember) -> None:
    client = enter(known())
    stolen = Client()
    stolen.cookies["milepost"] = client.cookies["milepost"].value

    assert client.get("/sign-out").status_code == 405
    assert is_in(stolen)
    client.post("/sign-out")
    assert not is_in(client)
    assert not is_in(stolen)


@pytest.mark.parametrize("address", ["/sign-in", "/sign-out", "/reset", "/sign-in/code"])
def test_forms_without_our_token_are_refused(address: str, known: MakeMember) -> None:
    member = known()
    client = Client(enforce_csrf_checks=True)

    answer = client.post(address, {"email": member.email, "password": PASSWORD})

    assert answer.status_code == 403
    assert "came from elsewhere" in answer.content.decode()


def test_every_post_of_ours_wants_the_token(known: MakeMember) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(known())
    for address in (
        "/account/name",
        "/account/password",
        "/account/second-factor",
        "/account/second-factor/off",
        "/account/recovery-codes",
        "/members",
        "/members/1/role",
        "/members/1/deactivate",
        "/members/1/activate",
        "/enrolments/1/revoke",
        "/settings",
    ):
        assert client.post(address).status_code == 403, address
    assert not Audit.objects.exists()


class TestSecondStep:
    """The code after the password."""

    @pytest.fixture
    def member(self, known: MakeMember) -> Member:
        return known(totp_secret=pyotp.random_base32())

    def code(self, member: Member) -> str:
        return pyotp.TOTP(member.totp_secret).at(clock.now())

    def test_the_password_alone_opens_nothing(self, member: Member) -> None:
        client = enter(member)

        assert not is_in(client)
        assert client.get("/members").status_code == 302

    def test_the_code_opens_and_leads_on(self, member: Member) -> None:
        with clock.at(START):
            client = enter(member, after="/members")
            answer = client.post("/sign-in/code", {"code": self.code(member)})

            assert answer["Location"] == "/members"
            assert is_in(client)

    def test_a_code_is_good_once(self, member: Member) -> None:
        with clock.at(START):
            code = self.code(member)
            enter(member).post("/sign-in/code", {"code": code})
            again = enter(member)
            again.post("/sign-in/code", {"code": code})

            assert not is_in(again)
        with clock.at(START + timedelta(seconds=30)):
            again.post("/sign-in/code", {"code": self.code(member)})
            assert is_in(again)

    @pytest.mark.parametrize(("steps", "opens"), [(-2, False), (-1, True), (1, True), (2, False)])
    def test_the_neighbouring_steps_count_and_no_others(
        self, member: Member, steps: int, opens: bool
    ) -> None:
        with clock.at(START):
            client = enter(member)
            late = pyotp.TOTP(member.totp_secret).at(START + timedelta(seconds=30 * steps))
            client.post("/sign-in/code", {"code": late})

            assert is_in(client) is opens

    def test_ten_wrong_codes_shut_the_account_for_a_while(self, member: Member) -> None:
        with clock.at(START):
            client = enter(member)
            for number in range(10):
                client.post("/sign-in/code", {"code": "000000"}, REMOTE_ADDR=f"198.51.100.{number}")
            answer = client.post("/sign-in/code", {"code": self.code(member)})

            assert answer.status_code == 429
            assert not is_in(client)

    def test_the_half_way_ends_after_ten_minutes_or_with_a_changed_password(
        self, member: Member
    ) -> None:
        with clock.at(START):
            client, other = enter(member), enter(member)
        with clock.at(START + timedelta(minutes=11)):
            client.post("/sign-in/code", {"code": self.code(member)})
            assert not is_in(client)
        with clock.at(START + timedelta(minutes=1)):
            member.set_password("another long sentence")
            member.save()
            other.post("/sign-in/code", {"code": self.code(member)})
            assert not is_in(other)

    def test_without_the_password_there_is_no_second_step(self, member: Member) -> None:
        answer = Client().post("/sign-in/code", {"code": self.code(member)})

        assert (answer.status_code, answer["Location"]) == (302, "/sign-in")
