"""Tickets: how many come, how many wait, come back, are solved, and in time."""

from __future__ import annotations

from milepost.metrics.definition import Metric
from milepost.metrics.derived import Derived
from milepost.metrics.estimators import Share, Total
from milepost.metrics.windows import within

DESK = "Zendesk, Support metrics definitions (help centre, 2024)"
ITIL = "Axelos (2019), ITIL Foundation, 4th edition: service level management"

# What comes after the last day known is no event but a clock that runs ahead.
SO_FAR = Derived(
    name="tickets_so_far",
    select="""
        WITH last AS (
            SELECT least(
                max(greatest(opened_at, first_replied_at, resolved_at)),
                CAST(:known + 1 AS TIMESTAMP) AT TIME ZONE :timezone
            ) AS seen
            FROM rows
        )
        SELECT r.*, last.seen
        FROM rows AS r CROSS JOIN last
    """,
    words="One row for each ticket, with the last moment of which the tickets tell anything.",
)

LEFT_OPEN = Derived(
    name="tickets_left_open",
    select="""
        SELECT r.* EXCLUDE (day), p.since AS day
        FROM rows AS r
        JOIN periods AS p
            ON r.day < p.until
            AND (resolved_at IS NULL
                OR CAST(resolved_at AT TIME ZONE :timezone AS DATE) >= p.until)
    """,
    words="One row for each ticket and period at whose end it was open.",
)

_SOLVED = "resolved_at IS NOT NULL OR lower(status) IN ('solved', 'closed', 'resolved')"

TICKETS = (
    Metric(
        name="tickets", title="Tickets opened", label="Tickets", fact="tickets",
        sums={"n": "count(*)"}, estimator=Total("n"), unit="count", good="neither",
        kind="interaction", words="How many tickets were opened in the period.",
        formula="tickets opened", source=DESK,
        pitfalls=("More tickets may mean more customers, or an easier way to write.",),
    ),
    Metric(
        name="backlog", title="Tickets open at the end of the period", label="Backlog",
        fact="tickets", derived=LEFT_OPEN, sums={"n": "count(*)"}, estimator=Total("n"),
        unit="count", good="low", kind="interaction", needs=("resolved_at",),
        words=(
            "How many tickets were not solved at the period's end, whenever they were opened; of a"
            " running period those open now."
        ),
        formula="tickets opened before the end and not solved by then", source=DESK,
        pitfalls=(
            "A ticket that was solved, opened again and solved anew counts as open in between.",
        ),
    ),
    Metric(
        name="solved_share", title="Share of tickets solved", label="Solved", fact="tickets",
        where="status IS NOT NULL", needs=("status",),
        sums={"n": "count(*)", "solved": f"sum(CASE WHEN {_SOLVED} THEN 1 ELSE 0 END)"},
        estimator=Share("solved"), unit="percent", good="high", kind="outcome",
        words=(
            "Of the tickets opened in the period, the share that is solved by now: with a time of"
            " solution, or of status solved, closed or resolved."
        ),
        formula="tickets solved / tickets opened", source=DESK,
        pitfalls=(
            "Young tickets had less time: the latest periods are always lower.",
            "A ticket that was closed without a word from the customer need not be solved.",
        ),
    ),
    Metric(
        name="reopened", title="Share of solved tickets that were reopened", label="Reopened",
        fact="tickets", where="reopened IS NOT NULL AND (reopened OR resolved_at IS NOT NULL)",
        sums={"n": "count(*)", "again": "sum(CASE WHEN reopened THEN 1 ELSE 0 END)"},
        estimator=Share("again"), unit="percent", good="low", kind="outcome",
        needs=("reopened", "resolved_at"),
        words=(
            "Of the tickets opened in the period and solved at least once, the share that was"
            " opened again."
        ),
        formula="tickets reopened / tickets ever solved", source=DESK,
        pitfalls=("A thank-you that opens a ticket again is no failure, but counts as one.",),
    ),
    Metric(
        name="within_target", title="Share of tickets solved by their due time",
        label="Within target", fact="tickets", derived=SO_FAR, where="due_at IS NOT NULL",
        sums=within(
            "resolved_at <= due_at", name="met",
            closed="(resolved_at IS NOT NULL OR due_at <= seen)",
        ),
        estimator=Share("met"), unit="percent", good="high", kind="interaction",
        needs=("due_at", "resolved_at"),
        words=(
            "Of the tickets opened in the period that have a due time, the share solved by then."
            " Not solved and past due is missed; not solved and not yet due is open."
        ),
        formula="tickets solved by due time / tickets solved or past due", source=ITIL,
        pitfalls=(
            "Computed on solved tickets only, it hides those that are long overdue.",
            "A due day without a time of day is over as it begins.",
        ),
    ),
)  # fmt: skip
