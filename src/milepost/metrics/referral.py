"""Referral: whether customers bring others, and how many."""

from __future__ import annotations

from dataclasses import replace

from milepost.metrics.definition import Metric
from milepost.metrics.derived import Derived
from milepost.metrics.estimators import Mean, Share
from milepost.metrics.windows import amounts, within

INVITATIONS = Derived(
    name="referral_windows",
    select="""
        SELECT r.*, CAST(accepted_at AT TIME ZONE :timezone AS DATE) AS accepted_day
        FROM rows AS r
        WHERE referred_id IS DISTINCT FROM referrer_id
    """,
    words="Every invitation of somebody else, with the day on which it was accepted.",
)

REFERRERS = Derived(
    name="referrers",
    select="""
        WITH joined AS (
            SELECT * FROM rows
            QUALIFY row_number() OVER (PARTITION BY unit, level ORDER BY joined_at, _source) = 1
        ),
        invited AS (
            SELECT r.unit, r.level, count(f.referrer_id) AS invitations,
                count(CASE
                    WHEN CAST(f.accepted_at AT TIME ZONE :timezone AS DATE) <= r.day + :days
                    THEN 1 END) AS accepted
            FROM joined AS r
            LEFT JOIN referrals AS f ON f.referrer_id = r.customer_id
                AND f.day >= r.day AND f.day <= r.day + :days
                AND f.referred_id IS DISTINCT FROM f.referrer_id
            GROUP BY r.unit, r.level
        )
        SELECT r.*, i.invitations, i.accepted
        FROM joined AS r
        JOIN invited AS i ON i.unit = r.unit AND i.level IS NOT DISTINCT FROM r.level
    """,
    words=(
        "One row for each customer, with the invitations sent in the first days as a customer and"
        " how many of them were accepted in the same days."
    ),
    reads=("referrals", "referrals.accepted_at"),
)

_SCHMITT = "Schmitt, Skiera & Van den Bulte (2011), Referral Programs and Customer Value, JM 75(1)"
_LESKOVEC = "Leskovec, Adamic & Huberman (2007), The Dynamics of Viral Marketing, ACM TWEB 1(1)"
_MATURE = "Customers count once their days are over, so the youngest are never in it."

REFERRAL_RATE = Metric(
    name="referral_rate", title="Referral rate within 90 days", label="Referral rate",
    fact="customers", derived=REFERRERS, parameters={"days": 90},
    sums=within("accepted > 0", name="referring"),
    estimator=Share("referring"), unit="percent", good="high", kind="outcome",
    words=(
        "Of the customers who joined in the period, the share that brought at least one other within"
        " 90 days: invited, and the invitation was accepted. Only those count whose 90 days are over."
    ),
    formula="customers with an accepted referral in time / customers who joined, windows closed",
    source=_SCHMITT, beside="viral_coefficient",
    pitfalls=(
        _MATURE,
        "Who invites under a second name of their own cannot be told apart from a true referral.",
    ),
)  # fmt: skip

VIRAL_COEFFICIENT = replace(
    REFERRAL_RATE, name="viral_coefficient", title="Viral coefficient (K) within 90 days",
    label="Viral coefficient", sums=amounts("accepted"),
    estimator=Mean("total", "squares"), unit="ratio", beside="referral_acceptance",
    words=(
        "How many others a customer who joined in the period brought within 90 days, on average:"
        " invitations per customer times the share accepted. Only those count whose 90 days are over."
    ),
    formula="accepted invitations in time / customers who joined, windows closed", source=_LESKOVEC,
    pitfalls=(
        _MATURE,
        "A few customers bring most of the others: with fewer than 200 the interval is rough.",
        "Above 1 it says nothing about how long growth lasts; how soon others follow matters as much.",
    ),
)  # fmt: skip

REFERRAL = (
    REFERRAL_RATE,
    VIRAL_COEFFICIENT,
    replace(
        VIRAL_COEFFICIENT, name="accepted_per_inviter", label="Accepted/inviter",
        title="Accepted invitations per inviting customer within 90 days",
        where="invitations > 0", beside=None,
        words=(
            "How many others a customer who invited anybody brought within 90 days of joining, on"
            " average. Only those count whose 90 days are over."
        ),
        formula="accepted invitations in time / customers who invited, windows closed",
        pitfalls=(_MATURE, "It is not the viral coefficient, which counts those who never invite."),
    ),
    Metric(
        name="referral_acceptance", title="Invitations accepted within 30 days",
        label="Referral accepted", fact="referrals", derived=INVITATIONS,
        parameters={"days": 30},
        sums=within("accepted_day <= day + :days", name="accepted"),
        estimator=Share("accepted"), unit="percent", good="high", kind="outcome",
        needs=("accepted_at",),
        words=(
            "Share of the invitations that customers sent to others which were accepted within 30"
            " days. Only those count whose 30 days are over; the others are open."
        ),
        formula="invitations accepted in time / invitations sent, windows closed", source=_LESKOVEC,
        pitfalls=(
            "Many invitations by one customer say little more than one: customers are its units.",
        ),
    ),
    Metric(
        name="referred_customers", title="New customers who were referred", label="Referred, of new",
        fact="customers",
        sums={
            "n": "count(*)", "referred": "sum(CASE WHEN referred_by IS NOT NULL THEN 1 ELSE 0 END)",
        },
        estimator=Share("referred"), unit="percent", good="high", kind="outcome",
        needs=("referred_by",), beside="referral_rate",
        words="Of the customers who joined in the period, the share that another customer brought.",
        formula="new customers with a referrer / new customers", source=_SCHMITT,
        pitfalls=(
            "It rises when other ways of winning customers dry up, which is no good news.",
            "Only referrals that are recorded count; many people just tell a friend.",
        ),
    ),
)  # fmt: skip
