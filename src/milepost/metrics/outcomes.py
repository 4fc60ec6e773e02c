"""Outcomes of a touchpoint: what those who passed it then did, within a time."""

from __future__ import annotations

from milepost.metrics.definition import Metric
from milepost.metrics.derived import Derived
from milepost.metrics.estimators import Mean, NetShare, Share
from milepost.metrics.windows import CLOSED, amounts, within

# Each customer once a period and touchpoint, by the first passing in it.
_FIRST = """
    WITH passed AS (
        SELECT r.*, p.since AS period
        FROM rows AS r JOIN periods AS p ON r.day >= p.since AND r.day < p.until
        QUALIFY row_number() OVER (
            PARTITION BY r.unit, r.level, p.since ORDER BY r.at, r._source, r._record
        ) = 1
    )
"""


def _then(
    name: str, fact: str, time: str, *, words: str, found: str = "", where: str = ""
) -> Derived:
    """The passings with the first row of another fact that came later, and its day."""
    return Derived(
        name=name,
        select=f"""{_FIRST}
            SELECT q.*, CAST(x.{time} AT TIME ZONE :timezone AS DATE) AS next_day{found}
            FROM passed AS q LEFT JOIN {fact.partition(".")[0]} AS x
                ON x.unit = q.unit AND x.{time} > q.at{where}
            QUALIFY row_number() OVER (
                PARTITION BY q.unit, q.level, q.period
                ORDER BY x.{time} NULLS LAST, x._source, x._record
            ) = 1
        """,
        words=words,
        reads=(fact,),
    )  # fmt: skip


_ONE_ROW = (
    "One row for each customer who passed the touchpoint in the period, from the first passing on"
)
_IN_TIME = "next_day <= day + :days"
_SPENT = Derived(
    name="spending_after",
    select=f"""{_FIRST}
        SELECT q.*,
            sum(CASE WHEN x.day <= q.day + :days THEN x.amount ELSE 0 END)
                OVER (PARTITION BY q.unit, q.level, q.period) AS spent
        FROM passed AS q LEFT JOIN orders AS x ON x.unit = q.unit AND x.ordered_at > q.at
        QUALIFY row_number() OVER (PARTITION BY q.unit, q.level, q.period ORDER BY x.ordered_at) = 1
    """,
    words=f"{_ONE_ROW}, with what was then ordered in time.",
    reads=("orders",),
)
_ANSWERED = _then(
    "answers_after", "responses", "answered_at", found=", x.score AS next_score",
    where=" AND x.question_type = 'nps'", words=f"{_ONE_ROW}, with the next NPS answer.",
)  # fmt: skip
_FARRIS = "Farris, Bendle, Pfeifer & Reibstein (2016), Marketing Metrics, 3rd edition"
_FORRESTER = "Forrester's interaction, perception and outcome metrics of customer experience"
_SAID = f"{CLOSED} AND {_IN_TIME} AND next_score"
_CAUSE = "What follows a contact need not come of it: those who pass differ in other ways too."


def _outcome(
    name: str, title: str, label: str, derived: Derived, *, part: str, days: int, words: str,
    good: str = "high", source: str = _FORRESTER,
) -> Metric:  # fmt: skip
    return Metric(
        name=name, title=title, label=label, fact="passings", derived=derived,
        parameters={"days": days}, sums=within(_IN_TIME, name=part), estimator=Share(part),
        unit="percent", good="high" if good == "high" else "low", kind="outcome", words=words,
        formula=f"customers who passed and {part} in time / customers who passed, windows closed",
        source=source, at_touchpoints=True, pitfalls=(_CAUSE,),
    )  # fmt: skip


