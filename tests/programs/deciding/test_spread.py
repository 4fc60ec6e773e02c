"""Evenness: samples, first days and later weekdays, against what chance allows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare, pearsonr

from milepost.programs.deciding.budget import Budget
from milepost.programs.deciding.hours import RELATIONSHIP_WINDOW, TRANSACTIONAL_WINDOW
from milepost.programs.deciding.program import Every
from milepost.programs.deciding.spread import first_due, first_turn, share, turns
from tests.programs.deciding.people import NOW, RELATION, ZONE, asked, decided, person

EVERY = Every(90, date(2026, 1, 5))
# So small that a sound hash fails once in a hundred thousand programs; the cases are fixed.
CHANCE = 1e-5


@pytest.mark.parametrize("window", [RELATIONSHIP_WINDOW, TRANSACTIONAL_WINDOW])
@pytest.mark.parametrize("name", ["relation", "a", "b2b-nps"])
def test_first_days_are_even_over_the_open_days(window, name):
    counts = Counter(first_turn(EVERY, window, name, person) for person in range(30_000))
    days = turns(EVERY, window)
    assert len(days) == {3: 39, 7: 90}[len(window.weekdays)]
    assert chisquare([counts[day] for day in days]).pvalue > CHANCE
    assert set(counts) <= set(days)
    assert {day.weekday() for day in days} == set(window.weekdays)


def test_later_askings_stay_even_over_the_week():
    """Asked 90 days after the last time, nobody drifts to Monday."""
    weekdays = Counter()
    for key in range(1500):
        at = datetime(2026, 1, 5, 8, tzinfo=UTC) + timedelta(days=key % 21)
        for _ in range(3):
            candidate = person(id=key, askings=(asked(0, at=at),))
            found = decided(RELATION, candidate, now=at, ahead=timedelta(days=120))
            assert found.at is not None
            assert timedelta(days=90) <= found.at - at < timedelta(days=98)
            at = found.at
        weekdays[at.astimezone(ZONE).weekday()] += 1
    assert chisquare([weekdays[day] for day in (0, 1, 2)]).pvalue > CHANCE
    assert sum(weekdays.values()) == weekdays[0] + weekdays[1] + weekdays[2]


def test_a_sample_is_its_share_and_the_same_every_time():
    drawn = [share("sample", "relation", key) for key in range(20_000)]
    assert (
        chisquare([sum(n / 20 <= x < (n + 1) / 20 for x in drawn) for n in range(20)]).pvalue
        > CHANCE
    )
    half = replace(RELATION, sample=0.5)
    first = [decided(half, person(id=key)).reason == "outside_sample" for key in range(300)]
    again = [
        decided(half, person(id=key), now=NOW + timedelta(days=9)).reason for key in range(300)
    ]
    assert first == [reason == "outside_sample" for reason in again]
    assert 100 < sum(first) < 200


def test_a_sample_says_nothing_about_the_day_the_hour_or_another_program():
    keys = range(5000)
    sample = [share("sample", "relation", key) for key in keys]
    for purpose, program in (("day", "relation"), ("hour", "relation"), ("sample", "other")):
        assert pearsonr(sample, [share(purpose, program, key) for key in keys]).pvalue > CHANCE


def test_a_person_keeps_the_minute_as_well():
    """Asked every week, nobody drifts through the morning to its end."""
    weekly = replace(RELATION, when=Every(7, date(2026, 1, 5)))
    for key in range(50):
        at, times = NOW - timedelta(days=3), []
        for _ in range(12):
            candidate = person(id=key, askings=(asked(0, at=at),))
            at = decided(weekly, candidate, now=at, ahead=timedelta(99), budget=Budget(7)).at
            times.append(at)
        assert [later - times[0] for later in times] == [timedelta(days=7 * n) for n in range(12)]


def test_messages_are_spread_over_the_hours_of_the_morning():
    eight = datetime(2026, 11, 23, 7, tzinfo=UTC)
    found = [
        decided(RELATION, person(id=key), now=eight, ahead=timedelta(7)).at for key in range(2000)
    ]
    hours = Counter(at.astimezone(ZONE).hour for at in found if at)
    assert set(hours) == {8, 9, 10}
    assert chisquare(list(hours.values())).pvalue > CHANCE


@given(
    st.integers(0, 3000),
    st.sampled_from([RELATIONSHIP_WINDOW, TRANSACTIONAL_WINDOW]),
    st.integers(),
)
def test_a_newcomer_waits_for_their_own_day_at_most_one_cycle(days, window, key):
    known = datetime(2025, 6, 1, 13, 7, tzinfo=UTC) + timedelta(days=days)
    turn = first_turn(EVERY, window, "relation", key)
    due = first_due(EVERY, window, turn, known, ZONE)
    assert due >= known or due == first_due(EVERY, window, turn, None, ZONE)
    first = datetime(2026, 1, 5, tzinfo=UTC)
    assert due - max(known, first) <= timedelta(days=91, hours=2)
    assert due.astimezone(ZONE).weekday() in window.weekdays


def test_an_import_of_new_people_is_not_asked_all_at_once():
    budget, asked_now = Budget(), Counter()
    for key in range(600):
        newcomer = person(id=key, known_since=NOW - timedelta(minutes=5))
        found = decided(RELATION, newcomer, budget=budget, ahead=timedelta(days=7))
        asked_now[found.asked] += 1
    assert 15 < asked_now[True] < 80  # a thirteenth of 600 is 46


@given(st.text(), st.text(max_size=40))
def test_any_key_has_a_share(program, key):
    assert 0 <= share("sample", program, key) < 1
