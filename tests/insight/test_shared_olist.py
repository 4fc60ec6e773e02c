"""A Brazilian marketplace: reviews joined to orders and people, deliveries in time, orders afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from milepost.engine.facts import refresh
from milepost.insight.notebook import Opened
from tests.conftest import SHARED
from tests.insight.published import opened, whole

pytestmark = pytest.mark.shared

REVIEWS = """
every: month
sources:
  - name: reviews
    fact: responses
    from: {folder}/order_reviews.parquet
    as: r
    join:
      - {{from: "{folder}/orders.parquet", as: o, keys: {{order_id: order_id}}}}
      - {{from: "{folder}/customers.parquet", as: c, keys: {{o.customer_id: customer_id}}}}
    columns:
      response_id: "= r.review_id || '/' || r.order_id"
      customer_id: c.customer_unique_id
      answered_at: r.review_answer_timestamp
      comment: r.review_comment_message
    attributes:
      state: c.customer_state
      status: o.order_status
      late: "= o.order_delivered_customer_date > o.order_estimated_delivery_date"
    questions: [{{name: review, type: stars, score: r.review_score}}]
metrics:
  - {{name: stars_low, title: 1-2 stars, fact: responses, share: score <= 2, good: low}}
"""


def test_olist_reviews_joined_to_orders_and_people(shared: Path, tmp_path: Path) -> None:
    plan = opened(tmp_path, REVIEWS.format(folder=shared / "olist"))
    (mean,) = plan.measure("stars", every="all").cells
    assert (mean.value, mean.n) == (pytest.approx(4.0491, abs=5e-5), 16846)
    (high,) = plan.measure("stars_high", every="all").cells
    assert high.value == pytest.approx(75.85, abs=0.005)
    assert whole(plan, "stars_low").value == pytest.approx(15.28, abs=0.005)
    months = {
        c.since.isoformat()[:7]: (c.value, c.n)
        for c in plan.measure("stars_high", every="month").cells
    }
    for month, value, n in (("2017-02", 80.14, 292), ("2017-07", 79.75, 790), ("2017-11", 77.69, 959),
                            ("2017-12", 74.12, 1627), ("2018-03", 68.67, 1612), ("2018-05", 80.26, 1550)):  # fmt: skip
        assert months[month] == (pytest.approx(value, abs=0.005), n)
    states = {
        c.by["state"]: (c.value, c.n)
        for c in plan.measure("stars_high", by="state", every="all").cells
    }
    for state, value, n in (("SP", 78.57, 7023), ("RJ", 69.07, 2160), ("MG", 76.75, 1991)):
        assert states[state] == (pytest.approx(value, abs=0.005), n)
    delivered = plan.measure("stars", by="late", every="all", where="status = 'delivered'")
    late = {c.by["late"]: (c.value, c.n) for c in delivered.cells}
    assert late["false"] == (pytest.approx(4.2732, abs=5e-5), 14960)
    assert late["true"] == (pytest.approx(2.4609, abs=5e-5), 1382)
    account = refresh(plan.project).built["reviews"].account
    assert [join.unmatched for join in account.joins] == [0, 0]
    assert account.adds_up


OLIST = """
every: month
sources:
  - name: orders
    fact: orders
    from: {folder}/orders.parquet
    as: o
    join: [{{from: "{folder}/customers.parquet", as: c, keys: {{customer_id: customer_id}}}}]
    columns: {{order_id: o.order_id, customer_id: c.customer_unique_id, ordered_at: o.order_purchase_timestamp, amount: "= 0"}}
  - name: items
    fact: items
    from: {folder}/order_items.parquet
    as: i
    join: [{{from: "{folder}/orders.parquet", as: o, keys: {{i.order_id: order_id}}}}]
    columns: {{item: "= i.order_id || '/' || i.order_item_id", at: o.order_purchase_timestamp, price: i.price}}
  - name: arrivals
    fact: deliveries
    from: {folder}/orders.parquet
    as: o
    where: o.order_status = 'delivered'
    join: [{{from: "{folder}/customers.parquet", as: c, keys: {{customer_id: customer_id}}}}]
    columns:
      delivery: o.order_id
      customer_id: c.customer_unique_id
      at: o.order_purchase_timestamp
      on_time: "= o.order_delivered_customer_date <= o.order_estimated_delivery_date"
      on_date: "= o.order_delivered_customer_date::date <= o.order_estimated_delivery_date::date"
      days: "= date_diff('second', o.order_purchase_timestamp, o.order_delivered_customer_date) / 86400.0"
  - name: passing
    fact: events
    from: {folder}/orders.parquet
    as: o
    where: o.order_delivered_customer_date is not null
    join: [{{from: "{folder}/customers.parquet", as: c, keys: {{customer_id: customer_id}}}}]
    columns: {{customer_id: c.customer_unique_id, at: o.order_delivered_customer_date, event: "= 'delivered'", touchpoint: "= 'delivery'"}}
    attributes: {{late: "= o.order_delivered_customer_date > o.order_estimated_delivery_date"}}
facts:
  - {{name: items, key: item, time: at, columns: {{item: text, at: time, price: number}}}}
  - {{name: deliveries, key: delivery, time: at, columns: {{delivery: text, at: time, customer_id: text, on_time: boolean, on_date: boolean, days: number}}}}
metrics:
  - {{name: on_time, title: On time, fact: deliveries, share: on_time, good: high}}
  - {{name: on_date, title: On the day, fact: deliveries, share: on_date, good: high}}
  - {{name: delivery_days, fact: deliveries, mean: days, unit: days, good: low}}
  - {{name: delivery_median, fact: deliveries, quantile: {{of: days, at: 0.5}}, unit: days, good: low}}
  - {{name: item_value, fact: items, total: sum(price), unit: money}}
journeys:
  - name: shop
    touchpoints:
      - {{name: delivery, outcome: [reorders], passed_by: {{fact: events}}}}
"""


@pytest.fixture(scope="module")
def olist(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return opened(tmp_path_factory.mktemp("olist"), OLIST.format(folder=SHARED / "olist"))


@pytest.mark.parametrize(
    ("metric", "value", "within"),
    [
        ("on_time", 91.41, 0.005), ("on_date", 92.63, 0.005), ("delivery_days", 13.4263, 5e-5),
        ("item_value", 2_274_705.17, 0.005),
    ],
)  # fmt: skip
def test_olist_deliveries(olist: Opened, metric: str, value: float, within: float) -> None:
    cell = whole(olist, metric)
    assert cell.value == pytest.approx(value, abs=within)
    assert cell.n == (19_164 if metric == "item_value" else 16_370)


def test_olist_median_delivery(olist: Opened) -> None:
    # A quantile comes from a histogram that is exact to one per cent.
    assert whole(olist, "delivery_median").value == pytest.approx(11.0866, rel=0.01)


def test_olist_reorders_after_late_and_timely_delivery(olist: Opened) -> None:
    """Counted by hand-written SQL: each person once, by the first delivery; 90 days to 2018-05-31."""
    cells = olist.measure("reorders", touchpoint="delivery", by="late", every="all").cells
    assert {cell.by["late"]: cell.sums for cell in cells} == {
        "false": {"n": 10_635, "reordered": 29, "open": 4_217},
        "true": {"n": 676, "reordered": 1, "open": 719},
    }
