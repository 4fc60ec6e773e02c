"""Metrics of a plan's own, beside numpy, beside the catalogue's, and in the words of a metric's page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from milepost.cli.catalogue import listing, page
from milepost.errors import PlanError, QuestionError
from milepost.metrics.catalogue import BUILT_IN
from tests.insight.company import project

RNG = np.random.default_rng(7)
ROWS = [
    {"id": n, "customer": f"c{n % 120}", "day": f"2026-0{1 + n % 2}-1{n % 10}",
     "amount": round(float(RNG.lognormal(3, 1)), 2), "items": int(RNG.integers(1, 6)),
     "state": "DK" if n % 3 else "SE"}
    for n in range(400)
]  # fmt: skip
PLAN = """
sources:
  - name: shop
    fact: orders
    from: orders.csv
    columns: {order_id: id, customer_id: customer, ordered_at: day, amount: amount, items: items}
    attributes: {state: state}
metrics:
  - {name: large, title: Large orders, fact: orders, share: amount > 30, good: high}
  - {name: size, fact: orders, mean: items}
  - {name: tilt, fact: orders, net: [amount > 40, amount < 10]}
  - {name: per_item, fact: orders, ratio: [sum(amount), sum(items)], unit: money}
  - {name: per_thousand, fact: orders, rate: [count(*), sum(amount)]}
  - {name: ninth, fact: orders, quantile: {of: amount, at: 0.9}, unit: money}
  - {name: danish, fact: orders, where: state = 'DK', total: sum(amount) - 0.5 * sum(items)}
"""
AMOUNT = np.array([row["amount"] for row in ROWS])
ITEMS = np.array([row["items"] for row in ROWS])
DANISH = np.array([row["state"] == "DK" for row in ROWS])


@pytest.mark.parametrize(
    ("name", "value", "within"),
    [
        ("large", 100 * (AMOUNT > 30).mean(), 0),
        ("size", ITEMS.mean(), 0),
        ("tilt", 100 * ((AMOUNT > 40).mean() - (AMOUNT < 10).mean()), 0),
        ("per_item", AMOUNT.sum() / ITEMS.sum(), 0),
        ("per_thousand", 400 / AMOUNT.sum(), 0),
        ("ninth", np.quantile(AMOUNT, 0.9), 0.02),
        ("danish", AMOUNT[DANISH].sum() - 0.5 * ITEMS[DANISH].sum(), 0),
    ],
)
def test_every_estimator(tmp_path: Path, name: str, value: float, within: float) -> None:
    plan = project(tmp_path, {"orders.csv": ROWS}, PLAN)
    (cell,) = plan.measure(name, every="all").cells
    assert cell.value == pytest.approx(value, rel=within or 1e-9)
    if name == "danish":
        assert (cell.low, cell.high, cell.n) == (None, None, DANISH.sum())
    else:
        assert cell.low < cell.value < cell.high
    halves = plan.measure(name, every="month").cells
    assert len(halves) == 2


def test_an_own_share_of_answers_is_that_of_the_catalogue(tmp_path: Path) -> None:
    rows = [{"id": n, "who": f"p{n % 40}", "day": "2026-01-05", "score": 1 + n % 5, "w": 1 + n % 3}
            for n in range(200)]  # fmt: skip
    plan = project(tmp_path, {"s.csv": rows}, """
sources:
  - name: s
    fact: responses
    from: s.csv
    columns: {response_id: id, customer_id: who, answered_at: day, weight: w}
    questions: [{name: q, type: csat, score: score, scale: [1, 5]}]
metrics:
  - {name: mine, fact: responses, where: question = 'q', share: score >= 4}
