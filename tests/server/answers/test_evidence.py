"""What looks like a machine's answer is set aside with its signs, and never stands in a person's way."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from milepost import clock
from milepost.server.models import Change, Invitation, Message, Response
from tests.server.answers.conftest import Invite, Publish, Visitor

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SENT = clock.now().replace(microsecond=0)


@pytest.fixture
def invitation(publish: Publish, invite: Invite) -> Invitation:
    """An invitation whose mail went out at SENT."""
    made = invite(publish(), sent_at=SENT)
    Message.objects.create(invitation=made, due_at=SENT, state="sent", sent_at=SENT)
    return made


def visitor(invitation: Invitation, agent: str = BROWSER) -> Visitor:
    return Visitor(f"/a/{invitation.token}", Client(HTTP_USER_AGENT=agent))


def stored() -> Response:
    return Response.objects.get()


def answer(
    invitation: Invitation, after: float, *, wait: float = 5, agent: str = BROWSER, **fields: Any
) -> Any:
    """Open the page some seconds after the mail went out, and send it after a wait."""
    guest = visitor(invitation, agent)
    with clock.at(SENT + timedelta(seconds=after)):
        guest.see("?v=9")
    with clock.at(SENT + timedelta(seconds=after + wait)):
        return guest.send(**{"score": "9", **fields})


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"evidence": ""},
        {"evidence": "p2k0"},
        {"evidence": "p0k3"},
        {"evidence": "p99999k1"},
        {"evidence": "<b>"},
    ],
)
def test_a_persons_answer_counts_with_scripts_and_without(
    invitation: Invitation, fields: dict[str, Any]
) -> None:
    answer(invitation, 600, **fields)

    assert (stored().quarantined, stored().signals) == (False, ["no_comment"])
    assert Invitation.objects.get().state == "answered"


@pytest.mark.parametrize(
    ("given", "signs"),
    [
        ({"after": 2, "wait": 0.2}, ["quick", "fast_click", "no_comment"]),
        ({"after": 600, "evidence": "p0k0"}, ["no_input", "no_comment"]),
        ({"after": 600, "agent": "python-requests/2.32"}, ["tool", "no_comment"]),
        ({"after": 2, "wait": 1, "evidence": "p0k0"}, ["no_input", "quick", "no_comment"]),
    ],
)
def test_a_machines_answer_is_set_aside_with_its_signs(
    invitation: Invitation, given: dict[str, Any], signs: list[str]
) -> None:
    after = given.pop("after")
    told = answer(invitation, after, **given)

    # It is told what everybody is told.
    assert told.status_code == 302
    assert (stored().quarantined, stored().signals) == (True, signs)
    assert Invitation.objects.get().state == "sent"


def test_whoever_opened_every_score_or_the_hidden_link_is_set_aside(invitation: Invitation) -> None:
    guest = visitor(invitation)
    with clock.at(SENT + timedelta(seconds=60)):
        for score in range(11):
            guest.see(f"?v={score}")
        guest.client.get(f"/m/{invitation.token}")
        guest.send(score="10")

    assert stored().quarantined
    assert {"decoy", "all_scores"} <= set(stored().signals)


def test_another_visitor_is_not_blamed_for_what_a_scanner_opened(invitation: Invitation) -> None:
    scanner = visitor(invitation, "Mozilla/5.0 (Windows NT 10.0) scanner")
    with clock.at(SENT + timedelta(seconds=1)):
        for score in range(11):
            scanner.see(f"?v={score}")
        scanner.client.get(f"/m/{invitation.token}")

    answer(invitation, 30)
    assert not stored().quarantined


def test_visitors_of_an_open_link_are_not_blamed_for_each_other(publish: Publish) -> None:
    survey = publish()
    for score in range(8):
        guest = Visitor(
            f"/s/{survey.token}", Client(HTTP_USER_AGENT=BROWSER, REMOTE_ADDR=f"192.0.2.{score}")
        )
        guest.see(f"?v={score}")
        guest.send(score=str(score), evidence="p1k0")

    assert Response.objects.filter(quarantined=True).count() == 0


def test_a_person_sets_right_what_a_scanner_answered(invitation: Invitation) -> None:
    answer(invitation, 1, wait=0.1, score="0", agent="scanner python-requests/2")
    assert stored().quarantined

    guest = visitor(invitation)
    with clock.at(SENT + timedelta(days=1)):
        html = guest.see()
        # What the scanner chose is not shown as theirs.
        assert 'aria-pressed="true"' not in html
        assert 'value="first"' in html
        guest.send(score="9")
    response = stored()
    assert (response.score, response.quarantined) == (9, False)
    assert response.answered_at == SENT + timedelta(days=1)
    assert [change.before["score"] for change in Change.objects.all()] == [0]
    assert Invitation.objects.get().state == "answered"


def test_a_scanner_changes_no_answer_that_counts(invitation: Invitation) -> None:
    answer(invitation, 600)

    told = answer(invitation, 700, score="0", evidence="p0k0")
    assert told.status_code == 409
    assert (stored().score, stored().quarantined) == (9, False)
    assert Change.objects.count() == 0


def test_a_slow_second_page_does_not_wash_the_first(invitation: Invitation) -> None:
    guest = visitor(invitation)
    with clock.at(SENT + timedelta(seconds=1)):
        guest.send(score="0")
    with clock.at(SENT + timedelta(seconds=90)):
        guest.send("why", why="")
    assert stored().quarantined
    assert stored().signals == ["quick", "fast_click", "no_comment"]


def test_an_answer_before_the_sending_is_noted_is_quick(invitation: Invitation) -> None:
    Message.objects.update(state="claimed", sent_at=None, claimed_at=SENT)

    answer(invitation, 1, wait=0.1)
    assert "quick" in stored().signals


def test_a_reminder_counts_from_its_own_sending(invitation: Invitation) -> None:
    later = SENT + timedelta(days=7)
    Message.objects.create(
        invitation=invitation, ordinal=2, due_at=later, state="sent", sent_at=later
    )

    answer(invitation, 7 * 86400 + 3, wait=0.1)
    assert "quick" in stored().signals


def test_a_visit_is_over_after_a_pause(invitation: Invitation) -> None:
    guest = visitor(invitation)
    with clock.at(SENT + timedelta(minutes=1)):
        for score in range(11):
            guest.see(f"?v={score}")
    with clock.at(SENT + timedelta(minutes=10)):
        guest.see("?v=9")
        guest.send(score="9")
    assert "all_scores" not in stored().signals
