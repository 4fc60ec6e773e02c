"""Call totals: the same shares as of single calls, from half-hours that a telephone system adds up."""

from __future__ import annotations

from typing import Literal

from milepost.metrics.contacts import CLEVELAND
from milepost.metrics.definition import Metric, Unit
from milepost.metrics.derived import Derived
from milepost.metrics.estimators import Ratio, Share, Total

# The names by which a plan says which total is which, in its column `name`.
OFFERED, ANSWERED, ABANDONED = "calls_offered", "calls_answered", "calls_abandoned"
IN_TIME, HANDLED, TRANSFERRED = "calls_answered_in_target", "calls_handled", "calls_transferred"
HANDLE, WAIT = "handle_seconds", "wait_seconds"

_ADDED_UP = "A day's shares cannot be averaged; give the counts, and Milepost divides."
_QUEUES = "A call that passes two queues is offered twice."


def _both(part: str, whole: str) -> Derived:
    """The totals of those times at which a source gives both; the time itself is the unit."""
    return Derived(
        name=f"{part}_of_{whole}",
        select=f"""
            SELECT r.*, CAST(at AS VARCHAR) AS moment
            FROM rows AS r
            WHERE name IN ('{part}', '{whole}')
            WINDOW together AS (PARTITION BY _source, level, at)
            QUALIFY min(name) OVER together <> max(name) OVER together
        """,
        words=f"One row for each total named {part} or {whole}, where both are given for a time.",
    )


def _sum_of(name: str) -> str:
    return f"sum(CASE WHEN name = '{name}' THEN value ELSE 0 END)"


def _of(
    name: str, title: str, label: str, *, part: str, whole: str, good: Literal["high", "low", "neither"],
    unit: Unit = "percent", words: str,
) -> Metric:  # fmt: skip
    return Metric(
        name=name, title=title, label=label, fact="totals", derived=_both(part, whole),
        sums={"n": _sum_of(whole), "part": _sum_of(part)}, cluster="moment",
        estimator=Share("part") if unit == "percent" else Ratio("part", "n"), unit=unit, good=good,
        kind="interaction",
        words=f"{words} From the totals named {part} and {whole}, of the times that give both.",
        formula=f"sum of {part} / sum of {whole}", source=CLEVELAND, pitfalls=(_ADDED_UP, _QUEUES),
    )  # fmt: skip


CALL_TOTALS = (
    Metric(
        name="contact_volume_totals", title="Calls offered, from totals", label="Calls offered",
        fact="totals", where=f"name = '{OFFERED}'", sums={"n": "count(*)", "calls": "sum(value)"},
        estimator=Total("calls"), unit="count", good="neither", kind="interaction",
        words=f"How many calls came in: the totals named {OFFERED}, added up.",
        formula=f"sum of {OFFERED}", source=CLEVELAND, pitfalls=(_QUEUES,),
    ),
    _of(
        "answered_share_totals", "Share of calls answered, from totals", "Answered, totals",
        part=ANSWERED, whole=OFFERED, good="high", words="Share of the calls that were answered.",
    ),
    _of(
        "call_abandonment_totals", "Abandonment of calls, from totals", "Abandoned, totals",
        part=ABANDONED, whole=OFFERED, good="low",
        words="Share of the calls that ended before anybody answered.",
    ),
    _of(
        "service_level_totals", "Service level, of calls offered, from totals", "Level, totals",
        part=IN_TIME, whole=OFFERED, good="high",
        words="Share of the calls offered that were answered within the telephone system's target.",
    ),
    _of(
        "service_level_of_answered_totals", "Service level, of calls answered, from totals",
        "Level of answered", part=IN_TIME, whole=ANSWERED, good="high",
        words="Share of the calls answered that were so within the telephone system's target.",
    ),
    _of(
        "wait_time_totals", "Average speed of answer, from totals", "Speed, totals",
        part=WAIT, whole=ANSWERED, good="low", unit="seconds",
        words="Mean time that callers waited who were answered.",
    ),
    _of(
        "handle_time_totals", "Average handle time, from totals", "Handle t., totals",
        part=HANDLE, whole=HANDLED, good="neither", unit="seconds",
        words="Mean time that agents worked on a call: talk, hold and what is done after it.",
    ),
    _of(
        "transfers_totals", "Share of calls transferred, from totals", "Transf., totals",
        part=TRANSFERRED, whole=HANDLED, good="low", words="Share of the calls handled that were handed on.",
    ),
)  # fmt: skip
