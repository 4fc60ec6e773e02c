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


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """The same hash with less memory: it is slow on purpose, and these tests sign in hundreds of times."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("time_cost", 1), ("memory_cost", 64), ("parallelism", 1)):
            patch.setattr(Argon2PasswordHasher, name, value)
        yield


@pytest.fixture(scope="session")
def hashed(quick_hashes: None) -> str:
    """The password's hash, made once."""
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
