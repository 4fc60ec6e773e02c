"""Churn: customers, subscriptions and revenue lost in a period, of those there at its start."""

from __future__ import annotations

from dataclasses import replace

from milepost.metrics.definition import Metric
from milepost.metrics.derived import Derived
from milepost.metrics.estimators import Rate, Share, Yearly
from milepost.metrics.loyalty import BUYERS

CUSTOMERS_AT_START = Derived(
    name="customers_at_start",
    select="""
        SELECT r.* EXCLUDE (day), p.since AS day, p.until
        FROM (
            SELECT *, CAST(left_at AT TIME ZONE :timezone AS DATE) AS left_day FROM rows
        ) AS r
        JOIN periods AS p
            ON r.day < p.since AND coalesce(left_day, DATE '9999-12-31') >= p.since
    """,
    words=(
        "One row for each customer and period: those who had joined before its first day and had"
        " not left before it."
    ),
)

# The months up to a day, with the part of the running one: a customer who was there all month was
# there for one, however many days it has.
_MONTHS = (
    "(12 * year({0}) + month({0}) + (day({0}) - 1) / CAST(day(last_day({0})) AS DOUBLE))"
)  # fmt: skip

CUSTOMERS_WITH_MONTHS = Derived(
    name="customers_with_months",
    select=f"""
        WITH there AS ({CUSTOMERS_AT_START.select})
        SELECT *, {_MONTHS.format("until")} - {_MONTHS.format("day")} AS months FROM there
    """,
    words=f"{CUSTOMERS_AT_START.words} With how many calendar months the period has.",
)

CUSTOMERS_IN_PERIOD = Derived(
    name="customers_in_period",
    select=f"""
        WITH stays AS (
            SELECT r.* EXCLUDE (day), p.since AS day, p.until,
                CAST(left_at AT TIME ZONE :timezone AS DATE) AS left_day,
                greatest(r.day, p.since) AS first_day,
                least(p.until, :known + 1, CAST(left_at AT TIME ZONE :timezone AS DATE)) AS end_day
            FROM rows AS r
            JOIN periods AS p ON r.day < p.until
            WHERE left_at IS NULL OR CAST(left_at AT TIME ZONE :timezone AS DATE) >= p.since
        )
        SELECT *, {_MONTHS.format("end_day")} - {_MONTHS.format("first_day")} AS months
        FROM stays
        WHERE end_day >= first_day
    """,
    words=(
        "One row for each customer and period in which the customer was there, for all of it or a"
        " part, with the calendar months that they stayed in it."
    ),
)

_LOST = "left_day < until"
# A card that expired is nobody's decision; the field tells these losses apart by their reason.
_INVOLUNTARY = "(lower(left_reason) LIKE '%payment%' OR lower(left_reason) LIKE '%involuntary%')"

_FARRIS = "Farris, Bendle, Pfeifer & Reibstein (2016), Marketing Metrics, 3rd edition"
_ROWS = (
    "Every row of customers is one: who comes back counts anew only where they get a row of their"
    " own, and who stands in two sources counts twice."
)
_CONTRACTS = (
    "Where contracts run for a year, a month in which few could leave tells little; ask for the"
    " year, or for those whose contract came up for renewal (--where)."
)
_YOUNG = (
    "Young customers leave more often than old ones, so growth alone raises it: compare those who"
    " joined at the same time."
)


def _lost(condition: str) -> dict[str, str]:
    return {"n": "count(*)", "lost": f"sum(CASE WHEN {condition} THEN 1 ELSE 0 END)"}


CHURN_OF_CUSTOMERS = Metric(
    name="churn", title="Customer churn", label="Churn", fact="customers",
    derived=CUSTOMERS_AT_START, sums=_lost(_LOST),
    estimator=Share("lost"), unit="percent", good="low", kind="outcome",
    words=(
        "Of the customers there at the start of the period, the share that left within it. Who"
        " joined in the period counts neither above nor below the line."
    ),
    formula="customers lost in the period / customers at its start",
    source=_FARRIS, needs=("left_at",), pitfalls=(_ROWS, _CONTRACTS, _YOUNG),
)  # fmt: skip

