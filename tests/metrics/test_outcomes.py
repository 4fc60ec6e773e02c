"""Outcomes of a touchpoint beside the same counted row by row in plain Python."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from milepost.errors import PlanError, QuestionError
from milepost.insight.notebook import Opened
from tests.insight.company import project

PLAN = """
sources:
  - name: desk
    fact: contacts
    from: calls.csv
    columns: {contact_id: id, customer_id: who, at: at, touchpoint: place}
    attributes: {late: late}
  - name: shop
    fact: orders
    from: orders.csv
    columns: {order_id: id, customer_id: who, ordered_at: at, amount: amount}
journeys:
  - name: buy
    touchpoints:
      - {name: phone, outcome: [reorders, {metric: reorders, within: 2 weeks}]}
      - {name: chat}
      - {name: till, passed_by: {fact: orders, where: amount > 50}}
"""
START = datetime(2026, 1, 1)  # noqa: DTZ001


def made(folder: Path, seed: int) -> tuple[Opened, list[dict], list[dict]]:
    rng = random.Random(seed)

    def at() -> str:
        return (START + timedelta(minutes=rng.randrange(0, 150 * 24 * 60, 30))).isoformat(" ")

    calls = [
        {"id": n, "who": rng.choice(["", *"abcdefghij"]), "at": at(),
         "place": rng.choice(["phone", "chat", ""]), "late": rng.choice(["yes", "no"])}
        for n in range(150)
    ]  # fmt: skip
    orders = [
        {"id": n, "who": rng.choice(["", *"abcdefghij"]), "at": at(), "amount": rng.randrange(100)}
        for n in range(60)
    ]
    return project(folder, {"calls.csv": calls, "orders.csv": orders}, PLAN), calls, orders


def day_of(row: dict) -> date:
    return datetime.fromisoformat(row["at"]).date()


def by_hand(
    passings: list[dict], orders: list[dict], *, days: int, cut: bool = False
) -> dict[tuple[date, str], tuple[int, int, int]]:
    """Closed, reordered and open customers of each month (and value of late)."""
    known = max(day_of(order) for order in orders)
    first: dict[tuple[date, str], dict] = {}
    for row in sorted((p for p in passings if p["who"]), key=lambda row: row["at"]):
        first.setdefault((day_of(row).replace(day=1), row["who"]), row)
    found: dict[tuple[date, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for (month, who), row in first.items():
        counts = found[month, row["late"] if cut else ""]
        if day_of(row) + timedelta(days) > known:
            counts[2] += 1
            continue
        later = [o for o in orders if o["who"] == who and o["at"] > row["at"]]
        counts[0] += 1
        counts[1] += any(day_of(o) - day_of(row) <= timedelta(days) for o in later)
    return {key: (n, again, waiting) for key, (n, again, waiting) in found.items()}


def told(plan: Opened, metric: str, touchpoint: str, *, cut: bool = False) -> dict:
    cells = plan.measure(
        metric, touchpoint=touchpoint, every="month", by="late" if cut else ()
    ).cells
    return {
        (cell.since, (cell.by["late"] or "") if cut else ""):
        tuple(int(cell.sums[name]) for name in ("n", "reordered", "open"))
        for cell in cells
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_reorders_are_those_counted_by_hand(tmp_path: Path, seed: int) -> None:
    plan, calls, orders = made(tmp_path, seed)
    for place in ("phone", "chat"):
        here = [call for call in calls if call["place"] == place]
        assert told(plan, "reorders", place) == by_hand(here, orders, days=90)
        assert told(plan, "reorders_14d", place) == by_hand(here, orders, days=14)
        assert told(plan, "reorders", place, cut=True) == by_hand(here, orders, days=90, cut=True)
    large = [{**order, "late": ""} for order in orders if order["amount"] > 50]
    assert told(plan, "reorders", "till") == by_hand(large, orders, days=90)


def test_an_outcome_is_never_of_the_company(tmp_path: Path) -> None:
    plan, _, _ = made(tmp_path, 1)
    assert {c.touchpoint for c in plan.measure("reorders", every="all").cells} == {
        "phone", "chat", "till",
    }  # fmt: skip
    with pytest.raises(QuestionError, match="of those who passed a touchpoint, never of all"):
        plan.measure("reorders", pooled=True)
    with pytest.raises(QuestionError, match="no source brings customers with left_at"):
        plan.measure("leaves")


def test_windows_that_are_open_are_said_to_be(tmp_path: Path) -> None:
    plan, _, _ = made(tmp_path, 1)
    last = plan.measure("reorders", touchpoint="phone", every="month").cells[-1]
    assert (last.verdict, last.value) == ("windows still open", None)
    assert "cannot be told yet" in plan.measure("reorders", every="month").table()


@pytest.mark.parametrize(
    ("outcome", "text"),
    [
        ("{metric: csat, within: 30 days}", "'csat' has no time within which anything is looked"),
        (
            "{metric: reorders, of: company}",
            "'reorders' is of those who passed a touchpoint, never",
        ),
        ("{metric: reorders, within: soon}", "within: 'soon' is not a length of time"),
    ],
)
def test_a_time_that_is_none(tmp_path: Path, outcome: str, text: str) -> None:
    _, calls, orders = made(tmp_path, 1)
    wrong = PLAN.replace("{metric: reorders, within: 2 weeks}", outcome)
    with pytest.raises(PlanError, match=text) as caught:
        project(tmp_path, {"calls.csv": calls, "orders.csv": orders}, wrong)
    assert all(":" in line for line in str(caught.value).splitlines())
