"""Windows: minimal and inside the hours on the wall, minute by minute, whatever clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from milepost.programs.deciding.hours import (
    RELATIONSHIP_WINDOW,
    TRANSACTIONAL_WINDOW,
    Hours,
    Window,
    midnight,
    next_open,
    next_shut,
    stretch,
)

MINUTE = timedelta(minutes=1)
ZONES = sorted(
    zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")
)
# 45 minutes off; half an hour of daylight saving; at midnight; backwards into the day before; a skipped
# Friday; a negative saving; Ramadan; no saving.
STRANGE = (
    "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago", "Asia/Beirut", "Pacific/Apia",
    "Europe/Dublin", "Africa/Casablanca", "Pacific/Chatham", "America/Havana", "Asia/Tokyo",
)  # fmt: skip


def shown(window: Window, moment: datetime, zone: ZoneInfo) -> bool:
    """What a person looking at the clock on the wall and at the list of hours would say."""
    local = moment.astimezone(zone)
    return any(
        local.weekday() in hours.weekdays
        and hours.opens <= local.hour * 60 + local.minute < hours.closes
        for hours in window.hours
    )


@st.composite
def windows(draw: st.DrawFn) -> Window:
    parts = []
    for _ in range(draw(st.integers(1, 2))):
        opens, closes = sorted(
            draw(st.lists(st.integers(0, 96), min_size=2, max_size=2, unique=True))
        )
        days = draw(st.sets(st.integers(0, 6), min_size=1))
        parts.append(Hours(tuple(sorted(days)), opens * 15, closes * 15))
    return Window(tuple(parts))


def changes(name: str, year: int) -> list[datetime]:
    """The hours in which a zone's clocks are changed in a year."""
    zone, first = ZoneInfo(name), datetime(year, 1, 1, tzinfo=UTC)
    hours = [first + timedelta(hours=n) for n in range(366 * 24)]
    offsets = [hour.astimezone(zone).utcoffset() for hour in hours]
    return [hours[n] for n in range(1, len(hours)) if offsets[n] != offsets[n - 1]]


CHANGES = [(name, at) for name in STRANGE for year in (2011, 2026) for at in changes(name, year)]


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, datetime]:
    if draw(st.booleans()):
        name, at = draw(st.sampled_from(CHANGES))
        return name, at + draw(st.integers(-3 * 24 * 60, 24 * 60)) * MINUTE
    minutes = draw(st.integers(0, 20 * 366 * 24 * 60))
    return draw(st.sampled_from(ZONES)), datetime(2015, 1, 1, tzinfo=UTC) + minutes * MINUTE


@settings(max_examples=150)
@given(windows(), moments())
# Sunday's 2:15 does not exist, then comes twice; a Friday that Samoa left out.
@example(
    Window((Hours((6,), 120, 150),)),
    ("Europe/Copenhagen", datetime(2026, 3, 28, 12, tzinfo=UTC)),
)
@example(
    Window((Hours((6,), 105, 150),)),
    ("Europe/Copenhagen", datetime(2026, 10, 25, 0, 45, tzinfo=UTC)),
)
@example(Window((Hours((4,), 540, 600),)), ("Pacific/Apia", datetime(2011, 12, 29, tzinfo=UTC)))
def test_the_next_open_and_shut_moments_are_the_first_on_the_wall(window, moment):
    name, at = moment
    zone = ZoneInfo(name)
    opens = next_open(window, at, zone)
    assert opens >= at
    assert shown(window, opens, zone)
    minutes = (opens - at) // MINUTE
    assert minutes < 16 * 24 * 60
    assert not any(shown(window, at + n * MINUTE, zone) for n in range(minutes))
    shuts = next_shut(window, opens, zone)
    open_minutes = (shuts - opens) // MINUTE
    assert all(shown(window, opens + n * MINUTE, zone) for n in range(min(open_minutes, 3000)))
    first, last = stretch(window, at, zone)
    assert last > at
    assert max(first, at) == opens or last - first >= timedelta(days=1)
    assert first.astimezone(zone).date() in (
        at.astimezone(zone).date(),
        opens.astimezone(zone).date(),
    )
    assert all(shown(window, first + n * MINUTE, zone) for n in range((last - first) // MINUTE))
    if open_minutes < 24 * 60:
        assert not shown(window, shuts, zone)


def test_a_missing_hour_opens_when_the_clock_jumps_over_it():
    night = Window((Hours((6,), 2 * 60 + 15, 4 * 60),))
    opens = next_open(night, datetime(2026, 3, 28, tzinfo=UTC), ZoneInfo("Europe/Copenhagen"))
    assert opens == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_repeated_hour_opens_again_in_the_middle_of_the_hours():
    night = Window((Hours((6,), 105, 150),))
    zone = ZoneInfo("Europe/Copenhagen")
    # 2:45 in summer is past 2:30; a quarter of an hour later the clock shows 2:00 again.
    opens = next_open(night, datetime(2026, 10, 25, 0, 45, tzinfo=UTC), zone)
    assert opens == datetime(2026, 10, 25, 1, tzinfo=UTC)


def test_a_day_without_midnight_begins_at_one():
    zone = ZoneInfo("Asia/Beirut")
    assert midnight(date(2026, 3, 29), zone).astimezone(zone).hour == 1


@pytest.mark.parametrize(
    ("window", "moment", "expected"),
    [
        # An afternoon's call is asked about the same day, a night's the next morning.
        (TRANSACTIONAL_WINDOW, "2026-11-21T16:00", "2026-11-21T16:00"),
        (TRANSACTIONAL_WINDOW, "2026-11-21T20:00", "2026-11-22T09:00"),
        # Early in the day and the week: from Wednesday's 11:00 to Monday.
        (RELATIONSHIP_WINDOW, "2026-11-25T10:59", "2026-11-25T10:59"),
        (RELATIONSHIP_WINDOW, "2026-11-25T11:00", "2026-11-30T08:00"),
    ],
)
def test_the_usual_hours(window, moment, expected):
    zone = ZoneInfo("America/New_York")
    at = datetime.fromisoformat(moment).replace(tzinfo=zone)
    assert f"{next_open(window, at, zone).astimezone(zone):%Y-%m-%dT%H:%M}" == expected


def test_hours_all_week_never_shut():
    always = Window((Hours(tuple(range(7)), 0, 1440),))
    at, zone = datetime(2026, 10, 25, tzinfo=UTC), ZoneInfo("Europe/Copenhagen")
    assert next_shut(always, at, zone) == at + timedelta(days=1)
    # The day that is an hour longer.
    assert stretch(always, at + timedelta(hours=22.5), zone)[1] > at + timedelta(hours=22.5)


def test_a_stretch_begins_with_the_day_and_not_with_the_question():
    zone = ZoneInfo("America/New_York")
    for hour in (0, 8, 10):
        found = stretch(RELATIONSHIP_WINDOW, datetime(2026, 11, 23, hour, tzinfo=zone), zone)
        assert [moment.astimezone(zone).hour for moment in found] == [8, 11]


@pytest.mark.parametrize("hours", [((), 60, 120), ((0,), 120, 120), ((0,), 0, 1441)])
def test_hours_that_never_open_are_refused(hours):
    with pytest.raises(ValueError, match="never open"):
        Hours(*hours)
