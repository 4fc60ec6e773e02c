"""Referral links: one a person, made when asked for; a yes is counted once, a fetch never."""

from __future__ import annotations

import pytest

from milepost.server.models import Acceptance, Company, Person, Referral
from tests.server.answers.conftest import Invite, Publish, Visitor


@pytest.fixture
def promoter(publish: Publish, invite: Invite) -> Visitor:
    """Ada, who gave ten points to a survey that offers a referral."""
    guest = Visitor(f"/a/{invite(publish(thanks={'promoter': {'action': 'referral'}})).token}")
    guest.send(score="10")
    guest.send("why", why="")
    return guest


def made(promoter: Visitor) -> Visitor:
    promoter.client.post(f"{promoter.path}/referral", {"nonce": promoter.nonce})
    return Visitor(f"/r/{Referral.objects.get().code}")


def test_the_link_is_made_once_and_then_shown(promoter: Visitor) -> None:
    assert "/referral" in promoter.see("?p=thanks")
    assert Referral.objects.count() == 0

    friend = made(promoter)
    assert made(promoter).path == friend.path
    assert friend.path in promoter.see("?p=thanks")


def test_the_link_is_not_made_without_the_page(promoter: Visitor) -> None:
    answer = promoter.client.post(f"{promoter.path}/referral", {"nonce": "x"})

    assert answer.status_code == 400
    assert Referral.objects.count() == 0


def test_a_yes_is_counted_once_and_leads_to_the_company(
    promoter: Visitor, company: Company
) -> None:
    Company.objects.update(website="https://northwind.example/welcome")
    friend, another = made(promoter), made(promoter)

    for _ in range(3):
        assert friend.send()["Location"] == "https://northwind.example/welcome"
    assert Acceptance.objects.count() == 1
    another.send()
    assert Acceptance.objects.count() == 2


@pytest.mark.parametrize("website", ["", "http://northwind.example", "javascript:alert(1)"])
def test_it_leads_nowhere_but_to_a_safe_address(promoter: Visitor, website: str) -> None:
    Company.objects.update(website=website)

    assert made(promoter).send().status_code == 200
    assert Acceptance.objects.count() == 1


def test_a_machine_that_says_yes_is_not_counted(promoter: Visitor) -> None:
    friend = made(promoter)
    friend.see()
    friend.client.defaults["HTTP_USER_AGENT"] = "python-requests/2.32"
    friend.see()
    friend.send(evidence="p0k0")

    assert Acceptance.objects.count() == 0


def test_the_page_of_a_friend_does_not_say_who_invited(promoter: Visitor) -> None:
    html = made(promoter).see()
    person = Person.objects.get()

    assert person.name not in html
    assert str(person.email) not in html
