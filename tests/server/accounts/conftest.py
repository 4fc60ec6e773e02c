"""Members who know their passwords, and ways to sign in as them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from milepost.server.limits import TRIES
from milepost.server.models import Company, Member
from tests.server.conftest import PASSWORD

MakeMember = Callable[..., Member]


@pytest.fixture(autouse=True)
def nobody_tried_yet() -> Iterator[None]:
    """Limits are the process's own: each test begins without tries."""
    TRIES.clear()
    yield
    TRIES.clear()


@pytest.fixture(scope="session")
def hashed() -> str:
    """The password's hash, made once: it is slow on purpose."""
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD)


@pytest.fixture
def known(company: Company, hashed: str) -> MakeMember:
    """Makes a member with a password: `administrator@northwind.example` and so on."""

    def make(role: str = "administrator", **more: object) -> Member:
        values = {"email": f"{role}@northwind.example", "name": role.title(), **more}
        return Member.objects.create(role=role, password=hashed, **values)

    return make


def enter(member: Member, *, password: str = PASSWORD, after: str = "") -> Client:
    """A client that tried to sign in by the form."""
    client = Client()
    address = "/sign-in" + (f"?next={after}" if after else "")
    client.post(address, {"email": member.email, "password": password})
    return client


def is_in(client: Client) -> bool:
    """Whether a client is signed in: the account page shows."""
    return client.get("/account").status_code == 200
