"""Engagement: how many customers are active, how often they come and what they use."""

from __future__ import annotations

from milepost.metrics.definition import Metric
from milepost.metrics.derived import Derived
from milepost.metrics.estimators import Mean, Quantile, Ratio, Share, Total
from milepost.metrics.web import VISITORS

ACTIVE_CUSTOMERS = Derived(
    name="active_customers",
    select="""
        WITH active AS (
            SELECT r.* EXCLUDE (day), p.since AS day,
                least(p.until, :known + 1) - p.since AS days,
                CASE WHEN row_number() OVER (
                    PARTITION BY unit, level, r.day ORDER BY at, _source, _record
                ) = 1 THEN 1 ELSE 0 END AS new_day
            FROM rows AS r
            JOIN periods AS p ON r.day >= p.since AND r.day < p.until
            WHERE customer_id IS NOT NULL
        )
        SELECT *, count(*) OVER customer AS interactions,
            1.0 * sum(new_day) OVER customer / days AS active_share
        FROM active
        WINDOW customer AS (PARTITION BY unit, level, day)
        QUALIFY row_number() OVER (
            PARTITION BY unit, level, day ORDER BY at, _source, _record
        ) = 1
    """,
    words=(
        "One row for each customer with an event in a period, as of the first, with the number of"
        " events and on what share of the period's days so far there were any."
    ),
)

_CLIFTON = "Clifton (2012), Advanced Web Metrics with Google Analytics, 3rd edition"
_DAA = "Digital Analytics Association (2008), Web Analytics Definitions"
_DENG = "Deng, Knoblich & Lu (2018), Applying the Delta Method in Metric Analytics, KDD"
_RODDEN = "Rodden, Hutchinson & Fu (2010), Measuring the User Experience on a Large Scale, CHI"
_VALUE = "Map events in which customers get something: a mere log-in makes nobody active."
_LENGTH = "It grows with the length of the period; compare periods of one length."


def _a_visit(column: str, *, name: str, title: str, label: str, words: str, pitfall: str) -> Metric:
    """Something per visit, as a ratio of sums with visitors as its units."""
    return Metric(
        name=name, title=title, label=label, fact="visits", where=f"{column} IS NOT NULL",
        sums={"n": "count(*)", column: f"sum({column})"},
        estimator=Ratio(over=column, under="n"), unit="ratio", good="neither", kind="interaction",
        needs=(column,), words=words, formula=f"{column} / visits", source=_DENG,
        pitfalls=(pitfall, "Visits without the figure are left out; they may be the short ones."),
    )  # fmt: skip


ACTIVITY = (
    Metric(
        name="active_customers", title="Active customers", label="Active customers",
        fact="events", derived=ACTIVE_CUSTOMERS, sums={"n": "count(*)"},
        estimator=Total("n"), unit="count", good="high", kind="interaction",
        needs=("customer_id",), beside="stickiness",
        words=(
            "How many different customers had an event in the period. By month these are the monthly"
            " active users (MAU), by day the daily ones (DAU)."
        ),
        formula="distinct customers with an event", source=_RODDEN,
        pitfalls=(
            "It does not add up: who is active in two months, or in two segments, counts in both.",
            _VALUE,
        ),
    ),
    Metric(
        name="stickiness", title="Stickiness (DAU / MAU)", label="Stickiness",
        fact="events", derived=ACTIVE_CUSTOMERS,
        sums={
            "n": "count(*)", "shares": "sum(active_share)",
            "squares": "sum(active_share * active_share)",
        },
        estimator=Mean("shares", "squares"), unit="percent", good="high", kind="interaction",
        needs=("customer_id",),
        words=(
            "On what share of the period's days an active customer is active, on average. By month"
            " it is the mean number of daily active users over the monthly ones."
        ),
        formula="mean over active customers of days active / days of the period", source=_RODDEN,
        pitfalls=(
            "It falls when many new customers come late in the period, who had few days to be active.",
            "Ask for it by month: of a year or a week it is another number.",
            _VALUE,
        ),
    ),
    Metric(
        name="interactions_per_customer", title="Interactions per active customer",
        label="Interactions", fact="events", derived=ACTIVE_CUSTOMERS,
        sums={
            "n": "count(*)", "interactions": "sum(interactions)",
            "squares": "sum(interactions * interactions)",
        },
        estimator=Mean("interactions", "squares"), unit="ratio", good="neither",
        kind="interaction", needs=("customer_id",),
        words="How many events an active customer had in the period, on average.",
        formula="events of known customers / customers with an event", source=_RODDEN,
        pitfalls=(_LENGTH, "More may be trouble: somebody who searches long interacts a lot."),
    ),
    Metric(
        name="feature_use", title="Use of features", label="Feature use",
        fact="events", where="customer_id IS NOT NULL", split="event",
        sums={"n": "count(DISTINCT unit)"},
        estimator=Share("n", of="all", formula="Goodman"), unit="percent", good="neither", kind="interaction",
        needs=("customer_id",),
        words=(
            "Of the customers active in the period, the share that had each event at least once."
            " A customer may use several, so that the shares do not add up to 100."
        ),
        formula="customers with the event / customers with any event", source=_RODDEN,
        pitfalls=(
            _LENGTH,
            "A feature that few were ever shown is not the same as one that few wanted.",
            "The intervals hold for all events at once, so each is wider than it were alone.",
        ),
    ),
)  # fmt: skip

