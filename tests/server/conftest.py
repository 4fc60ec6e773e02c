"""The cast of the server's tests: a company, one member of each role, and a client signed in as each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Semaphore
from typing import Any

import pytest
from django.test import Client

from milepost.server.measuring.beside import Beside
from milepost.server.models import Company, Member, Person
from milepost.server.queries import counting
from tests.server.browsers import browser, managing, page

__all__ = ["browser", "managing", "page"]

PASSWORD = "a long enough sentence"


def at_once(call: Callable[..., Any], *args: Any) -> Future[Any]:
    """A call made where it is submitted."""
    future: Future[Any] = Future()
    try:
        future.set_result(call(*args))
    except Exception as error:
        future.set_exception(error)
    return future


@pytest.fixture(autouse=True)
def counts(monkeypatch: pytest.MonkeyPatch) -> Beside:
    """Counts are made where they are asked for, and anew each time: another thread sees no test's transaction."""
    beside = Beside(at_once, Semaphore(), times=0)
    monkeypatch.setattr(counting, "_beside", lambda: beside)
    return beside


@pytest.fixture
def company(db: None) -> Company:
    """The company that asks."""
    return Company.objects.create(
        pk=1,
        name="Northwind",
        time_zone="Europe/Copenhagen",
        sender_name="Northwind",
        sender_address="feedback@northwind.example",
    )


@pytest.fixture
def member(company: Company) -> Callable[[str], Member]:
    """Makes the member of a role: `administrator@northwind.example` and so on."""

    def make(role: str) -> Member:
        found = Member(email=f"{role}@northwind.example", name=role.title(), role=role)
        found.set_unusable_password()
        found.save()
        return found

    return make


@pytest.fixture
def signed_in(member: Callable[[str], Member]) -> Callable[[str], Client]:
    """Makes a client signed in as a new member of a role."""

    def make(role: str) -> Client:
        client = Client()
        client.force_login(member(role))
        return client

    return make


@pytest.fixture
def ada(company: Company) -> Person:
    """A person who may be asked."""
    return Person.objects.create(
        external_id="c-1",
        email="ada@example.com",
        name="Ada Lovelace",
        locale="en",
        time_zone="Europe/London",
    )
