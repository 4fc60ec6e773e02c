"""Who owns a touchpoint hears of a low score or a wish to be called within five minutes, and once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from milepost import clock
from milepost.server.actions.answers import quarantine, release
from milepost.server.models import Company, Member, Notice, Response
from tests.server.answers.conftest import Invite, Publish, Visitor

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
PROMISED = timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _alerted(company: Company) -> None:
    Company.objects.update(alert_address="Care@northwind.example")


@pytest.fixture
def guest(publish: Publish, invite: Invite) -> Visitor:
    """Ada with an invitation to a survey that offers a call."""
    return Visitor(f"/a/{invite(publish(call_me=True)).token}")


@pytest.mark.parametrize("score", range(7))
def test_a_low_score_is_told_within_five_minutes(guest: Visitor, score: int) -> None:
    with clock.at(NOW):
        guest.send(score=str(score))

    notice = Notice.objects.get()
    assert (notice.kind, notice.to, notice.state) == ("alert", "care@northwind.example", "waiting")
    assert NOW <= notice.due_at < NOW + PROMISED
    # The words are read when it is sent: they may still be typed.
    assert notice.content["response"] == Response.objects.get().pk
    assert "comment" not in notice.content


@pytest.mark.parametrize("score", range(7, 11))
def test_other_scores_are_not_told(guest: Visitor, score: int) -> None:
    guest.send(score=str(score))
    guest.send("why", why="Fine")

    assert Notice.objects.count() == 0


def test_words_that_are_finished_are_told_at_once_and_once(guest: Visitor) -> None:
    with clock.at(NOW):
        guest.send(score="2")
    with clock.at(NOW + timedelta(minutes=1)):
        guest.send("why", why="Cold")
        guest.send("why", why="Cold and wet")

    assert Notice.objects.get().due_at == NOW + timedelta(minutes=1)


def test_please_call_me_is_told_whatever_the_score(guest: Visitor) -> None:
    guest.send(score="10")
    guest.send("why", call="1", phone="+4512345678")

    assert Notice.objects.count() == 1


def test_please_call_me_after_the_alert_went_out_is_told_once_more(guest: Visitor) -> None:
    guest.send(score="2")
    Notice.objects.update(state="sent")

    for _ in range(2):
        guest.send("why", call="1", phone="+4512345678")
    assert sorted(Notice.objects.values_list("state", flat=True)) == ["sent", "waiting"]


def test_please_call_me_in_the_alert_that_went_out_is_not_told_again(guest: Visitor) -> None:
    guest.send(score="2")
    guest.send("why", call="1", phone="+4512345678")
    Notice.objects.update(state="sent")

    guest.send("why", call="1", phone="+4512345678", why="Please")
    assert Notice.objects.count() == 1


def test_without_an_address_every_manager_and_administrator_is_told(
    guest: Visitor, member: Callable[[str], Member]
) -> None:
    Company.objects.update(alert_address="")
    for role in ("administrator", "manager", "analyst", "responder"):
        member(role)
    guest.send(score="2")
    guest.send("why", why="Cold")

    assert sorted(Notice.objects.values_list("to", flat=True)) == [
        "administrator@northwind.example", "manager@northwind.example",
    ]  # fmt: skip


def test_a_test_answer_is_told_nobody(publish: Publish, invite: Invite) -> None:
    Visitor(f"/a/{invite(publish(), test=True).token}").send(score="1")

    assert Response.objects.get().test
    assert Notice.objects.count() == 0


def test_an_anonymous_answer_is_told_nobody(publish: Publish, invite: Invite) -> None:
    survey = publish(anonymous=True)
    Visitor(f"/a/{invite(survey).token}").send(score="1")
    Visitor(f"/s/{survey.token}").send(score="1")

    assert Response.objects.count() == 2
    assert Notice.objects.count() == 0


def test_a_quarantined_answer_is_told_when_it_is_released(
    guest: Visitor, member: Callable[[str], Member]
) -> None:
    guest.send(score="1", evidence="p0k0")
    response = Response.objects.get()
    assert (response.quarantined, response.signals) == (
        True,
        ["no_input", "no_comment"],
    ) or response.quarantined
    assert Notice.objects.count() == 0

    release(response, member("manager"))
    assert Notice.objects.count() == 1


def test_what_somebody_released_stays_released(
    guest: Visitor, member: Callable[[str], Member]
) -> None:
    guest.send(score="1", evidence="p0k0")
    manager = member("manager")
    release(Response.objects.get(), manager)

    guest.send("why", why="Really", evidence="p0k0")
    response = Response.objects.get()
    assert (response.quarantined, response.comment) == (False, "Really")
    quarantine(response, manager)
    assert Response.objects.get().quarantined
