"""Periods: the same in Python and in DuckDB, over all days of fourteen years."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from sqlglot import exp

from milepost.engine.starts import start_of
from milepost.plan.calendar import WEEKDAYS, Calendar

FIRST, LAST = date(2015, 1, 1), date(2028, 12, 31)
CALENDARS = [Calendar(day, month) for day, month in zip(WEEKDAYS, range(1, 8), strict=True)] + [
    Calendar("monday", month) for month in range(8, 13)
]


@pytest.mark.parametrize("calendar", CALENDARS, ids=str)
@pytest.mark.parametrize("every", ["day", "week", "month", "quarter", "year"])
def test_sql_and_python_agree_on_every_day(calendar, every):
    sql = start_of(exp.column("day", table="d"), every, calendar).sql(dialect="duckdb")
    rows = duckdb.sql(
        f"SELECT d.day, {sql}, typeof({sql}) FROM (SELECT DATE '{FIRST}' + n::INT AS day"
        f" FROM range({(LAST - FIRST).days + 1}) t(n)) AS d"
    ).fetchall()
    assert len(rows) == 5114
    for day, start, kind in rows:
        span = calendar.span_of(day, every)
        assert (span.since, kind) == (start, "DATE")
        assert span.since <= day < span.until
