"""Web and shop: why visitors come, whether they get it done, and what they leave in the cart."""

from __future__ import annotations

from dataclasses import replace

from milepost.metrics.definition import Metric
from milepost.metrics.derived import Derived
from milepost.metrics.estimators import Share
from milepost.metrics.windows import within

VISITORS = Derived(
    name="visitors",
    select="""
        SELECT r.* EXCLUDE (day), p.since AS day, count(*) OVER visitor AS visits,
            max(CASE WHEN converted THEN 1 WHEN NOT converted THEN 0 END) OVER visitor AS won
        FROM rows AS r
        JOIN periods AS p ON r.day >= p.since AND r.day < p.until
        WHERE coalesce(customer_id, visitor_id) IS NOT NULL
        WINDOW visitor AS (PARTITION BY unit, level, p.since)
        QUALIFY row_number() OVER (
            PARTITION BY unit, level, p.since ORDER BY started_at, visit_id
        ) = 1
    """,
    words=(
        "One row for each known visitor of a period, as of the first visit, with the number of"
        " visits and whether any of them converted."
    ),
)

CARTS = Derived(
    name="cart_windows",
    select="""
        SELECT r.*,
            CAST((created_at + :hours * INTERVAL '1' HOUR) AT TIME ZONE :timezone AS DATE)
                AS last_day,
            CASE WHEN ordered_at <= created_at + :hours * INTERVAL '1' HOUR THEN 0 ELSE 1 END
                AS abandoned
        FROM rows AS r
    """,
    words="Every cart, with the day on which its time to order ends and whether it was left.",
)

CART_VISITORS = Derived(
    name="cart_visitors",
    select="""
        WITH carts_in_time AS (
            SELECT r.* EXCLUDE (day), p.since AS day,
                CAST((created_at + :hours * INTERVAL '1' HOUR) AT TIME ZONE :timezone AS DATE)
                    AS closes,
                CASE WHEN ordered_at <= created_at + :hours * INTERVAL '1' HOUR THEN 0 ELSE 1 END
                    AS left_alone
            FROM rows AS r
            JOIN periods AS p ON r.day >= p.since AND r.day < p.until
            WHERE coalesce(customer_id, visitor_id) IS NOT NULL
        )
        SELECT *, max(closes) OVER visitor AS last_day, min(left_alone) OVER visitor AS abandoned
        FROM carts_in_time
        WINDOW visitor AS (PARTITION BY unit, level, day)
        QUALIFY row_number() OVER (
            PARTITION BY unit, level, day ORDER BY created_at, cart_id
        ) = 1
    """,
    words=(
        "One row for each known visitor with a cart in a period: the day on which the time of all"
        " its carts is over, and whether all of them were left."
    ),
)


def _followed(name: str, *, first: str, then: str, words: str) -> Derived:
    """Visits with an event, and whether another follows; `then` is a condition on the event."""
    return Derived(
        name=name,
        select=f"""
            WITH marked AS (
                SELECT r.*, max(CASE WHEN {then} THEN at END) OVER visit AS last_then
                FROM rows AS r
                WHERE visit_id IS NOT NULL
                WINDOW visit AS (PARTITION BY visit_id, level)
            )
            SELECT *, CASE WHEN last_then >= at THEN 1 ELSE 0 END AS followed
            FROM marked
            WHERE event = '{first}'
            QUALIFY row_number() OVER (
                PARTITION BY visit_id, level ORDER BY at, _source, _record
            ) = 1
        """,
        words=words,
    )


VIEWING_VISITS = _followed(
    "viewing_visits", first="view", then="event = 'click'",
    words="One row for each visit with an event 'view', and whether a 'click' came after it.",
)  # fmt: skip
CHECKOUT_VISITS = _followed(
    "checkout_visits", first="checkout", then="event IN ('order', 'purchase')",
    words="One row for each visit with an event 'checkout', and whether an order came after it.",
)  # fmt: skip

_GOODMAN = "Goodman (1965), On Simultaneous Confidence Intervals, Technometrics 7(2)"
_SAURO = "Sauro & Lewis (2016), Quantifying the User Experience, 2nd edition"
_DENG = "Deng, Knoblich & Lu (2018), Applying the Delta Method in Metric Analytics, KDD"
_DAA = "Digital Analytics Association (2008), Web Analytics Definitions"
_FARRIS = "Farris, Bendle, Pfeifer & Reibstein (2016), Marketing Metrics, 3rd edition"
_COOKIES = "A person on two devices, or without cookies, counts as several visitors."

