"""Setting up the second factor, recovery codes, and doing without it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from milepost import clock
from milepost.server.actions import second_factors
from milepost.server.actions.second_factors import RECOVERY_CODES, matching_step
from milepost.server.models import Audit, Member, RecoveryCode
from tests.server.accounts.conftest import MakeMember, enter, is_in
from tests.server.conftest import PASSWORD

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
ON = "/account/second-factor"
OFF = "/account/second-factor/off"


@given(st.integers(0, 2**33), st.integers(-3, 3))
def test_a_code_matches_its_own_step_within_one_of_now(second: int, steps: int) -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    now = (second + 90) // 30
    code = pyotp.TOTP(secret).generate_otp(now + steps)

    found = matching_step(secret, code, moment=datetime.fromtimestamp(second + 90, UTC), after=-1)

    if abs(steps) <= 1:
        assert found is not None
    if found is not None:  # by chance a far step has a near one's six digits
        assert pyotp.TOTP(secret).generate_otp(found) == code
        assert abs(found - now) <= 1


def test_the_published_vectors_of_rfc_6238_match() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for second, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        moment = datetime.fromtimestamp(second, UTC)
        assert matching_step(secret, code, moment=moment, after=0) == second // 30


def test_a_step_that_was_used_does_not_match_again() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    moment = datetime.fromtimestamp(1111111109, UTC)
    step = 1111111109 // 30

    assert matching_step(secret, "081804", moment=moment, after=step - 1) == step
    assert matching_step(secret, "081804", moment=moment, after=step) is None


@pytest.mark.django_db
def test_of_two_who_show_one_code_at_the_same_moment_one_gets_in(
    known: MakeMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = known(totp_secret=pyotp.random_base32())
    # Both looked before either had written.
    monkeypatch.setattr(second_factors, "matching_step", lambda *args, **more: 7)

    assert second_factors.use_code(member, "123456") is True
    assert second_factors.use_code(member, "123456") is False


def offered(client: Client) -> tuple[str, str]:
    """The signed secret of the page, and the key that it shows."""
    page = client.get(ON).content.decode()
    signed = re.search(r'name="offered" value="([^"]+)"', page)
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert signed
    assert key
    return signed[1], key[1].replace(" ", "")


def switch_on(client: Client) -> tuple[str, list[str]]:
    """The secret and the recovery codes of a factor that is set up."""
    signed, key = offered(client)
    code = pyotp.TOTP(key).at(clock.now())
    page = client.post(ON, {"offered": signed, "code": code, "old": PASSWORD}).content.decode()
    return key, re.findall(r"<code>([0-9a-f-]{23})</code>", page)


@pytest.mark.django_db
class TestSettingUp:
    """From off to on and back."""

    def test_the_first_right_code_switches_it_on_and_ends_other_sessions(
        self, known: MakeMember
    ) -> None:
        member = known()
        mine, other = enter(member), enter(member)
        with clock.at(START):
            key, codes = switch_on(mine)

        member.refresh_from_db()
        assert member.totp_secret == key
        assert len(set(codes)) == RECOVERY_CODES
        assert is_in(mine)
        assert not is_in(other)
        assert not is_in(enter(member))

    def test_looking_at_the_page_changes_nothing(self, known: MakeMember) -> None:
        member = known()
        client = enter(member)
        offered(client)

        assert Member.objects.get(pk=member.pk).totp_secret == ""
        assert is_in(enter(member))

    @pytest.mark.parametrize(
        "wrong", [{"code": "000000"}, {"old": "not the password"}, {"offered": "made:up:by-me"}]
    )
    def test_a_wrong_code_password_or_secret_leaves_it_off(
        self, wrong: dict[str, str], known: MakeMember
    ) -> None:
        member = known()
        client = enter(member)
        with clock.at(START):
            signed, key = offered(client)
            right = {"offered": signed, "code": pyotp.TOTP(key).at(START), "old": PASSWORD}
            answer = client.post(ON, right | wrong)

        assert answer.status_code == 200
        assert Member.objects.get(pk=member.pk).totp_secret == ""

    def test_the_secret_offered_to_one_member_does_not_suit_another(
        self, known: MakeMember
    ) -> None:
        signed, key = offered(enter(known("manager")))
        member = known()
        with clock.at(START):
            code = pyotp.TOTP(key).at(START)
            enter(member).post(ON, {"offered": signed, "code": code, "old": PASSWORD})

        assert Member.objects.get(pk=member.pk).totp_secret == ""

    def test_one_that_is_on_cannot_be_written_over(self, known: MakeMember) -> None:
        member = known()
        client = enter(member)
        signed, key = offered(client)
        with clock.at(START):
            first, _ = switch_on(client)
            code = pyotp.TOTP(key).at(START)
            client.post(ON, {"offered": signed, "code": code, "old": PASSWORD})

        assert Member.objects.get(pk=member.pk).totp_secret == first

    def test_the_code_that_switched_it_on_does_not_sign_in_too(self, known: MakeMember) -> None:
        member = known()
        with clock.at(START):
            key, _ = switch_on(enter(member))
            client = enter(member)
            client.post("/sign-in/code", {"code": pyotp.TOTP(key).at(START)})

            assert not is_in(client)

    def test_switching_off_takes_password_and_code(self, known: MakeMember) -> None:
        member = known()
        client = enter(member)
        with clock.at(START):
            key, _ = switch_on(client)
        with clock.at(START + timedelta(minutes=1)):
            code = pyotp.TOTP(key).at(clock.now())
            client.post(OFF, {"old": PASSWORD, "code": "000000"})
            client.post(OFF, {"old": "not the password", "code": code})
            assert Member.objects.get(pk=member.pk).totp_secret == key
            client.post(OFF, {"old": PASSWORD, "code": code})

        assert Member.objects.get(pk=member.pk).totp_secret == ""
        assert is_in(client)
        assert is_in(enter(member))
        assert not RecoveryCode.objects.exists()

    def test_a_recovery_code_lets_in_once(self, known: MakeMember) -> None:
        member = known()
        with clock.at(START):
            _, codes = switch_on(enter(member))
            first, second = enter(member), enter(member)
            first.post("/sign-in/code", {"code": codes[0].upper()})
            second.post("/sign-in/code", {"code": codes[0]})

        assert is_in(first)
        assert not is_in(second)
        assert member.recovery_codes.count() == RECOVERY_CODES - 1
        assert Audit.objects.filter(verb="use_recovery_code").count() == 1

    def test_recovery_codes_are_kept_as_hashes_and_are_the_members_own(
        self, known: MakeMember
    ) -> None:
        mine, other = known(), known("manager")
        with clock.at(START):
            _, codes = switch_on(enter(mine))
            switch_on(enter(other))
            stranger = enter(other)
            stranger.post("/sign-in/code", {"code": codes[0]})

        kept = str(list(RecoveryCode.objects.values()))
        assert not any(code in kept or code.replace("-", "") in kept for code in codes)
        assert not is_in(stranger)

    def test_new_recovery_codes_take_the_password_and_end_the_old_ones(
        self, known: MakeMember
    ) -> None:
        member = known()
        client = enter(member)
        with clock.at(START):
            _, old = switch_on(client)
            client.post("/account/recovery-codes", {"old": "not the password"})
            assert member.recovery_codes.count() == RECOVERY_CODES
            page = client.post("/account/recovery-codes", {"old": PASSWORD}).content.decode()
            new = re.findall(r"<code>([0-9a-f-]{23})</code>", page)
            again = enter(member)
            again.post("/sign-in/code", {"code": old[0]})

        assert not is_in(again)
        assert len(set(new) - set(old)) == RECOVERY_CODES

    def test_an_administrator_helps_somebody_who_lost_the_telephone(
        self, known: MakeMember
    ) -> None:
        chief, member = enter(known()), known("manager")
        session = enter(member)
        with clock.at(START):
            switch_on(session)
        chief.post(f"/members/{member.pk}/second-factor/off")

        assert not is_in(session)
        assert is_in(enter(member))
        assert Audit.objects.get(verb="switch_off_second_factor").member != member

    def test_one_that_is_off_is_not_switched_off_again(self, known: MakeMember) -> None:
        chief, member = enter(known()), known("manager")

        assert chief.post(f"/members/{member.pk}/second-factor/off").status_code == 404
