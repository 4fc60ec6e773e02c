"""`milepost member link`: whoever has the machine lets a colleague in again."""

from __future__ import annotations

import pyotp
import pytest
from django.conf import settings
from django.test import Client
from typer.testing import CliRunner

from milepost.cli.members import member as command
from milepost.errors import MilepostError
from milepost.server.models import Audit, Member
from tests.server.accounts.conftest import enter, is_in
from tests.server.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "quite another sentence"


@pytest.fixture
def lost(company: object) -> Member:
    """Somebody with a second factor."""
    found = Member(email="ada@northwind.example", role="administrator", name="Ada")
    found.set_password(PASSWORD)
    found.totp_secret = pyotp.random_base32()
    found.save()
    return found


def _said(*words: str) -> list[str]:
    runner = CliRunner()
    done = runner.invoke(
        command, [*words, "--folder", str(settings.FOLDER)], catch_exceptions=False,
        standalone_mode=False,
    )  # fmt: skip
    lines: list[str] = done.stdout.splitlines()
    return lines


def _reset(link: str) -> None:
    address = link.removeprefix("http://127.0.0.1:8400")
    answer = Client().post(address, {"password": NEW, "again": NEW})
    assert answer["Location"] == "/sign-in"


def test_the_link_sets_a_password_once_and_leaves_the_second_factor(lost: Member) -> None:
    link, what, factor = _said("Ada@Northwind.example")
    assert "an hour" in what
    assert "as before" in factor
    _reset(link)
    lost.refresh_from_db()
    assert lost.check_password(NEW)
    assert lost.totp_secret
    assert Client().get(link.removeprefix("http://127.0.0.1:8400")).status_code == 404
    told = Audit.objects.get(verb="make_reset_link")
    assert (told.object_id, told.member) == (str(lost.pk), None)


def test_a_lost_telephone_is_let_go_and_every_session_ends(lost: Member) -> None:
    session = Client()
    session.force_login(lost)
    link, _, factor = _said(lost.email, "--lost-factor")
    assert "switched off" in factor
    assert not is_in(session)
    _reset(link)
    lost.refresh_from_db()
    assert is_in(enter(lost, password=NEW))
    assert Audit.objects.filter(verb="switch_off_second_factor", member=None).exists()


@pytest.mark.parametrize(("address", "told"), [("ad@northwind.example", "did you mean 'ada"), ("off@northwind.example", "deactivated")])  # fmt: skip
def test_nobody_and_whoever_is_shut_out_gets_no_link(lost: Member, address: str, told: str) -> None:
    Member.objects.create(email="off@northwind.example", active=False)
    with pytest.raises(MilepostError, match=told):
        _said(address)
    assert not Audit.objects.exists()
