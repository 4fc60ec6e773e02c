"""The journey map as it is asked for, and as it is told: plain data that any page can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from milepost.insight.answer import Answer
from milepost.insight.cells import Cell
from milepost.insight.one.asking import Happened
from milepost.plan.model import Period

if TYPE_CHECKING:
    from milepost.engine.reader import Reader


@dataclass(frozen=True, slots=True)
class Said:
    """A customer's own words, with the score they were given with."""

    comment: str
    score: float | None
    day: date
    locale: str | None
    response_id: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A number that is named in a sentence.

    `reach` is how many customers it touched (`passed`: who passed there; else who answered), `bad`
    how many of them it disappointed at least, by the interval's better end. `why` names the
    segment of which most of a change comes, if one stands out.
    """

    touchpoint: str | None
    title: str
    cell: Cell
    reach: int
    passed: bool
    bad: int
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Recent:
    """A headline signal in the last complete week, and in the thirteen weeks that end with it."""

    touchpoint: str | None
    week: Cell | None
    rolling: Cell | None


@dataclass(frozen=True, slots=True)
class Shift:
    """Something other than customers that moved a number, or may have.

    `what` is response_rate (the share that answered moved from `before` to `now`, in percent) or
    channel_mix (`now` of a change of `before` comes of who was asked how). Sources that end early
    are told of in the answer's notes.
    """

    what: Literal["response_rate", "channel_mix"]
    touchpoint: str | None
    metric: str | None = None
    before: float | None = None
    now: float | None = None


@dataclass(frozen=True, slots=True)
class GoalOf:
    """A journey's own success: the number that the plan names as its goal, None where there is none.

    `settled` is the latest earlier one where the windows of this are still open.
    """

    journey: str
    title: str
    touchpoints: tuple[str, ...]
    cell: Cell | None
    label: str | None
    settled: Cell | None = None


@dataclass(frozen=True, slots=True)
class MapOf:
    """The journey map of one period.

    `fresh` has the last day on which anything is known of a touchpoint (None: the company);
    `unwanted` the reasons for which a kind of signal is not wanted at a touchpoint. `settled` are
    the latest earlier numbers, by metric and touchpoint, of those whose windows are still open.
    """

    answer: Answer
    since: date
    until: date
    every: str
    goals: tuple[GoalOf, ...]
    worst: Moment | None
    biggest: Moment | None
    recent: tuple[Recent, ...]
    shifts: tuple[Shift, ...]
    fresh: Mapping[str | None, date | None] = field(default_factory=dict)
    unwanted: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    moments: tuple[Moment, ...] = ()
    settled: Mapping[tuple[str, str | None], Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Course:
    """A signal of a touchpoint over the last periods."""

    kind: str
    metric: str
    label: str
    headline: bool
    of_company: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class PointTold:
    """One touchpoint: its signals over time, customers' words, and what happened meanwhile."""

    courses: tuple[Course, ...]
    said: tuple[Said, ...]
    happened: tuple[Happened, ...]


@dataclass(frozen=True, slots=True)
class OnePoint:
    """A touchpoint over the thirteen periods up to the one from `since` to `until`."""

    name: str
    every: Period
    since: date
    until: date
    where: str | None = None

    def answer(self, reader: Reader) -> PointTold:
        """What is told of the touchpoint. Raises UnknownName or QuestionError."""
        from milepost.insight.journey.point import point_told  # noqa: PLC0415 -- heavy

        return point_told(reader, self)


@dataclass(frozen=True, slots=True)
class JourneyMap:
    """The journey map of the last whole period before `until`, or of the latest that holds data."""

    every: Period | None = None
    until: date | None = None
    where: str | None = None

    def answer(self, reader: Reader) -> MapOf:
        """The map. Raises QuestionError."""
        from milepost.insight.journey.drawing import journey_map  # noqa: PLC0415 -- heavy

        return journey_map(reader, self)
