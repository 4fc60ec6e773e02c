"""Links that let colleagues in: bound to an address, once, for a week; the first one closes itself."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from milepost import clock
from milepost.server.actions import enrolments, members
from milepost.server.models import Audit, Company, Enrolment, Member, Notice
from tests.server.accounts.conftest import MakeMember, enter, is_in
from tests.server.conftest import PASSWORD

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 22, 9, tzinfo=UTC)
FORM = {"name": "Grace Hopper", "password": PASSWORD, "again": PASSWORD}
GRACE = "grace@northwind.example"


def path(link: str | None) -> str:
    assert link is not None
    assert link.startswith("http://127.0.0.1:8400/enrol/")
    return link.removeprefix("http://127.0.0.1:8400")


def mailed() -> str:
    return path(Notice.objects.get(kind="enrolment", state="waiting").content["button"]["url"])


def test_the_first_link_makes_the_first_administrator_signed_in(db: None) -> None:
    client = Client()

    answer = client.post(path(members.first_link()), {**FORM, "email": GRACE})

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/members").status_code == 200
    grace = Member.objects.get()
    assert (grace.email, grace.name, grace.role) == (GRACE, "Grace Hopper", "administrator")
    assert grace.password.startswith("argon2$argon2id")


def test_the_first_page_closes_itself_in_the_server(db: None) -> None:
    first = path(members.first_link())
    Client().post(first, {**FORM, "email": GRACE})
    Enrolment.objects.update(used_at=None)  # even if the row were open again

    assert Client().get(first).status_code == 404
    assert Client().post(first, {**FORM, "email": "mallory@northwind.example"}).status_code == 404
    assert Member.objects.count() == 1


def test_there_is_no_first_link_once_there_is_an_administrator_even_a_shut_one(
    known: MakeMember,
) -> None:
    known("manager")
    assert members.first_link() is not None
    known("administrator", active=False)
    assert members.first_link() is None


def test_a_new_first_link_replaces_the_last_one(db: None) -> None:
    old, new = path(members.first_link()), path(members.first_link())

    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    assert Enrolment.objects.count() == 1


def test_the_table_holds_the_hash_of_the_token_only(db: None) -> None:
    token = path(members.first_link()).rsplit("/", 1)[1]
    row = Enrolment.objects.get()

    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(Enrolment.objects.values().get())


def test_an_invitation_is_mailed_and_accepted(known: MakeMember) -> None:
    client = enter(known())
    client.post("/members", {"email": "Grace@Northwind.Example", "role": "manager"})
    notice = Notice.objects.get()
    guest = Client()

    page = guest.get(mailed()).content.decode()
    answer = guest.post(mailed(), FORM)

    assert notice.to == GRACE
    assert set(notice.content) == {"subject", "lines", "button"}
    assert GRACE in page
    assert answer["Location"] == "/"
    assert is_in(guest)
    assert Member.objects.get(email=GRACE).role == "manager"


def test_whoever_accepts_cannot_choose_another_address_or_role(known: MakeMember) -> None:
    enrolments.invite(GRACE, role="responder", by=known())

    Client().post(
        mailed(),
        {**FORM, "email": "mallory@evil.example", "role": "administrator", "is_superuser": "1"},
    )

    made = Member.objects.get(name="Grace Hopper")
    assert (made.email, made.role) == (GRACE, "responder")


def test_the_action_itself_keeps_the_address_of_the_invitation(known: MakeMember) -> None:
    enrolments.invite(GRACE, role="analyst", by=known())
    token = mailed().rsplit("/", 1)[1]

    made = enrolments.accept(token, email="mallory@evil.example", name="M", password=PASSWORD)

    assert made.email == GRACE


def test_a_link_is_good_once(known: MakeMember) -> None:
    enrolments.invite(GRACE, role="analyst", by=known())
    link = mailed()
    Client().post(link, FORM)
    thief = Client()

    answer = thief.post(link, {**FORM, "name": "Mallory"})

    assert answer.status_code == 404
    assert not is_in(thief)
    assert Member.objects.count() == 2


def test_of_two_who_accept_at_the_same_moment_one_gets_in(
    known: MakeMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolments.invite(GRACE, role="analyst", by=known())
    token = mailed().rsplit("/", 1)[1]
    seen = enrolments.open_enrolment(token)
    enrolments.accept(token, email="", name="First", password=PASSWORD)
    # The second looked before the first had written.
    monkeypatch.setattr(enrolments, "open_enrolment", lambda token: seen)

    with pytest.raises(enrolments.EnrolmentError):
        enrolments.accept(token, email="", name="Second", password=PASSWORD)
    assert not Member.objects.filter(name="Second").exists()


def test_a_link_ends_after_seven_days(known: MakeMember) -> None:
    with clock.at(START):
        enrolments.invite(GRACE, role="analyst", by=known())
    with clock.at(START + timedelta(days=7, seconds=-1)):
        assert Client().get(mailed()).status_code == 200
    with clock.at(START + timedelta(days=7)):
        assert Client().get(mailed()).status_code == 404
        assert Client().post(mailed(), FORM).status_code == 404


def test_a_link_that_was_taken_back_opens_nothing_and_its_mail_does_not_go(
    known: MakeMember,
) -> None:
    client = enter(known())
    client.post("/members", {"email": GRACE, "role": "analyst"})
    link, row = mailed(), Enrolment.objects.get()

    client.post(f"/enrolments/{row.pk}/revoke")

    assert Client().get(link).status_code == 404
    notice = Notice.objects.get()
    assert (notice.state, notice.content) == ("cancelled", {})


def test_a_second_invitation_of_an_address_ends_the_first(known: MakeMember) -> None:
    by = known()
    enrolments.invite(GRACE, role="administrator", by=by)
    old = mailed()
    enrolments.invite(GRACE, role="responder", by=by)

    assert Client().get(old).status_code == 404
    assert Enrolment.objects.get().role == "responder"


def test_an_administrator_who_is_shut_out_leaves_no_door_open(known: MakeMember) -> None:
    chief, leaving = known(), known(email="leaving@northwind.example")
    enrolments.invite("private@elsewhere.example", role="administrator", by=leaving)
    link = mailed()

    members.deactivate(leaving, by=chief)

    assert Client().get(link).status_code == 404


def test_somebody_who_is_a_member_is_not_invited_again(known: MakeMember) -> None:
    client = enter(known())

    answer = client.post(
        "/members", {"email": "ADMINISTRATOR@northwind.example", "role": "analyst"}
    )

    assert "is a member already" in answer.content.decode()
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("password", ["short", "123456789012345", "password1234", "gracehopper1"])
def test_weak_passwords_are_refused_with_the_reason(password: str, known: MakeMember) -> None:
    enrolments.invite(GRACE, role="analyst", by=known())

    answer = Client().post(
        mailed(), {"name": "gracehopper", "password": password, "again": password}
    )

    assert answer.status_code == 200
    assert 'id="id_password_error"' in answer.content.decode()
    assert Member.objects.count() == 1


def test_the_audit_tells_what_was_done_without_personal_data(known: MakeMember) -> None:
    client = enter(known())
    client.post("/members", {"email": GRACE, "role": "manager"})
    Client().post(mailed(), FORM)

    told = str(list(Audit.objects.values()))
    assert {"invite", "accept"} <= set(Audit.objects.values_list("verb", flat=True))
    assert "grace" not in told.lower()
    assert "hopper" not in told.lower()


def test_a_link_page_asks_for_nothing_that_the_company_keeps(company: Company) -> None:
    page = Client().get(path(members.first_link()))

    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]
