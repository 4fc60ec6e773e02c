"""Sales: what customers bought, in money and in orders."""

from __future__ import annotations

from milepost.metrics.definition import Metric
from milepost.metrics.estimators import Ratio, Total

_FARRIS = "Farris, Bendle, Pfeifer & Reibstein (2016), Marketing Metrics, 3rd edition"

SALES = (
    Metric(
        name="revenue", title="Revenue", label="Revenue", fact="orders",
        sums={"n": "count(*)", "amount": "sum(amount)"},
        estimator=Total("amount"), unit="money", good="high", kind="outcome",
        words="The amounts of all orders in the period, added up. It is counted, not sampled.",
        formula="sum of amount", source=_FARRIS,
        pitfalls=(
            "Orders that come back count in full, unless the source maps them as negative amounts.",
            "Amounts in several currencies are added as they stand: convert them in the source.",
            "More revenue after a change is no proof of it: seasons and prices change as well.",
        ),
    ),
    Metric(
        name="orders", title="Orders", label="Orders", fact="orders",
        sums={"n": "count(*)"},
        estimator=Total("n"), unit="count", good="high", kind="outcome",
        words="How many orders were placed in the period. They are counted, not sampled.",
        formula="number of orders", source=_FARRIS,
        pitfalls=("Split deliveries that are exported one by one make several orders of one.",),
    ),
    Metric(
        name="average_order_size", title="Average order size", label="Order size", fact="orders",
        sums={"n": "count(*)", "amount": "sum(amount)"},
        estimator=Ratio(over="amount", under="n"), unit="money", good="high", kind="outcome",
        words="What an order of the period was worth on average: the revenue over all its orders.",
        formula="sum of amount / number of orders", source=_FARRIS, beside="revenue",
        pitfalls=(
            "A few very large orders carry it; then its interval is wide, and rather too short.",
            "It rises when small orders stay away, so read it beside the number of orders.",
        ),
    ),
    Metric(
        name="margin", title="Margin", label="Margin", fact="orders",
        sums={"n": "count(*)", "margin": "sum(margin)"},
        estimator=Total("margin"), unit="money", good="high", kind="outcome",
        words=(
            "What was left of the orders in the period after their own costs, as the source states"
            " it, added up."
        ),
        formula="sum of margin", source=_FARRIS, needs=("margin",),
        pitfalls=("Which costs were taken off is the source's choice; it must not change in time.",),
    ),
    Metric(
        name="margin_share", title="Margin, share of revenue", label="Margin share", fact="orders",
        where="margin IS NOT NULL",
        sums={"n": "count(*)", "amount": "sum(amount)", "margin": "sum(margin)"},
        estimator=Ratio(over="margin", under="amount"), unit="percent", good="high", kind="outcome",
        words="Of the revenue of the orders whose margin is known, the share that was left as margin.",
        formula="sum of margin / sum of amount", source=_FARRIS, needs=("margin",),
        beside="margin",
        pitfalls=("The mean of the orders' own shares is another number: it weighs all alike.",),
    ),
)  # fmt: skip
