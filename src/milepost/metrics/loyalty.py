"""Loyalty: whether customers buy again, how soon and how often."""

from __future__ import annotations

from dataclasses import replace

from milepost.metrics.definition import Metric
from milepost.metrics.derived import Derived
from milepost.metrics.estimators import Share
from milepost.metrics.windows import within

FIRST_ORDERS = Derived(
    name="first_orders",
    select="""
        SELECT r.*, lead(day) OVER orders AS second_day
        FROM rows AS r
        WHERE customer_id IS NOT NULL
        WINDOW orders AS (PARTITION BY unit, level ORDER BY ordered_at, order_id)
        QUALIFY row_number() OVER orders = 1
    """,
    words="One row for each customer's first order, with the day of the second.",
)

_FARRIS = "Farris, Bendle, Pfeifer & Reibstein (2016), Marketing Metrics, 3rd edition"

REPEAT_PURCHASE = Metric(
    name="repeat_purchase", title="Repeat purchase rate within 90 days", label="Repeat, 90 days",
    fact="orders", derived=FIRST_ORDERS, parameters={"days": 90},
    sums=within("second_day <= day + :days", name="repeated"),
    estimator=Share("repeated"), unit="percent", good="high", kind="outcome",
    words=(
        "Of the customers whose first order lies in the period, the share that ordered again within"
        " 90 days. Only those count whose 90 days are over; the others are open."
    ),
    formula="customers with a second order in time / customers with a first order, windows closed",
    source=_FARRIS, needs=("customer_id",), beside="repeat_purchase_365",
    pitfalls=(
        "Split deliveries and guest checkouts make two customers of one, or two orders of one.",
        "An order counts as the first if it is the first in the data, which may begin too late.",
    ),
)  # fmt: skip

LOYALTY = (
    REPEAT_PURCHASE,
    replace(
        REPEAT_PURCHASE, name="repeat_purchase_365", title="Repeat purchase rate within a year",
        label="Repeat, a year", parameters={"days": 365}, beside=None,
        words=(
            "Of the customers whose first order lies in the period, the share that ordered again"
            " within 365 days. Only those count whose 365 days are over; the others are open."
        ),
    ),
)  # fmt: skip
