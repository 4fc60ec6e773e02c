"""Day and month that a spreadsheet swapped: noticed by the calendar, and no honest calendar is."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.engine.mapping.swapped import looks_swapped

QUARTER = (date(2015, 4, 1), date(2015, 6, 30))


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def swapped(calendar: Iterable[date]) -> list[date]:
    return [date(d.year, d.day, d.month) if d.day <= 12 else d for d in calendar]


def test_a_quarter_swapped_is_noticed() -> None:
    assert looks_swapped(swapped(days(*QUARTER)))
    assert not looks_swapped(days(*QUARTER))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2015, 4, 1), date(2015, 4, 30)),
        (date(2014, 11, 1), date(2015, 2, 28)),
        (date(2015, 4, 1), date(2015, 12, 31)),
        (date(2015, 1, 1), date(2016, 6, 30)),
    ],
)
def test_periods_that_are_no_whole_years_are_noticed(first: date, last: date) -> None:
    whole = days(first, last)
    working = [day for day in whole if day.weekday() < 5]
    assert looks_swapped(swapped(whole))
    assert looks_swapped(swapped(working)) or len(working) < 25


def test_a_whole_year_is_the_same_either_way() -> None:
    year = days(date(2015, 1, 1), date(2015, 12, 31))
    assert set(swapped(year)) == set(year)
    assert not looks_swapped(year)


def test_a_typing_error_hides_nothing_and_shows_nothing() -> None:
    stray = [date(2051, 4, 5)]
    assert looks_swapped([*swapped(days(*QUARTER)), *stray])
    assert not looks_swapped([*days(*QUARTER), *stray])


@given(
    first=st.dates(date(2010, 1, 1), date(2020, 12, 31)),
    length=st.integers(1, 900),
    kept=st.floats(0.05, 1),
    seed=st.integers(0, 2**32),
)
def test_no_honest_calendar_is_accused(first: date, length: int, kept: float, seed: int) -> None:
    made = random.Random(seed)
    calendar = [day for day in days(first, first + timedelta(days=length)) if made.random() < kept]
    assert not looks_swapped(calendar)


@pytest.mark.parametrize(
    "calendar",
    [
        [date(2014 + m // 12, m % 12 + 1, 1) for m in range(36)],
        [date(2015, m, d) for m in range(1, 13) for d in (4, 5)],
        [date(2015, m, d) for m in range(1, 13) for d in (5, 20)],
        [date(2015, m, d) for m in range(1, 13) for d in (3, 6, 9, 12, 15, 18, 21, 24, 27)],
        [date(2015, 1, 5) + timedelta(weeks=n) for n in range(120)],
        [*days(*QUARTER), *(date(2015, m, 5) for m in range(1, 13))],
        [],
    ],
    ids=[
        "first_of_month",
        "fourth_and_fifth",
        "twice_a_month",
        "threes",
        "weekly",
        "reports",
        "none",
    ],
)
def test_calendars_of_a_rhythm_are_not_accused(calendar: list[date]) -> None:
    assert not looks_swapped(calendar)


def put(acme, calendar, **source):
    lines = "".join(f"{n},{day:%d-%m-%Y},9\n" for n, day in enumerate(calendar))
    acme.put("s.csv", "id,Day,score\n" + lines)
    acme.source(
        **{"from": "s.csv", "read": {"dates": "%d-%m-%Y"}}, **source,
    )  # fmt: skip
    return acme.account()


def test_the_account_says_which_column_how_many_and_what_it_would_be(acme):
    account = put(acme, swapped(days(*QUARTER)), columns={"answered_at": "Day"})
    assert account.notes == (
        (
        "'Day': day and month look swapped in 36 records, those up to the 12th: 9 of 12 months hold no"
        " later day; swapped back they fill 2015-04-01 to 2015-06-30; mend the file, or swap them by"
        " an expression in the plan"
        ),
    )  # fmt: skip


def test_other_times_than_the_facts_own_are_looked_at(acme):
    account = put(
        acme, swapped(days(*QUARTER)), fact="tickets", dated=date(2015, 1, 1),
        columns={"ticket_id": "id", "resolved_at": "Day"},
    )  # fmt: skip
    (note,) = account.notes
    assert note.startswith("'Day': day and month look swapped in 36 records")


def test_a_calendar_as_it_is_gets_no_note(acme):
    assert put(acme, days(*QUARTER), columns={"answered_at": "Day"}).notes == ()
