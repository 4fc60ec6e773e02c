"""Retention: customers who are still there, and visitors who come back after so many days."""

from __future__ import annotations

from milepost.metrics.churn import CUSTOMERS_AT_START
from milepost.metrics.definition import Metric
from milepost.metrics.derived import Derived
from milepost.metrics.estimators import Share
from milepost.metrics.windows import within


def _first_visits(name: str, came_back: str, words: str) -> Derived:
    """One row for each visitor's first visit; `returned` tells whether a later day met a condition.

    The condition is over `day` and `first_day`.
    """
    return Derived(
        name=name,
        select=f"""
            WITH known_visitors AS (
                SELECT r.*, min(day) OVER (PARTITION BY unit, level) AS first_day
                FROM rows AS r
                WHERE customer_id IS NOT NULL OR visitor_id IS NOT NULL
            )
            SELECT *, max(CASE WHEN {came_back} THEN 1 ELSE 0 END) OVER visitor AS returned
            FROM known_visitors
            WINDOW visitor AS (PARTITION BY unit, level)
            QUALIFY row_number()
                OVER (PARTITION BY unit, level ORDER BY started_at, visit_id) = 1
        """,
        words=f"One row for each visitor's first visit, with whether they came back {words}.",
    )


ON_DAY = _first_visits(
    "first_visits_with_day", "day = first_day + :days", "on one day after it"
)  # fmt: skip
FROM_DAY = _first_visits(
    "first_visits_with_rest", "day >= first_day + :days", "on one day after it or later"
)
IN_DAYS = _first_visits(
    "first_visits_with_days", "day BETWEEN first_day + :first AND first_day + :last",
    "on any day from one after it to another",
)  # fmt: skip

_FADER = "Fader & Hardie (2007), How to Project Customer Retention, J. Interactive Marketing 21(1)"
_PITFALLS = (
    "Visitors who clear their cookies or change the device are new each time: retention looks lower.",
    "A first visit is the first in the data, which may begin too late.",
    "A visit alone need be of no value to anybody: map those that count.",
)

RETENTION_OF_CUSTOMERS = Metric(
    name="retention", title="Customer retention", label="Retention", fact="customers",
    derived=CUSTOMERS_AT_START,
    sums={
        "n": "count(*)",
        "kept": "sum(CASE WHEN left_day < until THEN 0 ELSE 1 END)",
    },
    estimator=Share("kept"), unit="percent", good="high", kind="outcome",
    words=(
        "Of the customers there at the start of the period, the share still there at its end; what"
        " is missing to 100 is churn. Who joined in the period does not count."
    ),
    formula="customers kept over the period / customers at its start",
    source=_FADER, needs=("left_at",), beside="churn",
    pitfalls=(
        "Shares of several periods do not add up; multiply them to carry one on.",
        "Customers held by a contract are kept whatever they think of it.",
    ),
)  # fmt: skip


def _on_day(days: int) -> Metric:
    return Metric(
        name=f"retention_day_{days}", title=f"Retention on day {days}",
        label=f"Retention, day {days}", fact="visits",
        derived=ON_DAY, parameters={"days": days},
        sums=within("returned = 1", name="returned"),
        estimator=Share("returned"), unit="percent", good="high", kind="outcome",
        words=(
            "Of the visitors whose first visit lies in the period, the share that visited on day"
            f" {days} after it, by calendar days where the company is. Only those count whose day"
            " has come; the others are open."
        ),
        formula="first visitors there on the day / first visitors whose day has come",
        source=_FADER, pitfalls=_PITFALLS,
    )  # fmt: skip


def _in_days(first: int, last: int) -> Metric:
    return Metric(
        name=f"retention_days_{first}_{last}", title=f"Retention within days {first} to {last}",
        label=f"Back in days {first}-{last}", fact="visits", derived=IN_DAYS,
        parameters={"first": first, "last": last},
        sums=within("returned = 1", name="returned", closed="day + :last <= :known"),
        estimator=Share("returned"), unit="percent", good="high", kind="outcome",
        words=(
            "Of the visitors whose first visit lies in the period, the share that visited on any of"
            f" days {first} to {last} after it. Only those count whose days are over; the others"
            " are open."
        ),
        formula="first visitors back within the days / first visitors whose days are over",
        source=_FADER, pitfalls=_PITFALLS,
    )  # fmt: skip


RETENTION = (
    RETENTION_OF_CUSTOMERS,
    *(_on_day(days) for days in (1, 7, 30)),
    Metric(
        name="retention_rolling_7", title="Rolling retention from day 7", label="Back after day 7",
        fact="visits", derived=FROM_DAY, parameters={"days": 7, "last": 30},
        sums=within("returned = 1", name="returned", closed="day + :last <= :known"),
        estimator=Share("returned"), unit="percent", good="high", kind="outcome",
        words=(
            "Of the visitors whose first visit lies in the period, the share that visited on day 7"
            " after it or on any later day. Only those count who came at least 30 days ago; the"
            " others are open."
        ),
        formula="first visitors back on the day or later / first visitors of 30 days ago or more",
        source=_FADER, beside="retention_day_7",
        pitfalls=(
            "It goes on rising while visitors return: older months had more time to do so.",
            *_PITFALLS,
        ),
    ),
    *(_in_days(first, last) for first, last in ((1, 7), (8, 14))),
)  # fmt: skip
