"""Forecasts: what they rest on, which of two methods they use, and how they say so."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import milepost as mp
from milepost import clock
from milepost.errors import QuestionError, UnknownName
from milepost.insight.ahead.judging import by_season, judge, origins
from milepost.insight.notebook import Opened
from tests.insight.test_shared_data import opened

MONDAY = date(2024, 1, 1)
WEEK = (52, 61, 0, 58, 75, 30, 47)
PLAN = """
company: {name: Acme, timezone: Europe/Copenhagen}
sources:
  - name: orders
    fact: orders
    from: orders*.csv
    columns: {order_id: id, ordered_at: day, amount: amount}
    attributes: {country: country}
"""


def orders(
    folder: Path, counts: Sequence[int], *, first: date = MONDAY, file: str = "orders"
) -> Opened:
    with (folder / f"{file}.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(("id", "day", "amount", "country"))
        for number, count in enumerate(counts):
            day = first + timedelta(days=number)
            writer.writerows(
                (f"{file}{number}-{n}", day, 10, "DK" if n % 2 else "SE") for n in range(count)
            )
    (folder / "milepost.yaml").write_text(PLAN, encoding="utf-8")
    return mp.open(folder / "milepost.yaml")


@pytest.fixture
def noisy() -> list[int]:
    """Sixteen weeks of Poisson counts about a week's pattern, none on Wednesdays."""
    found = np.random.default_rng(5).poisson(WEEK * 16)
    return [int(count) for count in found]


def test_a_weeks_pattern_goes_on(tmp_path: Path, noisy: list[int]) -> None:
    told = orders(tmp_path, noisy).forecast("orders", ahead="14d")
    assert (told.method, told.theta) == ("weekday and trend", None)
    assert [day.day for day in told.days] == [MONDAY + timedelta(days=112 + n) for n in range(14)]
    for day, mean in zip(told.days, WEEK * 2, strict=True):
        assert day.expected == pytest.approx(mean, abs=4 * (mean / 16) ** 0.5 + 1e-9)
        assert day.low_95 <= day.low_80 <= day.expected <= day.high_80 <= day.high_95
    closed = told.days[2]
    assert (closed.expected, closed.high_95) == (0, 0)
    assert (told.history.n, told.history.zeros) == (112, 16)


def test_the_means_are_those_of_another_fit(tmp_path: Path, noisy: list[int]) -> None:
    """Poisson regression by Newton's method, written down once more."""
    counts = np.array(noisy, dtype=float)
    place = np.arange(len(counts))
    busy = place % 7 != 2
    design = np.column_stack(
        [*((place % 7 == day).astype(float) for day in range(7) if day != 2), place / 100.0]
    )
    beta = np.array([4.0] * 6 + [0.0])
    for _ in range(50):
        means = np.exp(design[busy] @ beta)
        weighted = design[busy] * means[:, None]
        beta = beta + np.linalg.solve(
            weighted.T @ design[busy], design[busy].T @ (counts[busy] - means)
        )
    told = orders(tmp_path, noisy).forecast("orders", ahead="7d")
    ahead = {(MONDAY + timedelta(days=n)): n for n in range(112, 119)}
    for day in told.days:
        n = ahead[day.day]
        column = n % 7 - (n % 7 > 2)
        wanted = 0.0 if n % 7 == 2 else float(np.exp(beta[column] + beta[6] * n / 100))
        assert day.expected == pytest.approx(wanted, rel=1e-8)


def test_the_week_before_is_used_where_it_did_better(tmp_path: Path) -> None:
    """A step that the trend takes for growth, and that goes on as it is."""
    steps = [20] * 70 + [60, 62, 58, 61, 59, 40, 41] * 8
    told = orders(tmp_path, steps).forecast("orders", ahead="14d")
    assert told.method == "week before"
    assert told.judged is not None
    assert not told.judged.model_better
    assert [day.expected for day in told.days[:7]] == [60, 62, 58, 61, 59, 40, 41]
    assert "The week before did better, so it is the forecast here" in " ".join(
        told.table().split()
    )


def test_days_of_no_source_are_unknown_and_gaps_within_one_are_zeros(tmp_path: Path) -> None:
    early = [9, 9, 9, 0, 9, 9, 9] * 6
    orders(tmp_path, early, file="orders_1")
    late = MONDAY + timedelta(days=84)
    plan = orders(tmp_path, early, first=late, file="orders_2")
    text = PLAN.replace("orders*.csv", "orders_1.csv").replace("name: orders", "name: early")
    second = text[text.index("  - name") :].replace("orders_1", "orders_2").replace("early", "late")
    (tmp_path / "milepost.yaml").write_text(text + second, encoding="utf-8")
    plan = mp.open(tmp_path / "milepost.yaml")
    told = plan.forecast("orders", ahead="7d")
    assert (told.history.n, told.history.zeros) == (84, 12)
    assert any("42 days are in no source's time" in note for note in told.notes)
    assert any("12 days between the first and the last have no row" in note for note in told.notes)


