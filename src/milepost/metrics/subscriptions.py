"""Subscriptions: those that ended in a period, and the revenue kept of customers at its start."""

from __future__ import annotations

from dataclasses import replace

from milepost.metrics.amounts import ShareOfAmounts
from milepost.metrics.definition import Metric
from milepost.metrics.derived import Derived
from milepost.metrics.estimators import Ratio, Share

SUBSCRIPTIONS_AT_START = Derived(
    name="subscriptions_at_start",
    select="""
        SELECT r.* EXCLUDE (day), p.since AS day, p.until,
            CAST(ended_at AT TIME ZONE :timezone AS DATE) AS ended_day
        FROM rows AS r
        JOIN periods AS p ON r.day < p.since
        WHERE ended_at IS NULL OR CAST(ended_at AT TIME ZONE :timezone AS DATE) >= p.since
    """,
    words=(
        "One row for each subscription and period: those that had started before its first day and"
        " had not ended before it."
    ),
)

# What a customer pays may change by a subscription that ends and another that starts.
PAYING_AT_START = Derived(
    name="paying_at_start",
    select="""
        WITH subscribed AS (
            SELECT r.*, p.since, p.until,
                CASE WHEN r.day < p.since THEN monthly_amount ELSE 0 END AS before,
                CASE WHEN ended_at IS NULL
                    OR CAST(ended_at AT TIME ZONE :timezone AS DATE) >= p.until
                    THEN monthly_amount ELSE 0 END AS after
            FROM rows AS r
            JOIN periods AS p ON r.day < p.until
            WHERE customer_id IS NOT NULL AND (ended_at IS NULL
                OR CAST(ended_at AT TIME ZONE :timezone AS DATE) >= p.since)
        ),
        customers_paying AS (
            SELECT * EXCLUDE (day), since AS day,
                sum(before) OVER customer AS start_amount, sum(after) OVER customer AS end_amount
            FROM subscribed
            WINDOW customer AS (PARTITION BY unit, level, since)
            QUALIFY row_number() OVER (
                PARTITION BY unit, level, since ORDER BY started_at, subscription_id
            ) = 1
        )
        SELECT *, least(start_amount, end_amount) AS kept_amount
        FROM customers_paying
        WHERE start_amount > 0
    """,
    words=(
        "One row for each customer and period who paid at its start: the monthly amounts of the"
        " customer's subscriptions then and at its end, and what was kept: the lesser of both."
    ),
)

_FARRIS = "Farris, Bendle, Pfeifer & Reibstein (2016), Marketing Metrics, 3rd edition"
_LARGE = (
    "A few large customers decide it: with an n_eff under 100 its interval is too short.",
    "Amounts in several currencies are added as they stand: convert them in the source.",
)  # fmt: skip
_SUMS = {
    "n": "count(*)",
    "start": "sum(start_amount)",
    "kept": "sum(kept_amount)",
    "squares": "sum(start_amount * start_amount)",
}

SUBSCRIPTION_CHURN = Metric(
    name="subscription_churn", title="Subscription churn", label="Subscr. churn",
    fact="subscriptions", derived=SUBSCRIPTIONS_AT_START,
    sums={
        "n": "count(*)",
        "ended": "sum(CASE WHEN ended_day < until THEN 1 ELSE 0 END)",
    },
    estimator=Share("ended"), unit="percent", good="low", kind="outcome",
    words=(
        "Of the subscriptions that ran at the start of the period, the share that ended within it."
        " What started in the period counts neither above nor below the line."
    ),
    formula="subscriptions ended in the period / subscriptions at its start",
    source=_FARRIS, needs=("ended_at",),
    pitfalls=(
        "A change of plan that is stored as an end and a new start looks like a loss.",
        "A customer may keep other subscriptions: customers lost are another number.",
    ),
)  # fmt: skip

GROSS_REVENUE_RETENTION = Metric(
    name="gross_revenue_retention", title="Gross revenue retention", label="GRR",
    fact="subscriptions", derived=PAYING_AT_START, sums=_SUMS,
    estimator=ShareOfAmounts("kept", "start", "squares"), unit="percent", good="high",
    kind="outcome",
    words=(
        "Of the monthly revenue of the customers who paid at the start of the period, the share"
        " that they still pay at its end. What they pay more than before does not count, so that"
        " it never passes 100."
    ),
    formula="sum of min(amount at the start, amount at the end) / sum of amounts at the start",
    source=_FARRIS, needs=("customer_id", "ended_at", "monthly_amount"), pitfalls=_LARGE,
)  # fmt: skip

SUBSCRIPTIONS = (
    SUBSCRIPTION_CHURN,
    GROSS_REVENUE_RETENTION,
    replace(
        GROSS_REVENUE_RETENTION, name="revenue_churn", title="Revenue churn, gross",
        label="Revenue churn", beside="subscription_churn",
        sums={**_SUMS, "lost": "sum(start_amount - kept_amount)"},
        estimator=ShareOfAmounts("lost", "start", "squares"), good="low",
        words=(
            "Of the monthly revenue of the customers who paid at the start of the period, the share"
            " that was lost by its end, to those who left and to those who pay less. New and larger"
            " subscriptions do not make up for it."
        ),
        formula="(revenue cancelled + revenue reduced) / revenue at the start, monthly",
    ),
    replace(
        GROSS_REVENUE_RETENTION, name="net_revenue_retention", title="Net revenue retention",
        label="NRR", beside="gross_revenue_retention",
        sums={
            "n": "count(*)", "start": "sum(start_amount)", "end": "sum(end_amount)",
        },
        estimator=Ratio(over="end", under="start"),
        words=(
            "What the customers who paid at the start of the period pay at its end, as a share of"
            " what they paid then. Customers who came in the period do not count; it passes 100"
            " where the others pay more than those who left did."
        ),
        formula="sum of amounts at the end / sum of amounts at the start, same customers",
        pitfalls=(
            "Growth of a few may hide that many leave: read it beside gross revenue retention.",
            *_LARGE,
        ),
    ),
)  # fmt: skip
