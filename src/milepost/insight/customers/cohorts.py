"""Cohorts: customers by the period they came in, and the share of each that is back, or there, later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from rich.text import Text

from milepost.insight.answering import Shown
from milepost.insight.customers.cohort import Cohort
from milepost.insight.customers.survival import Survival
from milepost.plan.model import Period

MOST_COHORTS = 1_000
LONGEST_AHEAD = 1_000

FEWEST_COMPARED = 30  # customers, below which a cohort is too small for the test


@dataclass(frozen=True, slots=True)
class Average:
    """All cohorts whose cell at an age is complete, weighted by size, in per cent.

    `p` is that of the chi-square test for one share in all cohorts of thirty customers or more; None
    with fewer than two of them.
    """

    age: int
    cohorts: int
    size: int
    active: int
    value: float
    low: float
    high: float
    p: float | None


@dataclass(frozen=True, slots=True, repr=False)
class Cohorts(Shown):
    """The cohort table of a fact, ages in periods of `every`, as far as `known`, the last day.

    `survival` is there for customers with a contract, who are seen to leave.
    """

    plan: str
    fact: str
    every: Period
    where: str | None
    known: date
    cohorts: tuple[Cohort, ...]
    averages: tuple[Average, ...]
    survival: Survival | None
    notes: tuple[str, ...]

    def to_data(self) -> dict[str, Any]:
        """Plain data at full precision; days as ISO texts, shares in per cent."""
        return {
            "plan": self.plan, "fact": self.fact, "every": self.every, "where": self.where,
            "known": self.known.isoformat(),
            "counted": "still there" if self.survival else "active",
            "method": "Wilson", "confidence": 0.95,
            "cohorts": [_plain(cohort) for cohort in self.cohorts],
            "averages": [asdict(average) for average in self.averages],
            "survival": asdict(self.survival) if self.survival else None,
            "notes": list(self.notes),
        }  # fmt: skip

    def lines(self, *, width: int) -> Iterator[Text]:
        """A row a cohort and a column an age, then the average, and what it says."""
        from milepost.insight.customers.cohort_table import lines_of  # noqa: PLC0415 -- it reads answers

        return lines_of(self, width=width)


def _plain(cohort: Cohort) -> dict[str, Any]:
    return asdict(cohort) | {"since": cohort.since.isoformat(), "until": cohort.until.isoformat()}
