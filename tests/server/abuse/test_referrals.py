"""Referral links are rewarded: nobody is all of their own friends."""

from __future__ import annotations

import pytest
from django.test import Client

from milepost.server.models import Acceptance, Person, Referral
from tests.server.answers.conftest import Visitor


@pytest.mark.django_db
def test_one_visitor_does_not_become_a_crowd(ada: Person) -> None:
    code = Referral.objects.create(person=ada).code
    for number in range(30):
        friend = Visitor(f"/r/{code}", client=Client(headers={"User-Agent": f"Mozilla/{number}"}))
        assert friend.send().status_code == 200

    assert Acceptance.objects.count() == 5


@pytest.mark.django_db
def test_friends_at_other_addresses_still_count(ada: Person) -> None:
    code = Referral.objects.create(person=ada).code
    for number in range(7):
        Visitor(f"/r/{code}", client=Client(REMOTE_ADDR=f"192.0.2.{number}")).send()

    assert Acceptance.objects.count() == 7


@pytest.mark.django_db
def test_the_page_of_one_link_does_not_count_for_another(ada: Person, company: object) -> None:
    other = Person.objects.create(external_id="c-2")
    mine, theirs = (Referral.objects.create(person=each) for each in (ada, other))
    friend = Visitor(f"/r/{mine.code}")
    friend.see()

    assert Client().post(f"/r/{theirs.code}", {"nonce": friend.nonce}).status_code == 400
    assert not Acceptance.objects.exists()
