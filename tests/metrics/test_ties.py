"""Ties: orders of one moment are told apart by their number where a cut asks for it, and only there."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

from milepost.engine import query, sql
from milepost.engine.project import open_project
from milepost.engine.query import Sheet
from tests.insight.company import project

PLAN = """
sources:
  - name: o
    fact: orders
    from: o.csv
    columns: {order_id: id, customer_id: who, ordered_at: day, amount: amount}
    attributes: {state: state}
"""


def test_the_whole_is_the_sum_of_its_cuts_with_many_orders_a_moment(tmp_path: Path) -> None:
    dice = random.Random(4)
    rows = [
        {"id": n, "who": dice.randrange(60), "day": f"2026-0{1 + dice.randrange(6)}-05",
         "amount": 1, "state": dice.choice("xyz")}
        for n in range(300)
    ]  # fmt: skip
    plan = project(tmp_path, {"o.csv": rows}, PLAN)
    for every in ("all", "month"):
        whole = plan.measure("repeat_purchase", every=every).cells
        cuts = plan.measure("repeat_purchase", every=every, by="state").cells
        for cell in whole:
            parts = [cut.sums for cut in cuts if cut.since == cell.since]
            for name in ("n", "repeated", "open"):
                assert sum(part[name] for part in parts) == cell.sums[name]
    first = min(rows, key=lambda row: (row["who"], row["day"], str(row["id"])))
    assert first["state"] in {cut.by["state"] for cut in cuts}


def test_the_number_orders_only_what_is_cut(tmp_path: Path) -> None:
    project(tmp_path, {"o.csv": [{"id": 1, "who": 1, "day": "2026-01-05", "amount": 1, "state": "x"}]}, PLAN)  # fmt: skip
    opened = open_project(tmp_path / "milepost.yaml")
    metric, calendar = opened.metrics["repeat_purchase"], opened.calendar
    span = calendar.span_of(date(2026, 1, 1), "year")
    plain = Sheet(metric=metric, spans=(span,), calendar=calendar, asked=set())
    cut = Sheet(metric=metric, spans=(span,), calendar=calendar, asked=set(), by=("state",))
    assert "ORDER BY ordered_at)" in sql.render(query.sums_query(plain))
    assert "ORDER BY ordered_at, order_id)" in sql.render(query.sums_query(cut))
