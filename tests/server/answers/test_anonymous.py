"""An anonymous survey: one answer an invitation, and nothing anywhere that leads from the answer to its giver."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core import serializers

from milepost import clock
from milepost.server.models import Change, Dirty, Invitation, Notice, Person, Response
from tests.server.answers.conftest import Invite, Publish, Visitor

NOW = datetime(2026, 11, 22, 14, 37, 51, tzinfo=UTC)


@pytest.fixture
def guest(publish: Publish, invite: Invite) -> Visitor:
    """Ada with an invitation to an anonymous survey, an hour ago."""
    with clock.at(NOW - timedelta(hours=1)):
        invitation = invite(publish(anonymous=True), attributes={"order": "A-10293"})
    return Visitor(f"/a/{invitation.token}")


def everything() -> str:
    """Every row of every table, as text."""
    models = apps.get_app_config("server").get_models()
    return "\n".join(
        serializers.serialize("json", model._default_manager.all()) for model in models
    )


def test_an_answer_has_no_person_no_invitation_no_time_and_no_history(guest: Visitor) -> None:
    with clock.at(NOW):
        guest.send(score="2")
        guest.send("why", why="The lift")
        guest.send(score="3")

    response = Response.objects.get()
    assert (response.score, response.comment) == (3, "The lift")
    assert (response.person, response.invitation, response.attributes) == (None, None, {})
    assert (response.answered_at, response.changed_at, response.recovered_at) == (None,) * 3
    assert response.day.isoformat() == "2026-11-22"
    assert Change.objects.count() == Notice.objects.count() == 0
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.answered_at) == ("answered", None)


def test_no_row_of_any_table_tells_the_time(
    guest: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    with clock.at(NOW), caplog.at_level(logging.DEBUG):
        guest.send(score="2")
        guest.send("why", why="The lift")

    rows = everything()
    assert "The lift" in rows
    # The hour of the answer, and what was typed in it, stand nowhere else.
    assert "14:37" not in rows
    assert rows.count("The lift") == 1
    assert {row.month for row in Dirty.objects.all()} == {"2026-11"}
    said = " ".join(
        f"{record.getMessage()} {record.__dict__.get('fields')}" for record in caplog.records
    )
    person, invitation = Person.objects.get(), Invitation.objects.get()
    for secret in ("The lift", invitation.token, str(person.email), guest.nonce):
        assert secret not in said


def test_the_answer_and_the_invitation_share_nothing_that_is_their_own(guest: Visitor) -> None:
    with clock.at(NOW):
        guest.send(score="2")

    answer = json.loads(serializers.serialize("json", Response.objects.all()))[0]
    asking = json.loads(serializers.serialize("json", Invitation.objects.all()))[0]
    owned = {
        str(value) for value in (asking["pk"], *asking["fields"].values()) if len(str(value)) > 8
    }
    held = " ".join(map(str, (answer["pk"], *answer["fields"].values())))
    assert not [value for value in owned if value in held]
    assert "A-10293" not in held


def test_ids_do_not_tell_the_order_of_answers(publish: Publish) -> None:
    survey = publish(anonymous=True)
    for _ in range(12):
        Visitor(f"/s/{survey.token}").send(score="5")

    keys = [row.pk for row in Response.objects.order_by("nonce")]
    assert len(keys) == 12
    # Of twelve in order of coming, one in 479 million would stand sorted by chance.
    assert keys != sorted(keys)
    assert max(keys) > 2**40


def test_an_invitation_takes_one_answer_however_many_pages_are_open(guest: Visitor) -> None:
    other = Visitor(guest.path)
    guest.see("?v=9")
    other.see("?v=9")

    assert guest.send(score="9").status_code == 302
    refused = other.send(score="1")
    assert refused.status_code == 409
    assert Response.objects.get().score == 9
    assert "already" in Visitor(guest.path).see()


def test_a_stranger_with_the_link_does_not_see_the_answer(guest: Visitor) -> None:
    guest.send(score="2")
    mine = guest.send("why", why="The lift")

    assert (
        "The lift"
        in guest.client.get(mine["Location"].replace("p=thanks", "p=why")).content.decode()
    )
    assert "The lift" not in Visitor(guest.path).see("?p=why")


def test_an_open_link_takes_one_answer_a_page(publish: Publish) -> None:
    survey = publish()
    for score in ("9", "2"):
        visitor = Visitor(f"/s/{survey.token}")
        visitor.see()
        for _ in range(2):
            visitor.send(score=score)

    assert list(Response.objects.order_by("score").values_list("score", flat=True)) == [2, 9]
    assert set(Response.objects.values_list("channel", flat=True)) == {"link"}
    assert set(Response.objects.values_list("person", flat=True)) == {None}
