"""Roles and shut accounts: at once, and never without an administrator."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from milepost.server.actions import members
from milepost.server.models import Member
from tests.server.accounts.conftest import MakeMember, enter, is_in

pytestmark = pytest.mark.django_db


def test_a_shut_account_is_out_at_once_and_not_let_in_again(known: MakeMember) -> None:
    chief, analyst = enter(known()), known("analyst")
    session = enter(analyst)
    assert is_in(session)

    chief.post(f"/members/{analyst.pk}/deactivate")

    assert not is_in(session)
    assert not is_in(enter(analyst))


def test_an_account_that_is_opened_again_does_not_bring_old_sessions_back(
    known: MakeMember,
) -> None:
    chief, analyst = enter(known()), known("analyst")
    session = enter(analyst)
    chief.post(f"/members/{analyst.pk}/deactivate")

    chief.post(f"/members/{analyst.pk}/activate")

    assert not is_in(session)
    assert is_in(enter(analyst))


def test_a_changed_role_ends_the_sessions_of_the_old_one(known: MakeMember) -> None:
    chief, manager = enter(known()), known("manager")
    session = enter(manager)

    chief.post(f"/members/{manager.pk}/role", {"role": "responder"})

    assert not is_in(session)
    assert Member.objects.get(pk=manager.pk).role == "responder"


@pytest.mark.parametrize(("act", "given"), [("deactivate", {}), ("role", {"role": "manager"})])
def test_the_last_active_administrator_stays(
    act: str, given: dict[str, str], known: MakeMember
) -> None:
    chief = known()
    known(email="shut@northwind.example", active=False)
    client = enter(chief)

    answer = client.post(f"/members/{chief.pk}/{act}", given, follow=True)

    assert "last active administrator" in answer.content.decode()
    chief.refresh_from_db()
    assert (chief.role, chief.active) == ("administrator", True)
    assert is_in(client)


def test_one_of_two_administrators_may_go(known: MakeMember) -> None:
    chief, other = known(), known(email="other@northwind.example")

    members.change_role(other, role="analyst", by=chief)
    with pytest.raises(members.MemberError):
        members.deactivate(chief, by=chief)


@pytest.mark.parametrize("role", ["", "owner", "superuser", "administrator,manager"])
def test_a_role_that_is_none_changes_nothing(role: str, known: MakeMember) -> None:
    client, analyst = enter(known()), known("analyst")

    client.post(f"/members/{analyst.pk}/role", {"role": role})

    assert Member.objects.get(pk=analyst.pk).role == "analyst"


@pytest.mark.parametrize("role", ["manager", "analyst", "responder"])
def test_others_do_not_learn_who_is_a_member(role: str, known: MakeMember) -> None:
    known()
    client = enter(known(role))

    there = client.post("/members/1/deactivate")
    missing = client.post("/members/999999/deactivate")

    assert there.status_code == missing.status_code == 403
    assert there.content == missing.content
    assert "administrator@" not in client.get("/account").content.decode()


def test_a_member_that_does_not_exist_is_not_found(known: MakeMember) -> None:
    client = enter(known())

    for act in ("role", "activate", "deactivate"):
        assert client.post(f"/members/999999/{act}", {"role": "analyst"}).status_code == 404


def test_the_list_takes_as_many_queries_for_a_hundred_as_for_one(known: MakeMember) -> None:
    client = enter(known())

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get("/members")
        return len(caught)

    for_one = queries()
    for number in range(100):
        known("analyst", email=f"a{number}@northwind.example")
    assert queries() == for_one
