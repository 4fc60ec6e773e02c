"""A selection of answers beside all others: how they score over time, what share they are, what sets them apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from milepost.insight.cells import Against, Cell
from milepost.plan.model import Period

if TYPE_CHECKING:
    from milepost.engine.reader import Reader


@dataclass(frozen=True, slots=True)
class Choice:
    """A metric that a selection has answers to."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Part:
    """How many of all answers a selection has, as a share in percent with its 95 % interval."""

    answers: float
    of: float
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """A selection in one period: its number, and its part of all answers; None where not to be shown."""

    since: date
    until: date
    period: str
    complete: bool
    cell: Cell | None
    part: Part | None


@dataclass(frozen=True, slots=True)
class Selection:
    """What is known of a selection.

    `whole` is its number over all closed days, compared with everything else, whose answers `rest`
    counts. `missing` are columns of the condition that no answer has. Without a `metric` the
    selection holds no answer that has a score.
    """

    choices: tuple[Choice, ...] = ()
    metric: str | None = None
    where: str = ""
    pooled: bool = True
    whole: Cell | None = None
    rest: float | None = None
    part: Part | None = None
    stretches: tuple[Stretch, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The selection's numbers, in the order of time."""
        return tuple(each.cell for each in self.stretches if each.cell)

    @property
    def shares(self) -> tuple[Cell, ...]:
        """The selection's share of all answers, in the order of time, as numbers of their own."""
        return tuple(_share(each, each.part) for each in self.stretches if each.part)


def _share(stretch: Stretch, part: Part) -> Cell:
    return Cell(
        metric="share_of_answers", definition="", title="Share of all answers", unit="percent",
        touchpoint=None, by={}, since=stretch.since, until=stretch.until, period=stretch.period,
        complete=stretch.complete, value=part.value, low=part.low, high=part.high,
        confidence=0.95, method=None, weighted=False, n=part.of, n_eff=None, clusters=None,
        respondents=None, sums=None, against=Against("previous"), detectable=None,
        verdict="" if stretch.complete else "so far", good="neither",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Selected:
    """The answers that meet a condition, among those `within` another (None: all there are).

    `metric` None takes the one with the most answers. At no `touchpoint`, and at one that the plan
    does not know, answers of all of them are added up; the condition says which. `until` is
    exclusive.
    """

    where: str
    within: str | None = None
    metric: str | None = None
    touchpoint: str | None = None
    every: Period = "month"
    since: date | None = None
    until: date | None = None

    def answer(self, reader: Reader) -> Selection:
        """What is known of the selection. Raises QuestionError."""
        from milepost.insight.selecting import selection  # noqa: PLC0415 -- heavy, and pages pass it on only

        return selection(reader, self)
