"""Acquisition: how many customers come, and what it costs to win one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from typing import ClassVar

from milepost.metrics.definition import Metric
from milepost.metrics.derived import Derived
from milepost.metrics.estimators import BucketSums, Estimate, Rate, Ratio, Total
from milepost.stats.rates import cost_interval


@dataclass(frozen=True, slots=True)
class Cost(Rate):
    """exposure / events, what one event costs: a rate upside down, with the spend as its exposure.

    The spend is fixed and the count is Poisson's, so that the limits of the rate change places.
    """

    name: ClassVar[str] = "cost"

    def estimate(self, sums: BucketSums, *, conf: float) -> Estimate | None:
        """The cost with its interval; None without events, or where nothing was spent."""
        count, spend = float(sums.used[self.events].sum()), float(sums.used[self.exposure].sum())
        if count <= 0 or spend <= 0:
            return None
        cost, interval = spend / count, cost_interval(spend, int(count), conf=conf)
        # No influence of buckets: the spend is of no customer.
        return Estimate(
            cost, interval, cost / sqrt(count), count, count, None, None, "exact Poisson"
        )


# The customers of a day stand beside the spend of that day, under the channel they came by; what
# the customers' sources name as the metric names its own is left out.
_BESIDE = """
    SELECT r.*, 0 AS won, 0 AS won_paid
    FROM rows AS r
    UNION ALL BY NAME
    SELECT
        COLUMNS(lambda name: lower(name) NOT IN (
            'channel', 'touchpoint', 'amount', 'won', 'won_paid', 'week'{left_out}
        )),
        {kind}
        coalesce(c.acquired_through, c.channel) AS channel, c.touchpoint,
        1 AS won,
        CASE WHEN coalesce(c.acquired_through, c.channel) IN (SELECT channel FROM rows)
            THEN 1 ELSE 0 END AS won_paid
    FROM customers AS c
"""

ACQUISITION_ROWS = Derived(
    name="acquisition",
    select=_BESIDE.format(kind="", left_out=""),
    words=(
        "Every row of spend, and one row for each new customer on the day of joining, under the"
        " channel through which the customer was acquired."
    ),
    reads=("customers",),
)
ACQUISITION_BY_KIND = replace(
    ACQUISITION_ROWS,
    name="acquisition_by_kind",
    # Customers belong to no kind of spend; they are counted in the whole, whichever kind holds them.
    select=_BESIDE.format(kind="(SELECT min(kind) FROM rows) AS kind,", left_out=", 'kind'"),
)
ACQUISITION_BY_WEEK = replace(
    ACQUISITION_ROWS,
    name="acquisition_by_week",
    select=f"""
        SELECT *, CAST(CAST(date_trunc('week', day) AS DATE) AS VARCHAR) AS week
        FROM ({_BESIDE.format(kind="", left_out="")}) AS beside
    """,
)

_FARRIS = "Farris, Bendle, Pfeifer & Reibstein (2016), Marketing Metrics, 3rd edition"
_SPENT = "sum(CASE WHEN won = 0 THEN amount ELSE 0 END)"
_CYCLE = (
    "Who joins today was often won by the spend of months ago: where deciding takes long, ask for"
    " long periods."
)
_LOADED = (
    "Advertising alone, or salaries and tools as well: the source decides; it must not change."
)

ACQUISITION_COST = Metric(
    name="acquisition_cost", title="Customer acquisition cost (CAC), blended",
    label="Acquisition cost", fact="spend", derived=ACQUISITION_ROWS,
    sums={"n": "sum(won)", "spend": _SPENT},
    estimator=Cost(events="n", exposure="spend"), unit="money", good="low", kind="outcome",
    words=(
        "What was spent in the period for each customer who joined in it, however they came. Cut by"
        " channel, the spend of each channel for each customer acquired through it."
    ),
    formula="spend / new customers", source=_FARRIS, beside="new_customers",
    pitfalls=(
        "It counts customers who came by themselves, and flatters what was spent on the others.",
        _CYCLE, _LOADED,
        "By channel it is only as good as the rule that gives each customer a channel.",
        "Segments that only spend or only customers have cannot cut it.",
    ),
)  # fmt: skip

ACQUISITION = (
    ACQUISITION_COST,
    replace(
        ACQUISITION_COST, name="acquisition_cost_paid", label="CAC, paid",
        title="Customer acquisition cost (CAC), paid channels", beside="acquisition_cost",
        derived=replace(ACQUISITION_ROWS, reads=("customers", "customers.acquired_through")),
        sums={"n": "sum(won_paid)", "spend": _SPENT}, needs=("channel",),
        words=(
            "What was spent in the period for each customer who joined in it through a channel on"
            " which money was ever spent; who came by themselves does not count."
        ),
        formula="spend / new customers of the channels with spend",
        pitfalls=(
            _CYCLE, _LOADED,
            "Channels have to be named alike in the spend and in the customers.",
        ),
    ),
    replace(
        ACQUISITION_COST, name="acquisition_cost_by_kind", label="CAC by kind",
        title="Customer acquisition cost (CAC) by kind of spend", beside=None,
        derived=ACQUISITION_BY_KIND, split="kind", needs=("kind",),
        estimator=Cost(events="all", exposure="spend"),
        words=(
            "What was spent on each kind, such as media, salaries or tools, for each customer who"
            " joined in the period. The kinds add up to the acquisition cost."
        ),
        formula="spend of the kind / new customers", pitfalls=(_CYCLE,),
    ),
    replace(
        ACQUISITION_COST, name="acquisition_cost_weekly", label="CAC, by weeks",
        title="Customer acquisition cost (CAC), weeks as units", beside=None,
        derived=ACQUISITION_BY_WEEK, cluster="week",
        estimator=Ratio(over="spend", under="n"),
        words=(
            "The acquisition cost, with an interval that shows how much spend and customers go up and"
            " down together from week to week."
        ),
        pitfalls=(
            _CYCLE, _LOADED,
            "It needs many weeks, whole ones; of a month or a quarter the interval is rough.",
        ),
    ),
    Metric(
        name="new_customers", title="New customers", label="New customers", fact="customers",
        sums={"n": "count(*)"}, estimator=Total("n"), unit="count", good="high", kind="outcome",
        words="How many customers joined in the period. They are counted, not sampled.",
        formula="customers who joined", source=_FARRIS,
        pitfalls=("Who comes back under a new number is new again.",),
    ),
    Metric(
        name="spend", title="Spend", label="Spend", fact="spend",
        sums={"n": "count(*)", "amount": "sum(amount)"},
        estimator=Total("amount"), unit="money", good="neither", kind="interaction",
        words="What was spent in the period, added up. It is counted, not sampled.",
        formula="sum of amount", source=_FARRIS,
        pitfalls=("Amounts in several currencies are added as they stand.",),
    ),
)  # fmt: skip
