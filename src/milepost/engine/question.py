"""The one question object: what is asked of the numbers, from a terminal, Python, or a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from milepost.plan.model import Period

Against = Literal["previous", "year_ago", "rest"]


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be measured; `metrics` and `by` name each one once.

    `metrics` empty asks for the scorecard. `touchpoint` None asks for every level, the company's
    own included. `every` None is the plan's period and, without `since` and `until`, only the
    latest complete one that holds data. `until` is exclusive.
    """

    metrics: tuple[str, ...] = ()
    touchpoint: str | None = None
    by: tuple[str, ...] = ()
    every: Period | None = None
    rolling: timedelta | None = None
    since: date | None = None
    until: date | None = None
    where: str | None = None
    against: Against = "previous"
    pooled: bool = False
    unweighted: bool = False
    confidence: float = 0.95
