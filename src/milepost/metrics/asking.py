"""Metrics of asking itself: who answered of those invited, who finished, who wrote something."""

from __future__ import annotations

from milepost.metrics.definition import Metric
from milepost.metrics.derived import SUBMISSIONS
from milepost.metrics.estimators import Share

_AAPOR = "AAPOR (2023), Standard Definitions, 10th edition"

ASKING = (
    Metric(
        name="response_rate", title="Response rate, of invitations sent", label="Response rate", fact="invitations",
        sums={
            "n": "count(*)",
            "answered": "sum(CASE WHEN answered_at IS NOT NULL THEN 1 ELSE 0 END)",
        },
        estimator=Share("answered"), unit="percent", good="high", kind="interaction",
        words=(
            "Share of the invitations sent that were answered; where a source states how many"
            " were `invited`, the responses it brought of that number."
        ),
        formula="invitations answered / invitations sent", source=_AAPOR, invited=True,
        needs=("answered_at",),
    ),
    Metric(
        name="response_rate_delivered", title="Response rate, of invitations delivered",
        label="Response, arrived",
        fact="invitations", where="delivered_at IS NOT NULL",
        sums={
            "n": "count(*)",
            "answered": "sum(CASE WHEN answered_at IS NOT NULL THEN 1 ELSE 0 END)",
        },
        estimator=Share("answered"), unit="percent", good="high", kind="interaction",
        words="Share of the invitations delivered that were answered; bounces do not count.",
        formula="invitations answered / invitations delivered", source=_AAPOR,
        needs=("delivered_at", "answered_at"),
    ),
    Metric(
        name="completion_rate", title="Completion rate", label="Completion rate", fact="invitations",
        where="answered_at IS NOT NULL",
        sums={
            "n": "count(*)",
            "completed": "sum(CASE WHEN completed_at IS NOT NULL THEN 1 ELSE 0 END)",
        },
        estimator=Share("completed"), unit="percent", good="high", kind="interaction",
        words="Share of the people who began to answer that answered to the end.",
        formula="invitations completed / invitations answered", source=_AAPOR,
        needs=("answered_at", "completed_at"),
    ),
    Metric(
        name="comment_share", title="Share with a comment", label="With a comment", fact="responses",
        derived=SUBMISSIONS,
        sums={"n": "count(*)", "commented": "sum(commented)"},
        estimator=Share("commented"), unit="percent", good="neither", kind="interaction",
        words="Share of the responses that came back with a comment in words.",
        formula="responses with a comment / responses", source=_AAPOR,
        needs=("comment",),
    ),
)  # fmt: skip