VISITS = (
    Metric(
        name="visit_intent", title="Intent of visits", label="Visit intent", fact="visits",
        where="intent IS NOT NULL", sums={"n": "count(intent)"},
        estimator=Share("n", of="all", formula="Goodman"), unit="percent", good="neither",
        kind="interaction", split="intent", needs=("intent",),
        words="Share of each reason for coming among the visits whose reason is known.",
        formula="visits with the reason / visits with any reason", source=_GOODMAN,
        pitfalls=(
            "Where the reason is asked on leaving, those who left early are not in it.",
            "The intervals hold for all reasons at once, so each is wider than it were alone.",
        ),
    ),
    Metric(
        name="visit_completion", title="Visits that completed their purpose",
        label="Visit completion", fact="visits", where="completed IS NOT NULL",
        sums={"n": "count(*)", "completed": "sum(CASE WHEN completed THEN 1 ELSE 0 END)"},
        estimator=Share("completed", formula="Agresti-Coull"), unit="percent", good="high",
        kind="outcome", needs=("completed",),
        words=(
            "Share of the visits that did what they came for, of those of which it is known."
            " Cut it by intent to see which purposes fail."
        ),
        formula="visits completed / visits whose completion is known", source=_SAURO,
        pitfalls=(
            "Asked on leaving, it hears those who stayed to the end, and is too high.",
            "Settle what 'partly' counts as, and keep to it.",
        ),
    ),
    Metric(
        name="conversion", title="Conversion, by visit", label="Conversion", fact="visits",
        where="converted IS NOT NULL",
        sums={"n": "count(*)", "converted": "sum(CASE WHEN converted THEN 1 ELSE 0 END)"},
        estimator=Share("converted"), unit="percent", good="high", kind="outcome",
        needs=("converted",), beside="visitor_conversion",
        words=(
            "Share of the visits that converted, such as bought. Visits of one visitor depend on"
            " each other, so visitors are the units of its interval."
        ),
        formula="visits that converted / visits of which it is known", source=_DENG,
        pitfalls=(
            "It falls when people come back more often before they buy, though as many buy.",
            "Robots are visits that never buy: leave them out in the source.",
        ),
    ),
    Metric(
        name="visitor_conversion", title="Conversion, by visitor", label="Visitors who buy",
        fact="visits", derived=VISITORS, where="won IS NOT NULL",
        sums={"n": "count(*)", "converted": "sum(won)"},
        estimator=Share("converted"), unit="percent", good="high", kind="outcome",
        needs=("converted",),
        words="Share of the period's visitors who converted in at least one of their visits in it.",
        formula="visitors with a visit that converted / visitors", source=_DAA,
        pitfalls=(
            _COOKIES,
            "It grows with the length of the period; compare periods of one length.",
        ),
    ),
)  # fmt: skip

EVENTS = (
    Metric(
        name="click_through", title="Click-through, by visit", label="Click-through",
        fact="events", derived=VIEWING_VISITS,
        sums={"n": "count(*)", "clicked": "sum(followed)"},
        estimator=Share("clicked"), unit="percent", good="high", kind="interaction",
        needs=("visit_id",),
        words=(
            "Of the visits that saw a page, told by an event 'view', the share that clicked on it"
            " afterwards, told by an event 'click'. At a touchpoint both have to be there."
        ),
        formula="visits with a click after a view / visits with a view", source=_DAA,
        pitfalls=(
            "Views and clicks of one visit count once, however many there are.",
            "Of the company as a whole any click after any view counts; look at it by touchpoint.",
        ),
    ),
    Metric(
        name="checkout_abandonment", title="Checkout abandonment, by visit",
        label="Checkout left", fact="events", derived=CHECKOUT_VISITS,
        sums={"n": "count(*)", "abandoned": "sum(CASE WHEN followed = 0 THEN 1 ELSE 0 END)"},
        estimator=Share("abandoned"), unit="percent", good="low", kind="outcome",
        needs=("visit_id",), beside="cart_abandonment",
        words=(
            "Of the visits that began to check out, told by an event 'checkout', the share without"
            " an event 'order' or 'purchase' after it in the same visit."
        ),
        formula="visits with a checkout and no order after it / visits with a checkout",
        source=_FARRIS,
        pitfalls=("Who comes back another day and pays has left this checkout all the same.",),
    ),
)  # fmt: skip

# The last day known may be running still, and hours on it are not over.
_OVER = "last_day < :known"

CART_ABANDONMENT = Metric(
    name="cart_abandonment", title="Cart abandonment within 24 hours", label="Carts left",
    fact="carts", derived=CARTS, parameters={"hours": 24},
    sums=within("abandoned = 1", name="abandoned", closed=_OVER),
    estimator=Share("abandoned"), unit="percent", good="low", kind="outcome",
    needs=("ordered_at",), beside="cart_abandonment_visitors",
    words=(
        "Share of the carts that were not ordered within 24 hours of being filled. Only those count"
        " whose 24 hours are over; the others are open."
    ),
    formula="carts without an order in time / carts, windows closed", source=_FARRIS,
    pitfalls=(
        "Many carts are lists of wishes or of prices to compare, and were never to be bought.",
        "A cart filled on one device and ordered on another looks abandoned.",
    ),
)  # fmt: skip

CART_SHARES = (
    CART_ABANDONMENT,
    replace(
        CART_ABANDONMENT, name="cart_abandonment_visitors", label="Cart, by visitor",
        title="Visitors who left all their carts for 24 hours", derived=CART_VISITORS,
        beside="checkout_abandonment",
        words=(
            "Of the period's visitors with a cart, the share that ordered none of their carts within"
            " 24 hours. Only those count whose carts' 24 hours are all over; the others are open."
        ),
        formula="visitors without an order in time / visitors with a cart, windows closed",
        pitfalls=(
            _COOKIES,
            "It is lower than by cart: who fills many carts and orders one has not left.",
        ),
    ),
)  # fmt: skip

WEB = (*VISITS, *EVENTS, *CART_SHARES)