COMING = (
    Metric(
        name="unique_visitors", title="Unique visitors", label="Unique visitors",
        fact="visits", derived=VISITORS, sums={"n": "count(*)"},
        estimator=Total("n"), unit="count", good="high", kind="interaction",
        words="How many different visitors came in the period, told by customer or visitor number.",
        formula="distinct visitors", source=_DAA, beside="visits_per_customer",
        pitfalls=(
            "It does not add up: who comes in two months counts in both.",
            "A person on two devices, or without cookies, counts as several visitors.",
        ),
    ),
    Metric(
        name="visits_per_customer", title="Visits per visitor", label="Visits/visitor",
        fact="visits", derived=VISITORS,
        sums={"n": "count(*)", "visits": "sum(visits)", "squares": "sum(visits * visits)"},
        estimator=Mean("visits", "squares"), unit="ratio", good="neither", kind="interaction",
        words="How many visits a customer or known visitor made in the period, on average.",
        formula="visits of known visitors / visitors", source=_DAA,
        pitfalls=(_LENGTH, "Who did not come at all is not in it."),
    ),
    Metric(
        name="time_on_site", title="Mean time of a visit", label="Time on site", fact="visits",
        where="seconds >= 0",
        sums={
            "n": "count(*)", "seconds": "sum(seconds)", "squares": "sum(seconds * seconds)",
        },
        estimator=Mean("seconds", "squares"), unit="seconds", good="neither", kind="interaction",
        needs=("seconds",), beside="time_on_site_median",
        words="How long a visit took on average, of the visits whose time is known.",
        formula="seconds / visits", source=_CLIFTON,
        pitfalls=(
            "Long is good where people read and bad where they search: decide which it is.",
            "Most tools cannot see how long the last page was read; a few pages left open carry it.",
        ),
    ),
    Metric(
        name="time_on_site_median", title="Median time of a visit", label="Time, median",
        fact="visits", where="seconds >= 0", sums={"n": "count(*)"},
        estimator=Quantile(of="seconds"), unit="seconds", good="neither", kind="interaction",
        needs=("seconds",),
        words="Half of the visits whose time is known took less than this, and half took more.",
        formula="median of seconds", source=_CLIFTON,
        pitfalls=(
            "Where most visits are of one page, whose time tools count as 0, the median is 0.",
        ),
    ),
    _a_visit(
        "pageviews", name="pages_per_visit", title="Pages per visit", label="Pages/visit",
        words="How many pages a visit saw on average.",
        pitfall="More pages may be interest, or a search that leads nowhere.",
    ),
    _a_visit(
        "clicks", name="clicks_per_visit", title="Clicks per visit", label="Clicks/visit",
        words="How many clicks a visit made on average.",
        pitfall="Fewer clicks to the same goal are better: read it beside visit completion.",
    ),
)  # fmt: skip

ENGAGEMENT = (*ACTIVITY, *COMING)
