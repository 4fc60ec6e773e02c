"""When a digest goes: at its hour in the company's zone, whatever summer time does, and never twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.server.models import Digest
from milepost.server.queries.digests import next_time

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
moments = st.integers(0, 3 * 366 * 86_400).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@pytest.mark.parametrize(("every", "weekday", "hour", "after", "due"), [
    ("week", 0, 8, "2026-11-22T09:00", "2026-11-23T07:00"),
    ("week", 0, 8, "2026-11-23T07:00", "2026-11-30T07:00"),
    ("week", 6, 9, "2026-11-22T07:59", "2026-11-22T08:00"),
    ("month", 0, 8, "2026-11-22T09:00", "2026-12-07T07:00"),
    ("month", 1, 8, "2026-11-30T09:00", "2026-12-01T07:00"),
    ("day", 4, 0, "2026-11-22T09:00", "2026-11-22T23:00"),
    ("week", 0, 8, "2026-03-28T09:00", "2026-03-30T06:00"),
])  # fmt: skip
def test_the_next_time_is_the_calendars(
    every: str, weekday: int, hour: int, after: str, due: str
) -> None:
    found = Digest(every=every, weekday=weekday, hour=hour)
    start = datetime.fromisoformat(after).replace(tzinfo=UTC)
    assert next_time(found, start, COPENHAGEN) == datetime.fromisoformat(due).replace(tzinfo=UTC)


@given(st.sampled_from(("day", "week", "month")), st.integers(0, 6), st.integers(0, 23), moments)
def test_the_next_time_is_later_and_of_its_hour_and_day(
    every: str, weekday: int, hour: int, after: datetime
) -> None:
    found = Digest(every=every, weekday=weekday, hour=hour)
    due = next_time(found, after, COPENHAGEN)
    local = due.astimezone(COPENHAGEN)
    longest = {"day": 2, "week": 8, "month": 36}[every]
    assert after < due <= after + timedelta(days=longest)
    # In the night in which the clock is put forward, an hour does not exist.
    assert local.hour == hour or (hour == 2 and local.month == 3)
    assert every == "day" or local.weekday() == weekday
    assert every != "month" or local.day <= 7