""")  # fmt: skip
    theirs, mine = plan.measure(["csat", "mine"], every="all").cells
    for figure in ("value", "low", "high", "n", "n_eff", "clusters"):
        assert getattr(mine, figure) == pytest.approx(getattr(theirs, figure), rel=1e-12)


def test_an_own_metric_is_shown_like_the_catalogues(tmp_path: Path) -> None:
    project(tmp_path, {"orders.csv": ROWS}, PLAN)
    shown = page("large", tmp_path / "milepost.yaml", format="table")
    assert "Large orders (large@" in shown
    assert "rows where amount > 30 / rows" in shown
    assert 'SUM(CASE WHEN amount > 30 THEN 1 ELSE 0 END) AS DOUBLE) AS "part"' in shown
    assert f"{len(BUILT_IN) + 7} metrics" in listing(tmp_path / "milepost.yaml", format="table")


def test_what_decides_an_own_metric_is_in_its_version(tmp_path: Path) -> None:
    first = project(tmp_path, {"orders.csv": ROWS}, PLAN).measure("large", every="all").cells[0]
    changed = PLAN.replace("amount > 30", "amount > 31")
    second = project(tmp_path, {"orders.csv": ROWS}, changed).measure("large", every="all").cells[0]
    assert first.definition != second.definition


@pytest.mark.parametrize(
    ("metric", "text"),
    [
        ("{name: x, fact: orders, share: amount}", "share: 'amount' is no condition"),
        ("{name: x, fact: orders, mean: customer_id}", "mean: 'customer_id' is no number"),
        ("{name: x, fact: orders, share: ordered_at > 3}", "share: .* cannot be computed"),
        ("{name: x, fact: orders, total: sum(channel)}", "total: .* cannot be computed"),
        ("{name: revenue, fact: orders, mean: amount}", "is a metric of the catalogue"),
        ("{name: x, variant_of: revenue, days: 3}", "'revenue' has no 'days'"),
        ("{name: x, variant_of: reorders}", "changes nothing; state another 'days: 90'"),
    ],
)
def test_what_cannot_be_computed_is_said_of_the_plan(
    tmp_path: Path, metric: str, text: str
) -> None:
    with pytest.raises(PlanError, match=text) as caught:
        project(tmp_path, {"orders.csv": ROWS}, f"{PLAN}  - {metric}\n")
    assert len(str(caught.value).splitlines()) == 1


def test_what_only_the_rows_bring_out_is_one_line(tmp_path: Path) -> None:
    own = "  - {name: x, fact: orders, mean: cast(state as int)}\n"
    plan = project(tmp_path, {"orders.csv": ROWS}, PLAN + own)
    with pytest.raises(QuestionError, match="metric 'x' cannot be computed") as caught:
        plan.measure("x", every="all")
    assert len(str(caught.value).splitlines()) == 1


def test_a_variant_in_another_time_says_so(tmp_path: Path) -> None:
    own = "  - {name: repeat_30, variant_of: repeat_purchase, days: 30}\n"
    plan = project(tmp_path, {"orders.csv": ROWS}, PLAN + own)
    (cell,) = plan.measure("repeat_30", every="all").cells
    assert cell.title == "Repeat purchase rate within 30 days"
    assert cell.sums["n"] + cell.sums["open"] == 120


@pytest.mark.parametrize("value", ["ln(items - 1)", "sqrt(1 - items)", "exp(amount * 1000)"])
def test_a_value_that_is_no_number_is_one_line(tmp_path: Path, value: str) -> None:
    own = f"  - {{name: x, fact: orders, mean: {value}}}\n"
    plan = project(tmp_path, {"orders.csv": ROWS}, PLAN + own)
    with pytest.raises(QuestionError, match="'x' cannot be computed: its sum 'total' is") as caught:
        plan.measure("x", every="all")
    assert len(str(caught.value).splitlines()) == 1


def test_a_rate_of_fewer_events_than_none_has_no_value(tmp_path: Path) -> None:
    own = "  - {name: x, fact: orders, rate: [sum(0 - items), count(*)]}\n"
    plan = project(tmp_path, {"orders.csv": ROWS}, PLAN + own)
    assert [cell.value for cell in plan.measure("x", every="all").cells] == [None]


def test_a_segment_may_be_named_as_a_sum_is(tmp_path: Path) -> None:
    text = PLAN.replace("attributes: {state: state}", "attributes: {state: state, part: state}")
    plan = project(tmp_path, {"orders.csv": ROWS}, text)
    by_part = plan.measure("large", every="all", by="part").cells
    by_state = plan.measure("large", every="all", by="state").cells
    assert [(c.value, c.n) for c in by_part] == [(c.value, c.n) for c in by_state]


def test_a_column_named_as_one_that_a_metric_makes_is_not_taken_for_it(tmp_path: Path) -> None:
    text = PLAN.replace("items: items}", "items: items, orders: items}")
    plain = project(tmp_path, {"orders.csv": ROWS}, PLAN).measure("purchase_frequency", every="all")
    plan = project(tmp_path, {"orders.csv": ROWS}, text)
    cells = plan.measure("purchase_frequency", every="all").cells
    assert [c.value for c in cells] == [c.value for c in plain.cells] == [pytest.approx(400 / 120)]
    with pytest.raises(QuestionError, match="makes a column 'orders' itself"):
        plan.measure("purchase_frequency", every="all", where="orders > 2")
