"""A respondent's pages: a GET shows, one tap stores, each step is kept."""

from __future__ import annotations

import re

from django.test import Client

from milepost.server.models import Change, Invitation, Response

from .conftest import Invite, Publish


def nonce_of(html: str) -> str:
    found = re.search(r'name="nonce" value="([^"]+)"', html)
    assert found
    return found[1]


def test_one_tap_then_the_why(client: Client, publish: Publish, invite: Invite) -> None:
    invitation = invite(publish())
    page = f"/a/{invitation.token}"

    shown = client.get(page).content.decode()
    tapped = client.post(page, {"nonce": nonce_of(shown), "step": "first", "score": "9"})

    assert tapped.status_code == 302
    assert tapped["Location"] == f"{page}?p=why&l=en"
    assert Response.objects.get().score == 9
    assert Response.objects.get().state == "partial"
    why = client.get(tapped["Location"]).content.decode()
    assert "What do you value most about Northwind?" in why
    done = client.post(page, {"nonce": nonce_of(why), "step": "why", "why": "The people"})
    assert done["Location"] == f"{page}?p=thanks&l=en"
    response = Response.objects.get()
    assert (response.score, response.comment, response.state) == (9, "The people", "complete")
    assert response.person == invitation.person
    assert Invitation.objects.get().state == "answered"
    assert Change.objects.count() == 0
    assert "We are happy that you like what we do" in client.get(done["Location"]).content.decode()


def test_a_get_stores_nothing(client: Client, publish: Publish, invite: Invite) -> None:
    invitation = invite(publish())

    for score in range(11):
        shown = client.get(f"/a/{invitation.token}?v={score}")
        assert shown.status_code == 200

    assert Response.objects.count() == 0
    assert "You chose 10 of 10" in shown.content.decode()
