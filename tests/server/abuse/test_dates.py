"""A day at the end of time in one row stops nothing that reckons with everybody's days."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from milepost.server.importing.moments import moment
from milepost.server.importing.values import Unusable
from milepost.server.models import Person

ENDS = [
    "9999-12-31",
    "0001-01-01",
    "31/12/9999",
    "2201-01-01",
    "9999-12-31T23:59:59-14:00",
    "1899-12-31",
]


@pytest.mark.parametrize("text", ENDS)
def test_a_day_that_nobody_lives_is_no_date(text: str) -> None:
    with pytest.raises(Unusable):
        moment(text, "Europe/Copenhagen")


@pytest.mark.django_db
@pytest.mark.parametrize("text", ENDS)
def test_it_is_told_beside_the_field_of_the_form(
    text: str, signed_in: Callable[[str], Client]
) -> None:
    given = {"email": "bo@example.com", "joined_at": text}
    answer = signed_in("manager").post("/people/new", given)

    assert "Not a date" in answer.content.decode()
    assert not Person.objects.exists()
