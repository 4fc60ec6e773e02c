"""Tickets' times: to the first reply and to the solution, by the clock and in business hours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from milepost.metrics.definition import Metric
from milepost.metrics.derived import Derived
from milepost.metrics.estimators import Mean, Quantile
from milepost.metrics.tickets import DESK, SO_FAR

_SURVIVAL = "Kaplan & Meier (1958), JASA 53; Masson, Rim & Lee (2019), DDSketch, PVLDB 12"


def _on_day_of(column: str, *, name: str, words: str) -> Derived:
    """Tickets at the day on which something happened to them; what a wrong clock tells is out."""
    return Derived(
        name=name,
        select=f"""
            SELECT r.* EXCLUDE (day), CAST({column} AT TIME ZONE :timezone AS DATE) AS day
            FROM rows AS r
            WHERE {column} >= opened_at
        """,
        words=words,
    )


SOLVED = _on_day_of(
    "resolved_at", name="tickets_solved",
    words="One row for each ticket that was solved, at the day of its solution.",
)  # fmt: skip
REPLIED = _on_day_of(
    "first_replied_at", name="tickets_replied_to",
    words="One row for each ticket that was replied to, at the day of the first reply.",
)  # fmt: skip


def _between(since: str, until: str) -> str:
    return f"epoch({until}) - epoch({since})"


def _worked(since: str, until: str) -> str:
    return f"business_seconds({since}, {until})"


def _net(seconds: str) -> str:
    """The seconds less those that the customer let the company wait, none at the least."""
    left = f"{seconds} - coalesce(waiting_seconds, 0)"
    return f"CASE WHEN {left} >= 0 THEN {left} WHEN {seconds} >= 0 THEN 0 END"


def _mean_of(seconds: str) -> dict[str, str]:
    return {
        "n": "count(*)",
        "total": f"sum({seconds})",
        "squares": f"sum(({seconds}) * ({seconds}))",
    }


_SOLUTION = _between("opened_at", "resolved_at")
_SOLUTION_WORKED = _worked("opened_at", "resolved_at")
_REPLY = _between("opened_at", "first_replied_at")
_REPLY_WORKED = _worked("opened_at", "first_replied_at")
# How old a ticket without a solution is.
_AGE = f"CASE WHEN resolved_at IS NULL THEN {_between('opened_at', 'seen')} END"
_AGE_WORKED = f"CASE WHEN resolved_at IS NULL THEN {_worked('opened_at', 'seen')} END"
_AGE_NET = f"CASE WHEN resolved_at IS NULL THEN {_net(_between('opened_at', 'seen'))} END"
# How long there was no reply; a ticket solved without one will never have it.
_SILENT = _between("opened_at", "coalesce(resolved_at, seen)")
_SILENT_WORKED = _worked("opened_at", "coalesce(resolved_at, seen)")

_HOURS = "Business hours are the company's, in its time zone; they know no holidays."
_SHORT = "Tickets that are closed by themselves make it shorter."
_SKEWED = "A few very long tickets make the mean: read the median beside it."
_OF_DAYS = "A mean or median of daily medians is another number."
_WAITED = "A ticket without time of waiting counts as never having waited."


def _mean(
    name: str, seconds: str, *, derived: Derived, needs: tuple[str, ...], **kept: Any
) -> Metric:
    return Metric(
        name=name, fact="tickets", derived=derived, sums=_mean_of(seconds),
        estimator=Mean("total", "squares"), unit="seconds", good="low", kind="interaction",
        source=DESK, needs=needs, **kept,
    )  # fmt: skip


def _quantile(
    name: str, of: str, *, open: str, at: float = 0.5, needs: tuple[str, ...], **kept: Any
) -> Metric:
    return Metric(
        name=name, fact="tickets", derived=SO_FAR, sums={"n": "count(*)"},
        estimator=Quantile(of, at=at, open=open), unit="seconds", good="low", kind="interaction",
        source=_SURVIVAL, needs=needs, **kept,
    )  # fmt: skip


FIRST_RESPONSE = _quantile(
    "first_response_time", _REPLY, open=f"CASE WHEN first_replied_at IS NULL THEN {_SILENT} END",
    needs=("first_replied_at",), title="First response time, median", label="First response",
    beside="first_response_time_mean",
    words=(
        "The time within which half of the tickets opened in the period had their first reply."
        " Tickets without reply count for as long as they have waited, or until they were solved."
    ),
    formula="median of first reply less opening, tickets without reply by Kaplan-Meier",
    pitfalls=("An automatic confirmation is no reply.", _OF_DAYS),
)  # fmt: skip

RESOLUTION = _mean(
    "resolution_time", _SOLUTION, derived=SOLVED, needs=("resolved_at",),
    title="Resolution time, mean", label="Resolution time", beside="resolution_time_median",
    words=(
        "Mean time from opening to solution of the tickets solved in the period, whenever they"
        " were opened, as help desks count it."
    ),
    formula="sum of (solved - opened) / tickets solved",
    pitfalls=(
        _SKEWED, _SHORT, "Old tickets that are cleared away make a good month look bad.",
    ),
)  # fmt: skip

RESOLUTION_MEDIAN = _quantile(
    "resolution_time_median", _SOLUTION, open=_AGE, needs=("resolved_at",),
    title="Resolution time, median", label="Resolution, median", beside="resolution_time_p90",
    words=(
        "The time within which half of the tickets opened in the period were solved. Tickets still"
        " open count for as long as they have been open."
    ),
    formula="median of solved less opened, open tickets by Kaplan-Meier",
    pitfalls=("Without the open tickets it would be too short.", _SHORT, _OF_DAYS),
)  # fmt: skip

RESOLUTION_P90 = replace(
    RESOLUTION_MEDIAN, name="resolution_time_p90", title="Resolution time, 90th percentile",
    label="Res., 90th perc.", beside="resolution_time_median",
    estimator=Quantile(_SOLUTION, at=0.9, open=_AGE),
    words=(
        "The time within which nine of ten tickets opened in the period were solved. Tickets still"
        " open count for as long as they have been open; not reached yet, there is no number."
    ),
    formula="90th percentile of solved less opened, open tickets by Kaplan-Meier",
)  # fmt: skip

BY_THE_CLOCK = (
    FIRST_RESPONSE,
    _mean(
        "first_response_time_mean", _REPLY, derived=REPLIED, needs=("first_replied_at",),
        title="First response time, mean", label="First resp., mean", beside="first_response_time",
        words="Mean time from opening to first reply of the tickets first replied to in the period.",
        formula="sum of (first reply - opened) / tickets replied to",
        pitfalls=(_SKEWED, "Tickets that nobody has replied to are not in it."),
    ),
    RESOLUTION,
    RESOLUTION_MEDIAN,
    RESOLUTION_P90,
)  # fmt: skip

IN_BUSINESS_HOURS = (
    replace(
        FIRST_RESPONSE, name="first_response_time_business",
        title="First response time in business hours, median", label="1st resp., hours",
        beside="first_response_time",
        estimator=Quantile(
            _REPLY_WORKED, open=f"CASE WHEN first_replied_at IS NULL THEN {_SILENT_WORKED} END"
        ),
        words=(
            "The business hours within which half of the tickets opened in the period had their"
            " first reply; tickets without reply count for as long as they have waited."
        ),
        formula="median of business seconds to the first reply, without reply by Kaplan-Meier",
        pitfalls=(*FIRST_RESPONSE.pitfalls, _HOURS),
    ),
    replace(
        RESOLUTION, name="resolution_time_business",
        title="Resolution time in business hours, mean", label="Resolution, hours",
        sums=_mean_of(_SOLUTION_WORKED), beside="resolution_time_median_business",
        words="Mean business hours from opening to solution of the tickets solved in the period.",
        formula="sum of business seconds from opening to solution / tickets solved",
        pitfalls=(*RESOLUTION.pitfalls, _HOURS),
    ),
    replace(
        RESOLUTION_MEDIAN, name="resolution_time_median_business",
        title="Resolution time in business hours, median", label="Res. hours, median",
        estimator=Quantile(_SOLUTION_WORKED, open=_AGE_WORKED), beside="resolution_time_p90_business",
        words=(
            "The business hours within which half of the tickets opened in the period were solved;"
            " tickets still open count for as long as they have been open."
        ),
        formula="median of business seconds to the solution, open tickets by Kaplan-Meier",
        pitfalls=(*RESOLUTION_MEDIAN.pitfalls, _HOURS),
    ),
    replace(
        RESOLUTION_P90, name="resolution_time_p90_business",
        title="Resolution time in business hours, 90th percentile", label="Hours, 90th perc.",
        estimator=Quantile(_SOLUTION_WORKED, at=0.9, open=_AGE_WORKED),
        beside="resolution_time_median_business",
        words=(
            "The business hours within which nine of ten tickets opened in the period were solved;"
            " tickets still open count for as long as they have been open."
        ),
        formula="90th percentile of business seconds to the solution, open ones by Kaplan-Meier",
        pitfalls=(*RESOLUTION_P90.pitfalls, _HOURS),
    ),
)  # fmt: skip

WITHOUT_WAITING = (
    replace(
        RESOLUTION, name="resolution_time_net_of_waiting",
        title="Resolution time less waiting for the customer, mean", label="Resolution, net",
        sums=_mean_of(_net(_SOLUTION)), needs=("resolved_at", "waiting_seconds"),
        beside="customer_waiting_time",
        words=(
            "Mean time from opening to solution, less the time that the ticket waited for the"
            " customer, of the tickets solved in the period."
        ),
        formula="sum of (solved - opened - waiting) / tickets solved",
        pitfalls=(*RESOLUTION.pitfalls, _WAITED),
    ),
    replace(
        RESOLUTION_MEDIAN, name="resolution_time_median_net_of_waiting",
        title="Resolution time less waiting for the customer, median", label="Res. net, median",
        estimator=Quantile(_net(_SOLUTION), open=_AGE_NET),
        needs=("resolved_at", "waiting_seconds"), beside="customer_waiting_time",
        words=(
            "The time without waiting for the customer within which half of the tickets opened in"
            " the period were solved; tickets still open count for as long as they have been open."
        ),
        formula="median of solved less opened less waiting, open tickets by Kaplan-Meier",
        pitfalls=(*RESOLUTION_MEDIAN.pitfalls, _WAITED),
    ),
    replace(
        RESOLUTION, name="customer_waiting_time", title="Time spent waiting for the customer, mean",
        label="Customer's time", sums=_mean_of("greatest(coalesce(waiting_seconds, 0), 0)"),
        needs=("resolved_at", "waiting_seconds"), beside="resolution_time_net_of_waiting",
        good="neither",
        words="Mean time that the tickets solved in the period had waited for the customer.",
        formula="sum of waiting / tickets solved",
        pitfalls=(_WAITED, "A clock that is stopped too readily hides the company's own delay."),
    ),
)  # fmt: skip

TICKET_TIMES = (*BY_THE_CLOCK, *IN_BUSINESS_HOURS, *WITHOUT_WAITING)
