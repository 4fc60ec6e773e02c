"""Answers step by step: merged, changed with their history, kept apart after a contact, refused when closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from milepost import clock
from milepost.programs.surveys.answers import LONGEST_ANSWER
from milepost.server.actions.answers import contacted
from milepost.server.models import Change, Invitation, Member, Message, Response, Survey
from milepost.server.public import nonces
from tests.programs.surveys.documents import FULL
from tests.server.answers.conftest import Invite, Publish, Visitor

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
COURIER, REST = "further-1", "further-2"


@pytest.fixture
def guest(publish: Publish, invite: Invite) -> Visitor:
    """Ada with an invitation to a survey with everything in it."""
    return Visitor(f"/a/{invite(publish(**FULL)).token}")


@pytest.fixture
def answered(guest: Visitor) -> Visitor:
    """The same after a low score, the why and everything else."""
    guest.send(score="3")
    guest.send("why", why="Late", call="1", phone="+4512345678")
    guest.send(COURIER, courier="rude")
    return guest


def stored() -> Response:
    return Response.objects.get()


def test_each_step_is_added_to_what_is_there(answered: Visitor) -> None:
    assert stored().state == "partial"
    answered.send(REST, rude_how="Nothing", wait="3", goods=["tea", "cups"], packing="2")

    response = stored()
    assert (response.score, response.comment, response.phone) == (3, "Late", "+4512345678")
    assert response.further == {
        "courier": "rude", "wait": 3, "goods": ["tea", "cups"], "packing": 2, "rude_how": "Nothing",
    }  # fmt: skip
    assert response.state == "complete"
    assert Change.objects.count() == 0


def test_a_page_sent_twice_changes_nothing(answered: Visitor) -> None:
    before = Response.objects.values().get()

    for _ in range(2):
        answered.send("why", why="Late", call="1", phone="+4512345678")
    after = Response.objects.values().get()
    assert {**before, "changed_at": None} == {**after, "changed_at": None}
    assert Change.objects.count() == 0


@pytest.mark.parametrize(
    ("step", "fields"),
    [("first", {}), ("first", {"score": ""}), ("nowhere", {"why": "x"}), ("thanks", {"why": "x"})],
)
def test_a_page_without_an_answer_takes_nothing_away(
    answered: Visitor, step: str, fields: dict[str, str]
) -> None:
    answered.send(step, **fields)

    assert (stored().score, stored().comment, stored().call_me) == (3, "Late", True)
    assert Change.objects.count() == 0


def test_what_is_emptied_on_its_page_is_taken_back_and_stands_in_the_history(
    answered: Visitor,
) -> None:
    answered.send("why", why="")

    assert (stored().comment, stored().call_me, stored().phone) == ("", False, "")
    assert Change.objects.get().before["comment"] == "Late"


def test_a_changed_score_keeps_the_earlier_one(answered: Visitor) -> None:
    answered.send(REST, wait="3")
    with clock.at(NOW):
        answered.send(score="9")

    change = Change.objects.get()
    assert (stored().score, stored().comment) == (9, "Late")
    assert (change.before["score"], change.at) == (3, NOW)
    # What is asked of detractors alone is no answer of a promoter.
    assert stored().further == {"courier": "rude"}
    assert change.before["further"] == {"courier": "rude", "wait": 3}


def test_two_tabs_are_one_answer(publish: Publish, invite: Invite) -> None:
    path = f"/a/{invite(publish(**FULL)).token}"
    one, other = Visitor(path), Visitor(path)
    one.see("?v=9")
    other.see("?v=2")

    one.send(score="9")
    other.send(score="2")
    one.send("why", why="Fine")
    assert (stored().score, stored().comment) == (2, "Fine")
    assert [change.before["score"] for change in Change.objects.all()] == [9]


def test_the_back_button_leads_to_a_page_that_may_be_sent_again(guest: Visitor) -> None:
    first = guest.see("?v=9")
    guest.send(score="9")
    guest.send("why", why="Fine")

    # The browser's copy of the first page, with its old nonce.
    assert guest.nonce in first
    again = guest.send(score="8")
    assert again.status_code == 302
    assert (stored().score, stored().comment) == (8, "Fine")


def test_what_is_right_of_a_page_is_stored_and_the_rest_is_told(answered: Visitor) -> None:
    told = answered.send("why", why="Late and cold", call="1", phone="12345")

    assert told.status_code == 422
    assert "12345" in told.content.decode()
    assert (stored().comment, stored().phone) == ("Late and cold", "+4512345678")


def test_a_page_that_was_open_too_long_comes_back_with_what_was_typed(guest: Visitor) -> None:
    guest.send(score="3")
    guest.nonce = "old"

    told = guest.send("why", why="A long story")
    html = told.content.decode()
    assert told.status_code == 400
    assert "A long story" in html
    assert 'name="step" value="why"' in html
    assert stored().comment == ""


def test_after_a_contact_the_first_new_score_is_the_recovery(
    answered: Visitor, member: Callable[[str], Member]
) -> None:
    contacted(stored(), member("responder"))
    answered.see("?v=8")

    for _ in range(2):
        assert answered.send(score="8").status_code == 302
    assert (stored().score, stored().recovery) == (3, 8)
    refused = answered.send(score="10")
    assert refused.status_code == 409
    assert (stored().score, stored().recovery) == (3, 8)
    assert Change.objects.count() == 0


def test_a_repeat_of_the_first_page_after_a_contact_is_no_recovery(
    guest: Visitor, member: Callable[[str], Member]
) -> None:
    guest.send(score="3")
    contacted(stored(), member("responder"))

    assert guest.send(score="3").status_code == 302
    assert stored().recovery is None
    guest.see("?v=3")
    guest.send(score="3")
    assert stored().recovery == 3


def test_after_a_contact_words_are_added_but_none_are_changed(
    guest: Visitor, member: Callable[[str], Member]
) -> None:
    guest.send(score="3")
    contacted(stored(), member("responder"))

    guest.send("why", why="Late")
    assert stored().comment == "Late"
    assert guest.send("why", why="Never mind").status_code == 409
    assert guest.send(score="11").status_code == 422
    assert (stored().score, stored().comment, stored().recovery) == (3, "Late", None)


def test_a_survey_that_was_closed_since_it_was_asked_takes_nothing(guest: Visitor) -> None:
    guest.send(score="3")
    survey = Survey.objects.get()
    version = survey.current
    assert version
    closed = {**version.document, "closes_at": (clock.now() - timedelta(1)).isoformat()}
    survey.current = survey.versions.create(number=2, fingerprint="x", document=closed)
    survey.save()

    assert guest.send("why", why="Late").status_code == 409
    assert "closed" in guest.see()
    assert stored().comment == ""


def test_an_archived_survey_takes_nothing(guest: Visitor) -> None:
    guest.see()
    Survey.objects.update(archived=True)

    assert guest.send(score="3").status_code == 409
    assert Response.objects.count() == 0


def test_an_answer_ends_the_reminders(publish: Publish, invite: Invite) -> None:
    invitation = invite(publish())
    first = Message.objects.create(invitation=invitation, due_at=NOW, state="sent", sent_at=NOW)
    Message.objects.create(invitation=invitation, ordinal=2, due_at=NOW + timedelta(7))

    Visitor(f"/a/{invitation.token}").send(score="9")
    assert list(Message.objects.order_by("ordinal").values_list("state", flat=True)) == [
        first.state, "cancelled",
    ]  # fmt: skip
    assert Invitation.objects.get().state == "answered"


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("first", {"score": "11"}),
        ("first", {"score": "-1"}),
        ("first", {"score": "9.5"}),
        ("first", {"score": "٩"}),
        ("first", {"score": "9 OR 1"}),
        ("first", {}),
    ],
)
def test_a_first_page_that_does_not_fit_stores_nothing(
    guest: Visitor, step: str, fields: dict[str, str]
) -> None:
    assert guest.send(step, **fields).status_code == 422
    assert Response.objects.count() == 0


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("why", {"why": "x" * (LONGEST_ANSWER + 1)}),
        (COURIER, {"courier": "sleepy"}),
        (COURIER, {}),
        (REST, {"goods": ["tea", "cars"]}),
        (REST, {"packing": "6"}),
        (REST, {"wait": "61"}),
        (REST, {"wait": "1e3"}),
        (REST, {"rude_how": "x" * (LONGEST_ANSWER + 1)}),
        ("why", {"call": "1", "phone": "call me"}),
    ],
)
def test_a_later_page_that_does_not_fit_is_told(
    guest: Visitor, step: str, fields: dict[str, object]
) -> None:
    guest.send(score="3")
    if step == REST:
        guest.send(COURIER, courier="rude")
    before = stored().further

    told = guest.send(step, **fields)
    assert told.status_code == 422
    assert 'role="alert"' in told.content.decode()
    assert (stored().comment, stored().phone, stored().further) == ("", "", before)
    assert stored().state == "partial"


def test_a_text_of_the_greatest_length_is_taken(guest: Visitor) -> None:
    guest.send(score="3")

    guest.send("why", why="ø" * LONGEST_ANSWER)
    assert len(stored().comment) == LONGEST_ANSWER


def test_fields_of_other_pages_and_unknown_ones_are_left_out(guest: Visitor) -> None:
    guest.send(
        score="9", why="slipped in", courier="rude", quarantined="0", person="7", test="1", day="x"
    )
    response = stored()
    assert (response.score, response.comment, response.further) == (9, "", {})
    assert not response.test


def test_a_question_whose_condition_is_not_met_is_not_answered(guest: Visitor) -> None:
    guest.send(score="9")

    guest.send(COURIER, courier="friendly", wait="3")
    assert stored().further == {"courier": "friendly"}
    guest.send(REST, rude_how="slipped in", wait="3")
    assert stored().further == {"courier": "friendly"}


def test_whoever_skips_a_required_question_is_led_back_to_it(
    publish: Publish, invite: Invite
) -> None:
    asked = [{**FULL["further"][0]}, {**FULL["further"][1]}]
    guest = Visitor(f"/a/{invite(publish(further=asked)).token}")
    guest.send(score="3")

    skipped = guest.send(REST, rude_how="x")
    assert "p=further-1" in skipped["Location"]
    assert stored().state == "partial"


@pytest.mark.parametrize("nonce", ["", "x", "x:y:z", "a" * 5000, "\x00"])
def test_a_page_needs_a_nonce_that_was_made_here(guest: Visitor, nonce: str) -> None:
    guest.nonce = nonce
    told = guest.client.post(guest.path, {"nonce": nonce, "step": "first", "score": "9"})
    assert told.status_code == 400
    assert Response.objects.count() == 0


def test_the_nonce_of_another_link_is_refused(
    publish: Publish, invite: Invite, client: Client
) -> None:
    survey = publish()
    mine, other = invite(survey), invite(survey, event=None)

    told = client.post(
        f"/a/{mine.token}", {"nonce": nonces.fresh(other.token), "step": "first", "score": "9"}
    )
    assert told.status_code == 400
    assert Response.objects.count() == 0


def test_a_nonce_lasts_for_a_day(guest: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    guest.see()
    later = time.time() + nonces.GOOD_FOR.total_seconds() + 5
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)

    assert guest.send(score="9").status_code == 400
    assert Response.objects.count() == 0


def test_a_member_of_the_public_cannot_write_by_other_methods(guest: Visitor) -> None:
    for method in ("put", "patch", "delete"):
        assert getattr(guest.client, method)(guest.path).status_code == 405
    assert Response.objects.count() == 0
