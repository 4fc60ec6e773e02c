"""Totals: what is fully counted has no interval, and its change is judged by those before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from milepost.engine.answer import Measured, Place
from milepost.insight.usual import usual_change
from milepost.metrics.estimators import Estimate
from milepost.metrics.sums import BucketSums
from milepost.plan.calendar import Span
from tests.insight.company import project

PLAN = """
sources:
  - name: o
    fact: orders
    from: o.csv
    columns: {order_id: id, customer_id: who, ordered_at: day, amount: amount}
"""
BARE = Measured(
    Place("orders", None, ()), Span(date(2026, 1, 1), date(2026, 2, 1), "month"), True, True,
    None, BucketSums({}), 1, 1, False, True,
)  # fmt: skip


def numbers(values: np.ndarray) -> list[Measured]:
    return [
        replace(BARE, estimate=Estimate(float(v), None, 0.0, v, v, None, None, "counted"))
        for v in values
    ]


def judged(values: np.ndarray) -> float:
    pairs = list(pairwise(numbers(values)))
    found = usual_change(pairs[-1], pairs[:-1], conf=0.95)
    assert found is not None
    return found.p


@pytest.mark.parametrize("changes", [6, 9, 12])
@pytest.mark.parametrize("walking", [False, True])
def test_series_without_a_change_are_told_in_a_twentieth(changes: int, walking: bool) -> None:
    rng, series = np.random.default_rng(changes), 4000
    noise = rng.normal(0, 0.1, (series, changes + 2))
    values = 1000 * np.exp(noise.cumsum(axis=1) if walking else noise)
    told = np.mean([judged(row) <= 0.05 for row in values])
    assert 0.035 <= told <= 0.065


def test_what_is_unusual_is_told_and_one_start_from_nothing_hides_it_not() -> None:
    steady = np.array([1, 1000, 1040, 990, 1010, 1020, 980, 1000, 1015], dtype=float)
    assert judged(np.append(steady, 1400)) < 0.01
    assert judged(np.append(steady, 1045)) > 0.2


def test_too_little_past_or_nothing_counted_tells_nothing() -> None:
    short = list(pairwise(numbers(np.array([10.0, 11, 12, 11, 10, 12, 30]))))
    assert usual_change(short[-1], short[:-1], conf=0.95) is None
    none = list(pairwise(numbers(np.array([10.0, 11, 12, 11, 10, 12, 11, 12, 0]))))
    assert usual_change(none[-1], none[:-1], conf=0.95) is None


def test_a_total_has_no_interval_but_growth_and_a_verdict(tmp_path: Path) -> None:
    months = [100, 104, 99, 101, 102, 98, 100, 101, 160]
    rows = [
        {"id": f"{m}-{n}", "who": f"c{n}", "day": date(2026, m + 1, 1) + timedelta(days=n % 25),
         "amount": 5}
        for m, count in enumerate(months) for n in range(count)
    ] + [
        {"id": f"o{n}", "who": f"c{n}", "day": date(2026, 10, 1 + n), "amount": 7} for n in range(20)
    ] + [
        {"id": f"n{n}", "who": f"c{n}", "day": date(2026, 11, 1 + n), "amount": 5} for n in range(9)
    ]  # fmt: skip
    cells = project(tmp_path, {"o.csv": rows}, PLAN).measure("revenue", every="month").cells
    last, running = cells[-3], cells[-1]
    assert (last.value, last.low, last.high, last.method) == (800.0, None, None, "counted")
    assert (last.verdict, last.against.change) == ("better", pytest.approx(295.0))
    assert last.against.growth is not None
    assert last.against.growth.value == pytest.approx(100 * (160 / 101 - 1))
    assert last.against.growth.low < last.against.growth.value < last.against.growth.high
    assert cells[1].verdict == "too few periods before"
    # Nine days of November beside the first nine of October.
    assert (running.verdict, running.value, running.against.value) == ("so far", 45.0, 63.0)
    assert (running.against.change, running.against.p) == (-18.0, None)