CHURN = (
    CHURN_OF_CUSTOMERS,
    replace(
        CHURN_OF_CUSTOMERS, name="involuntary_churn", title="Churn, involuntary",
        label="Involuntary churn",
        sums=_lost(f"{_LOST} AND {_INVOLUNTARY}"), needs=("left_at", "left_reason"),
        words=(
            "Of the customers there at the start of the period, the share that left within it for a"
            " reason that holds the word 'payment' or 'involuntary', such as a payment that failed."
        ),
        formula="customers lost to failed payments in the period / customers at its start",
        pitfalls=(
            "Reasons in other words count as voluntary: `values` in the plan gives them one of these.",
        ),
    ),
    replace(
        CHURN_OF_CUSTOMERS, name="voluntary_churn", title="Churn, voluntary",
        label="Voluntary churn",
        sums=_lost(f"{_LOST} AND NOT coalesce({_INVOLUNTARY}, FALSE)"),
        needs=("left_at", "left_reason"), beside="involuntary_churn",
        words=(
            "Of the customers there at the start of the period, the share that left within it for"
            " any reason but those of involuntary churn; who left without a reason counts here."
        ),
        formula="customers lost in the period but to failed payments / customers at its start",
    ),
    replace(
        CHURN_OF_CUSTOMERS, name="annual_churn", title="Customer churn, carried on for a year",
        label="Churn, a year", derived=CUSTOMERS_WITH_MONTHS,
        sums={**_lost(_LOST), "months": "sum(months)"},
        estimator=Yearly(Share("lost"), "months"), beside="churn",
        words=(
            "What share of today's customers would be gone after a year in which every month loses"
            " the share that this period lost, of those who were there at its start."
        ),
        formula="1 - (1 - churn of the period)^(12 / its months)",
        pitfalls=(
            "It is a projection: customers who stayed so far leave less often, so it is high.",
            "A running period has not lost all that it will lose.",
            _CONTRACTS,
        ),
    ),
    Metric(
        name="churn_by_reason", title="Churn by reason", label="Churn by reason",
        fact="customers", derived=CUSTOMERS_AT_START, where=_LOST,
        sums={"n": "count(*)"}, split="left_reason",
        estimator=Share("n", of="all", formula="Goodman"), unit="percent", good="neither",
        kind="outcome",
        words=(
            "Of the customers there at the start of the period and lost within it, the share that"
            " left for each reason."
        ),
        formula="customers lost for the reason / customers lost",
        source="Goodman (1965), On Simultaneous Confidence Intervals, Technometrics 7(2)",
        needs=("left_at", "left_reason"),
        pitfalls=(
            "What people say when they leave is often the last straw, not the cause.",
            "A share may rise because another reason became rarer: see churn itself.",
        ),
    ),
    Metric(
        name="churn_person_time", title="Churn per customer-month", label="Churn, per month",
        fact="customers", derived=CUSTOMERS_IN_PERIOD,
        sums={
            "n": "count(*)",
            "lost": f"sum(CASE WHEN {_LOST} AND left_day <= :known THEN 1 ELSE 0 END)",
            "months": "sum(months)",
        },
        estimator=Rate("lost", "months"), unit="percent", good="low", kind="outcome",
        words=(
            "How many customers left for every 100 months that customers were there in the period,"
            " those who joined in it included from their first day. The time ends with the last day"
            " of which anything is known."
        ),
        formula="customers lost in the period / customer-months in it",
        source="Garwood (1936), Fiducial Limits for the Poisson Distribution, Biometrika 28",
        needs=("left_at",), beside="churn",
        pitfalls=(
            "It is a rate, not a share: over a long period it may pass 100.",
            "It takes every month of every customer for alike; young ones leave more often.",
        ),
    ),
    Metric(
        name="lapse", title="Lapsed customers, 90 days", label="Lapsed, 90 days", fact="orders",
        derived=BUYERS, parameters={"days": 90},
        sums={
            "n": "count(*)",
            "lapsed": "sum(CASE WHEN last_day + :days < end_day THEN 1 ELSE 0 END)",
        },
        estimator=Share("lapsed"), unit="percent", good="low", kind="outcome",
        words=(
            "Of all customers who had ordered by the end of the period, however long ago, the share"
            " without an order in its last 90 days. It stands for churn where no contract ends."
        ),
        formula="customers without an order for 90 days / customers with an order so far",
        source=_FARRIS, needs=("customer_id",),
        pitfalls=(
            "Choose the days so that 90 to 95 of 100 gaps between two orders are shorter.",
            "It rises with the age of the data, for some of those who lapsed never come back.",
        ),
    ),
)  # fmt: skip
