"""Periods in SQL: the first day of the one that holds a date, in the company's weeks, quarters and years."""

from __future__ import annotations

from sqlglot import exp

from milepost.plan.calendar import MONTHS, WEEKDAYS, Calendar
from milepost.plan.model import Period


def start_of(column: exp.Expr, every: Period, calendar: Calendar) -> exp.Expr:
    """SQL (DuckDB) for the first day of the period that holds a DATE; not for 'all'."""
    if every == "all":
        raise ValueError("'all' has no first day: leave the period out of the query")
    if every == "day":
        return exp.cast(column, "date")
    months = MONTHS.get(every, 0)
    late = (calendar.year_starts - 1) % months if months else WEEKDAYS.index(calendar.week_starts)
    return _truncated(column, every, late, "month" if months else "day")


def _truncated(column: exp.Expr, every: str, late: int, unit: str) -> exp.Expr:
    """date_trunc() of a calendar that begins `late` units after the usual one, as a DATE."""
    if not late:
        return exp.cast(_trunc(column, every), "date")
    shift = exp.Interval(this=exp.Literal.string(str(late)), unit=exp.Var(this=unit.upper()))
    moved = exp.Sub(this=column.copy(), expression=shift)
    return exp.cast(exp.Add(this=_trunc(moved, every), expression=shift.copy()), "date")


def _trunc(value: exp.Expr, every: str) -> exp.Expr:
    return exp.TimestampTrunc(this=value.copy(), unit=exp.Var(this=every.upper()))
