"""The outline of a project: what can be asked of it, as names and titles that pages show and choose from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from milepost.engine.kept import Kept

if TYPE_CHECKING:
    from milepost.engine.reader import Reader

# So many values of a segment are offered, the most frequent first.
MOST_VALUES = 60


@dataclass(frozen=True, slots=True)
class PointOf:
    """A touchpoint as the plan states it; `headline` is the metric that leads there."""

    name: str
    title: str
    journey: str
    owner: str | None
    needs: str | None
    tools: str | None
    headline: str | None
    review_by: date | None


@dataclass(frozen=True, slots=True)
class MetricOf:
    """A metric that the sources bring: its words, how it is computed, and by which segments it can be cut."""

    name: str
    title: str
    label: str
    unit: str
    good: str
    kind: str
    words: str
    formula: str
    source: str
    fact: str
    version: str
    survey: bool
    question_type: str | None
    cuts: tuple[str, ...]

    def cut_by(self, names: frozenset[str]) -> bool:
        """Whether its rows have all of these attributes."""
        return names <= set(self.cuts)


@dataclass(frozen=True, slots=True)
class SegmentOf:
    """A segment with its values, the most frequent first."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What can be asked: touchpoints in order, metrics, segments, channels, and the days that hold data.

    `kept` are the sources that cannot be read, of which older data are measured, or none.
    """

    company: str
    timezone: str
    currency: str | None
    every: str
    week_starts: str
    year_starts: int
    touchpoints: tuple[PointOf, ...]
    journeys: tuple[tuple[str, str], ...]
    metrics: tuple[MetricOf, ...]
    segments: tuple[SegmentOf, ...]
    channels: tuple[str, ...]
    first: date | None
    last: date | None
    min_group: int
    kept: tuple[Kept, ...] = ()

    @property
    def older(self) -> datetime | None:
        """When the oldest data were read that are measured though there may be newer ones."""
        return min((each.built_at for each in self.kept if each.built_at), default=None)

    def metric(self, name: str) -> MetricOf | None:
        """A metric by its name."""
        return next((each for each in self.metrics if each.name == name), None)

    def touchpoint(self, name: str) -> PointOf | None:
        """A touchpoint by its name."""
        return next((each for each in self.touchpoints if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Outline:
    """What can be asked of a project."""

    def answer(self, reader: Reader) -> Contents:
        """The outline of the project whose facts these are."""
        from milepost.insight.outlining import outline  # noqa: PLC0415 -- heavy, for pages only pass through

        return outline(reader)