def test_a_long_run_of_zeros_is_told(tmp_path: Path) -> None:
    told = orders(tmp_path, [8] * 40 + [0] * 20 + [8] * 40).forecast("orders", ahead="7d")
    assert any(
        f"20 of them follow each other from {MONDAY + timedelta(days=40)}" in note
        for note in told.notes
    )


def test_a_day_that_has_not_ended_is_left_out(tmp_path: Path) -> None:
    plan = orders(tmp_path, [50] * 59 + [3])
    last = MONDAY + timedelta(days=59)
    with clock.at(datetime(last.year, last.month, last.day, 9, tzinfo=UTC)):
        told = plan.forecast("orders", ahead="7d")
    assert told.history.n == 59
    assert told.days[0].day == last
    assert "The day that has not ended is left out." in told.notes


def test_a_last_day_that_seems_cut_short_is_told(tmp_path: Path) -> None:
    told = orders(tmp_path, [50, 52, 47] * 20 + [3]).forecast("orders", ahead="7d")
    assert any("has only 3" in note for note in told.notes)


def test_the_history_is_what_measure_counts(tmp_path: Path, noisy: list[int]) -> None:
    plan = orders(tmp_path, noisy)
    told = plan.forecast("orders", ahead="7d", where="country = 'DK'")
    (cell,) = plan.measure("orders", every="all", where="country = 'DK'").cells
    assert told.history.total == cell.value
    assert told.where == "country = 'DK'"


def test_the_table_keeps_to_its_width(tmp_path: Path, noisy: list[int]) -> None:
    told = orders(tmp_path, noisy).forecast("orders", ahead="7d")
    for width in (80, 66, 50, 40):
        assert max(map(len, told.table(width=width).splitlines())) <= width


def test_json_is_whole(tmp_path: Path, noisy: list[int]) -> None:
    data = json.loads(orders(tmp_path, noisy).forecast("orders", ahead="7d").to_json())
    assert data["judged"]["origins"] == 11
    assert 0 <= data["judged"]["model"]["within_80"] <= 100
    assert set(data["days"][0]) == {"day", "expected", "low_80", "high_80", "low_95", "high_95"}
    assert data["total"] == sum(day["expected"] for day in data["days"])


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (lambda plan: plan.forecast("revenue"), "'revenue' is no count that adds up by day"),
        (lambda plan: plan.forecast("orders", ahead="0d"), "not a length of time"),
        (lambda plan: plan.forecast("orders", ahead="9000d"), "expected 1 to 366"),
        (lambda plan: plan.forecast("orders", since="2024-04-01"), "needs 35 days that have ended"),
        (lambda plan: plan.forecast("orders", where="contry = 'DK'"), "did you mean 'country'?"),
        (lambda plan: plan.forecast("contact_volume"), "no source brings contacts"),
    ],
)
def test_what_cannot_be_asked(
    tmp_path: Path, noisy: list[int], ask: Callable[[Opened], object], text: str
) -> None:
    with pytest.raises(QuestionError, match=text):
        ask(orders(tmp_path, noisy))
    with pytest.raises(UnknownName, match="did you mean 'orders'"):
        orders(tmp_path, noisy).forecast("orderz")


def test_only_zeros_and_short_histories_are_not_judged(tmp_path: Path, noisy: list[int]) -> None:
    told = orders(tmp_path, noisy[:40]).forecast("orders", ahead="28d")
    assert told.judged is None
    assert any("cannot be told" in note for note in told.notes)


def test_judging_knows_nothing_of_the_days_it_forecasts() -> None:
    """What comes after the last origin's days may be anything."""
    counts = np.array(WEEK * 12, dtype=float)
    weekdays = np.arange(200) % 7
    assert origins(len(counts), ahead=14) == [70, 63, 56, 49, 42, 35]
    found = judge(counts, weekdays, ahead=14)
    assert found is not None
    assert found.naive.wape == 0
    assert found.naive.within_80 == 1


def test_intervals_of_the_week_before_grow_with_time() -> None:
    counts = np.random.default_rng(1).poisson(50, 140).astype(float)
    told = by_season(counts, 28)
    assert told is not None
    widths = (told[1][0.9] - told[1][0.1])[::7]
    assert widths == pytest.approx(widths[0] * np.sqrt([1, 2, 3, 4]), rel=0.02)


@pytest.mark.shared
def test_the_call_centres_calls(shared: Path, tmp_path: Path) -> None:
    """5,000 calls in 90 days; the model beats the week before."""
    plan = opened(
        tmp_path, CALLS.format(file=shared / "callcenter_pwc" / "Call-Center-Dataset.xlsx")
    )
    told = plan.forecast("contact_volume", ahead="14d")
    assert (told.history.total, told.history.n, told.history.zeros) == (5000, 90, 0)
    assert told.judged is not None
    assert told.judged.model_better
    assert told.total == pytest.approx(14 * 5000 / 90, rel=0.15)


CALLS = """
sources:
  - name: calls
    fact: contacts
    from: {file}
    read: {{sheet: raw_data}}
    columns:
      contact_id: Call Id
      at: "= Date || ' ' || Time"
      agent: Agent
      answered: Answered (Y/N)
      wait_seconds: Speed of answer in seconds
      handle_seconds: AvgTalkDuration
"""
