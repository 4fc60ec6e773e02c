"""One metric as it is asked for, and as it is told: plain data that any page can hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from milepost.insight.cells import Cell
from milepost.insight.customers.cohort import Cohort
from milepost.plan.model import Period

if TYPE_CHECKING:
    from milepost.engine.reader import Reader

# So many periods of a trend are shown unless days are asked for.
PERIODS = 18
# What cohorts are counted in.
COHORTS: Period = "month"


@dataclass(frozen=True, slots=True)
class Happened:
    """Something a reader of a trend should know of a day: a note, an initiative, a new definition."""

    day: date
    text: str


@dataclass(frozen=True, slots=True)
class Cut:
    """The numbers by the values of one segment (or by touchpoint), the best first, with the rest's verdicts.

    `whole` is the number of all together. `sure` says whether the first is told from the last: their
    intervals do not meet.
    """

    name: str
    cells: tuple[Cell, ...]
    whole: Cell | None
    sure: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """So many answers of one score; `box` is top, bottom or middle, or none where there are no boxes."""

    score: float
    count: int
    box: str


@dataclass(frozen=True, slots=True)
class Bin:
    """So many units whose value lies from `low` to `high`, in the metric's unit; `open` have not ended."""

    low: float
    high: float
    ended: int
    open: int


@dataclass(frozen=True, slots=True)
class Fed:
    """A source that a metric is made of: what became of its records."""

    source: str
    records: int
    rows: int
    excluded: int
    not_answered: int
    rejected: int


@dataclass(frozen=True, slots=True)
class One:
    """A metric at a touchpoint (None: the company), over time and in its last shown period.

    `median` is that of the `bins`, if that is what the metric tells; `cohorts`, by month, are there for
    what tells who comes back or stays.
    """

    trend: tuple[Cell, ...]
    happened: tuple[Happened, ...]
    cell: Cell | None
    cuts: tuple[Cut, ...]
    touchpoints: tuple[str | None, ...]
    bars: tuple[Bar, ...]
    bins: tuple[Bin, ...]
    median: float | None
    cohorts: tuple[Cohort, ...]
    sql: str
    boxes: tuple[str, ...]
    fed: tuple[Fed, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OneMetric:
    """A metric at a touchpoint over the periods from `since` to `until`, or its last eighteen."""

    metric: str
    touchpoint: str | None = None
    every: Period | None = None
    since: date | None = None
    until: date | None = None
    where: str | None = None

    def answer(self, reader: Reader) -> One:
        """All of it. Raises QuestionError."""
        from milepost.insight.one.telling import one  # noqa: PLC0415 -- heavy

        return one(reader, self)
