"""One page for a board: what it says is what the map says, and it is never empty without a word."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from milepost.insight.journey.asking import JourneyMap
from tests.server.sharing.conftest import OCTOBER, answered, some

pytestmark = pytest.mark.django_db
Write = Callable[..., None]


def test_the_page_tells_numbers_strip_moments_and_course(
    plan: Write, signed_in: Callable[[str], Client]
) -> None:
    plan()
    answer = signed_in("responder").get("/board")
    page = answer.content.decode()
    (found,) = answered(JourneyMap())
    assert answer.context["map"] == found
    strip = page.partition('class="strip"')[2].partition("</ol>")[0]
    assert re.findall(r'stop-name"><bdi>(.*?)</bdi>', strip) == ["Web shop", "Service desk"]
    assert "−20.0" in strip
    assert "worse" in strip
    assert "went from 60.0 to −20.0" in page
    assert "<svg" in page
    assert [cell.period for cell in answer.context["trend"]] == ["September 2026", "October 2026"]


def test_one_period_is_no_course(plan: Write, signed_in: Callable[[str], Client]) -> None:
    plan(some(OCTOBER, [9, 8, 3] * 20, country="DK", first=0))
    assert "One period is no course yet." in signed_in("analyst").get("/board").content.decode()


def test_names_are_shown_as_they_are_written_and_never_run(
    plan: Write, signed_in: Callable[[str], Client]
) -> None:
    plan()
    page = signed_in("analyst").get("/board?segment.country=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in page.content.decode()


def test_the_period_and_the_filter_of_the_address_hold(
    plan: Write, signed_in: Callable[[str], Client]
) -> None:
    plan()
    page = signed_in("analyst").get("/board?period=2026-09-01..2026-09-30&segment.country=DK")
    assert page.context["map"].answer.scorecard.period == "September 2026"
    assert 'name="segment.country" value="DK"' in page.content.decode()