OUTCOMES = (
    _outcome(
        "reorders", "Ordered again within 90 days", "Reorders",
        _then("orders_after", "orders", "ordered_at", words=f"{_ONE_ROW}, with the next order."),
        part="reordered", days=90, source=_FARRIS,
        words=(
            "Of the customers who passed the touchpoint in the period, the share that ordered"
            " afterwards within 90 days. Those whose 90 days are not over are open."
        ),
    ),
    _outcome(
        "leaves", "Left within 90 days", "Leaves",
        _then(
            "departures_after", "customers.left_at", "left_at",
            words=f"{_ONE_ROW}, with the day on which the customer left.",
        ),
        part="left", days=90, good="low",
        words=(
            "Of the customers who passed the touchpoint in the period, the share that left within"
            " 90 days. Those whose 90 days are not over are open."
        ),
    ),
    _outcome(
        "cancels", "Cancelled a subscription within 90 days", "Cancels",
        _then(
            "cancellations_after", "subscriptions.ended_at", "ended_at",
            words=f"{_ONE_ROW}, with the end of the first subscription that ended.",
        ),
        part="cancelled", days=90, good="low",
        words=(
            "Of the customers who passed the touchpoint in the period, the share that ended a"
            " subscription within 90 days. Those whose 90 days are not over are open."
        ),
    ),
    _outcome(
        "contacts_again", "Got in touch again within 7 days", "Contacts again",
        _then(
            "contacts_after", "contacts", "at",
            where=" AND coalesce(x.direction, 'inbound') <> 'outbound'",
            words=f"{_ONE_ROW}, with the next contact that the customer began.",
        ),
        part="contacted", days=7, good="low",
        words=(
            "Of the customers who passed the touchpoint in the period, the share that got in touch"
            " afterwards within 7 days. Calls that the company made do not count."
        ),
    ),
    _outcome(
        "refers", "Referred somebody within 90 days", "Refers",
        _then("referrals_after", "referrals", "at", words=f"{_ONE_ROW}, with the next referral."),
        part="referred", days=90,
        words=(
            "Of the customers who passed the touchpoint in the period, the share that referred"
            " somebody within 90 days. Those whose 90 days are not over are open."
        ),
    ),
    Metric(
        name="spends", title="Spent within 90 days", label="Spends", fact="passings",
        derived=_SPENT, parameters={"days": 90}, sums=amounts("spent"),
        estimator=Mean("total", "squares"), unit="money", good="high", kind="outcome",
        words=(
            "What a customer who passed the touchpoint in the period ordered afterwards within 90"
            " days, on average; nothing counts as 0. Those whose 90 days are not over are open."
        ),
        formula="amounts ordered in time / customers who passed, windows closed", source=_FARRIS,
        at_touchpoints=True, pitfalls=(_CAUSE, "A few large orders move a mean of few customers."),
    ),
    Metric(
        name="recommends", title="Net Promoter Score of those who passed, within 30 days",
        label="Recommends", fact="passings", derived=_ANSWERED, parameters={"days": 30},
        sums={
            "n": f"sum(CASE WHEN {_SAID} IS NOT NULL THEN 1 ELSE 0 END)",
            "promoters": f"sum(CASE WHEN {_SAID} >= 9 THEN 1 ELSE 0 END)",
            "detractors": f"sum(CASE WHEN {_SAID} <= 6 THEN 1 ELSE 0 END)",
            "passed": "count(*)",
            "open": f"sum(CASE WHEN {CLOSED} THEN 0 ELSE 1 END)",
        },
        estimator=NetShare("promoters", "detractors"), unit="points", good="high", kind="outcome",
        words=(
            "Of the customers who passed the touchpoint in the period and answered the NPS question"
            " within 30 days, the share of promoters less that of detractors, wherever it was asked."
        ),
        formula="100 x (promoters - detractors) / customers who passed and answered in time",
        source="Reichheld (2003), The One Number You Need to Grow, Harvard Business Review 81(12)",
        at_touchpoints=True, pitfalls=(_CAUSE, "Those who answer differ from those who do not."),
    ),
)  # fmt: skip
