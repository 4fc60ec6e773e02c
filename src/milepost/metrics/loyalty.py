"""Loyalty: whether customers buy again, how soon and how often."""

from __future__ import annotations

from dataclasses import replace

from milepost.metrics.definition import Metric
from milepost.metrics.derived import Derived
from milepost.metrics.estimators import Mean, Quantile, Share
from milepost.metrics.windows import within

# Windows spill to disk where customers are too many for memory; groups of arg_min or min(day, 2),
# which would be twice as fast, hold texts and lists that do not.
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
    tie="order_id",
)

NUMBERED_ORDERS = Derived(
    name="numbered_orders",
    select="""
        SELECT r.*, row_number()
            OVER (PARTITION BY unit, level ORDER BY ordered_at, order_id) AS number
        FROM rows AS r
        WHERE customer_id IS NOT NULL
    """,
    words="Every order of a known customer, with which of the customer's orders it is.",
)

ORDERING_CUSTOMERS = Derived(
    name="ordering_customers",
    select="""
        SELECT r.* EXCLUDE (day), p.since AS day, count(*) OVER customer AS orders
        FROM rows AS r
        JOIN periods AS p ON r.day >= p.since AND r.day < p.until
        WHERE customer_id IS NOT NULL
        WINDOW customer AS (PARTITION BY unit, level, p.since)
        QUALIFY row_number() OVER (
            PARTITION BY unit, level, p.since ORDER BY ordered_at, order_id
        ) = 1
    """,
    words="One row for each customer who ordered in a period, with how many orders it was.",
)

BUYERS = Derived(
    name="buyers",
    select="""
        WITH numbered AS (
            SELECT r.*, row_number() OVER orders AS orders, lead(day) OVER orders AS next_day
            FROM rows AS r
            WHERE customer_id IS NOT NULL
            WINDOW orders AS (PARTITION BY unit, level ORDER BY ordered_at, order_id)
        )
        SELECT o.* EXCLUDE (day), p.since AS day, o.day AS last_day,
            least(p.until, :known + 1) AS end_day
        FROM numbered AS o
        JOIN periods AS p ON o.day < p.until AND (next_day IS NULL OR next_day >= p.until)
    """,
    words=(
        "One row for each period and each customer who had ordered by its end, then or before:"
        " the last order, with how many there were so far."
    ),
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
        REPEAT_PURCHASE, name="repeat_purchase_365", title="Repeat purchase rate within 365 days",
        label="Repeat, 365 days", parameters={"days": 365}, beside=None,
        words=(
            "Of the customers whose first order lies in the period, the share that ordered again"
            " within 365 days. Only those count whose 365 days are over; the others are open."
        ),
    ),
    Metric(
        name="time_to_second_purchase", title="Time to second purchase, median",
        label="To second order", fact="orders", derived=FIRST_ORDERS, sums={"n": "count(*)"},
        estimator=Quantile(
            of="second_day - day", open="CASE WHEN second_day IS NULL THEN :known - day END"
        ),
        unit="days", good="low", kind="outcome",
        words=(
            "After how many days half of the customers whose first order lies in the period had"
            " ordered again. Who has not yet is not left out, but counted as still open."
        ),
        formula="median of the days from the first order to the second, Kaplan-Meier",
        source="Kaplan & Meier (1958), Nonparametric Estimation, J. Am. Stat. Assoc. 53",
        needs=("customer_id",),
        pitfalls=(
            "While fewer than half have ordered again it has no value: ask for older customers.",
            "The mean over those who came back leaves out all who did not, and looks far too short.",
        ),
    ),
    Metric(
        name="purchase_frequency", title="Purchase frequency", label="Orders/customer",
        fact="orders", derived=ORDERING_CUSTOMERS,
        sums={"n": "count(*)", "orders": "sum(orders)", "squares": "sum(orders * orders)"},
        estimator=Mean("orders", "squares"), unit="ratio", good="high", kind="outcome",
        words="How many orders a customer placed in the period, on average over those who did.",
        formula="orders of known customers / customers who ordered",
        source=_FARRIS, needs=("customer_id",),
        pitfalls=(
            "It grows with the length of the period; compare periods of one length.",
            "Customers who ordered nothing are not in it: it may rise while customers stay away.",
        ),
    ),
    Metric(
        name="repeat_customers", title="Repeat customers, to date", label="Repeat customers",
        fact="orders", derived=BUYERS,
        sums={"n": "count(*)", "repeated": "sum(CASE WHEN orders >= 2 THEN 1 ELSE 0 END)"},
        estimator=Share("repeated"), unit="percent", good="high", kind="outcome",
        words=(
            "Of all customers who had ordered by the end of the period, however long ago, the share"
            " that had ordered twice or more."
        ),
        formula="customers with two orders or more so far / customers with an order so far",
        source=_FARRIS, needs=("customer_id",), beside="repeat_purchase_365",
        pitfalls=(
            "It rises with the age of the data; repeat purchase within 365 days gives all equal time.",
            "It falls when many new customers come, which is no bad news.",
            "Neighbouring periods hold the same customers, so it moves slowly.",
        ),
    ),
    Metric(
        name="repeat_orders", title="Repeat orders, share of orders", label="Repeat orders",
        fact="orders", derived=NUMBERED_ORDERS,
        sums={"n": "count(*)", "repeats": "sum(CASE WHEN number >= 2 THEN 1 ELSE 0 END)"},
        estimator=Share("repeats"), unit="percent", good="neither", kind="outcome",
        words="Of the orders of known customers in the period, the share that was not their first.",
        formula="orders that are a customer's second or later / orders of known customers",
        source=_FARRIS, needs=("customer_id",),
        pitfalls=(
            "An order counts as the first if it is the first in the data, which may begin too late.",
            "It falls when many new customers come, which is no bad news.",
        ),
    ),
)  # fmt: skip
