"""How dates are written, and that day and month are never confused in silence."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from milepost.engine.guessing.dates import dates_of, day_in
from milepost.engine.guessing.profile import profile


@pytest.mark.parametrize(
    ("cells", "formats", "first"),
    [
        (["2024-03-01", "2024-03-31 10:20:00"], (None,), date(2024, 3, 1)),
        (["2024-03-01T10:00:00Z", "2024-03-02T10:00:00+02:00"], (None,), date(2024, 3, 1)),
        (["31/12/2017 20:09", "01/02/2018 07:00"], ("%d/%m/%Y %H:%M",), date(2017, 12, 31)),
        (["12/31/2017", "01/02/2018"], ("%m/%d/%Y",), date(2017, 12, 31)),
        (["04/05/2018", "01/02/2018"], ("%d/%m/%Y", "%m/%d/%Y"), date(2018, 2, 1)),
        (["04/04/2018", "02/02/2018"], ("%d/%m/%Y",), date(2018, 2, 2)),
        (["24-Apr-15", "04-Jun-15"], ("%d-%b-%y",), date(2015, 4, 24)),
        (["05/09/2016 12:00:00 AM", "05/18/2016 12:00:00 AM"], ("%m/%d/%Y %I:%M:%S %p",),
         date(2016, 5, 9)),
        ([datetime(2024, 3, 1, 8, tzinfo=UTC), date(2024, 3, 2)], (None,), date(2024, 3, 1)),
    ],
)  # fmt: skip
def test_formats(cells, formats, first):
    found = dates_of(profile("when", "text", cells))
    assert found is not None
    assert (found.formats, found.first) == (formats, first)


@pytest.mark.parametrize(
    "cells",
    [
        ["12/31/1899 09:30:00 AM", "12/31/1899 11:00:00 AM"],  # a spreadsheet's time of day
        ["20171231", "20180101"],  # eight digits, and no name that speaks of a date
        ["4", "25"],
        ["10:00", "11:30"],
        ["hello", "2018-01-01", "x", "y"],
        [],
    ],
)
def test_what_is_no_date(cells):
    assert dates_of(profile("x", "text", cells)) is None


def test_eight_digits_under_a_name_that_says_date():
    found = dates_of(profile("survey date", "text", ["20171231", "20180101"]))
    assert found is not None
    assert found.formats == ("%Y%m%d",)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2017_SFO_Customer_Survey", date(2017, 1, 1)),
        ("nps-2024-03", date(2024, 3, 1)),
        ("export_20240315", date(2024, 3, 15)),
        ("2023-02-31", None),
        ("v1234", None),
    ],
)
def test_the_day_in_a_files_name(name, day):
    assert day_in(name) == day


def test_a_date_that_was_not_among_the_first_tells_which_comes_first():
    cells = [f"{1 + n % 12:02}/{1 + n // 12 % 12:02}/{2000 + n // 144}" for n in range(4_300)]
    assert len(dates_of(profile("x", "text", cells)).formats) == 2
    assert dates_of(profile("x", "text", [*cells, "13/01/2020"])).formats == ("%d/%m/%Y",)


def test_dates_that_contradict_each_other_are_told(guessed):
    days = [
        *(f"{1 + n % 12:02}/{1 + n // 12:02}/2024" for n in range(60)),
        "13/01/2024",
        "01/13/2024",
    ]
    found = guessed({"date": days, "NPS": [n % 11 for n in range(62)]})
    text = found.doubts[0].text
    assert "13/01/2024 and 01/13/2024 in one way only" in text
    assert "every date" not in text
