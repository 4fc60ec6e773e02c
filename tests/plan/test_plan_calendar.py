"""Periods: without gaps and overlaps, and called what people call them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from milepost.errors import QuestionError
from milepost.plan.calendar import WEEKDAYS, Calendar, Span, parse_duration

FIRST, LAST = date(2015, 1, 1), date(2028, 12, 31)
CALENDARS = [Calendar(day, month) for day, month in zip(WEEKDAYS, range(1, 8), strict=True)] + [
    Calendar("monday", month) for month in range(8, 13)
]


@pytest.mark.parametrize("calendar", CALENDARS, ids=str)
@pytest.mark.parametrize("every", ["day", "week", "month", "quarter", "year"])
def test_periods_follow_each_other_without_a_gap(calendar, every):
    spans = calendar.spans(FIRST, LAST, every)
    assert spans[0].since <= FIRST
    assert spans[-1].since <= LAST < spans[-1].until
    for earlier, later in pairwise(spans):
        assert earlier.until == later.since
        assert calendar.next(earlier) == later
        assert calendar.previous(later) == earlier


@pytest.mark.parametrize(
    ("every", "label", "before", "year_ago"),
    [
        ("day", "2018-05-12", "2018-05-11", "2017-05-12"),
        ("week", "week of 2018-05-07", "week of 2018-04-30", "week of 2017-05-08"),
        ("month", "May 2018", "April 2018", "May 2017"),
        ("quarter", "2018 Q2", "2018 Q1", "2017 Q2"),
        ("year", "2018", "2017", "2017"),
        ("all", "2018-05-12", "2018-05-11", "2017-05-12"),
    ],
)
def test_labels(every, label, before, year_ago):
    calendar = Calendar()
    span = calendar.span_of(date(2018, 5, 12), every)
    assert span.label == label
    assert calendar.previous(span).label == before
    assert calendar.year_ago(span).label == year_ago


def test_a_year_that_starts_in_july():
    calendar = Calendar("monday", 7)
    assert calendar.span_of(date(2017, 7, 1), "year").label == "FY 2017/18"
    assert calendar.span_of(date(2018, 6, 30), "quarter").label == "FY 2017/18 Q4"
    assert calendar.span_of(date(2017, 6, 30), "year") == Span(
        date(2016, 7, 1), date(2017, 7, 1), "year", 7
    )


def test_a_stretch_of_days_has_neighbours_of_its_length():
    calendar = Calendar()
    (span,) = calendar.spans(date(2017, 5, 1), date(2017, 5, 10), "all")
    assert span.days == 10
    assert calendar.previous(span).since == date(2017, 4, 21)
    assert calendar.next(span).until == date(2017, 5, 21)
    assert calendar.spans(date(2017, 5, 2), date(2017, 5, 1), "month") == ()


def test_leap_days_and_the_ends_of_time():
    calendar = Calendar()
    assert calendar.year_ago(calendar.span_of(date(2016, 2, 29), "day")).since == date(2015, 2, 28)
    assert calendar.spans(date(9999, 12, 1), date.max, "month")[-1].until == date.max
    for every in ("day", "week", "month", "quarter", "year", "all"):
        assert calendar.span_of(date.max, every).since <= date.max
        assert calendar.previous(calendar.span_of(date.min, every)).since == date.min


@pytest.mark.parametrize(
    ("text", "days"), [("90d", 90), ("13 weeks", 91), (" 1 day ", 1), ("2W", 14)]
)
def test_durations(text, days):
    assert parse_duration(text) == timedelta(days=days)


@pytest.mark.parametrize("text", ["", "3 months", "days", "-5d", "0d", "1.5 days", "9999999d"])
def test_what_is_no_duration(text):
    with pytest.raises(QuestionError, match="state days or weeks"):
        parse_duration(text)
