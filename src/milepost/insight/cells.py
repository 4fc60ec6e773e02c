"""Cells: one number each with everything that is known about it, in the unit people read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

# A course is told over at most so many closed periods.
LONGEST_COURSE = 13


@dataclass(frozen=True, slots=True)
class Against:
    """The figure compared with, and the change from it; all None where there is none.

    `p` is raw; `q` is what the family of `family` comparisons makes of it. `growth` is the change of
    a full count in percent of the figure compared with.
    """

    what: str
    since: date | None = None
    value: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    q: float | None = None
    family: int = 0
    growth: GrowthOf | None = None


@dataclass(frozen=True, slots=True)
class GrowthOf:
    """Growth in percent, with its interval by customers who come and go."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class CourseOf:
    """The course over up to thirteen closed periods: word, change a period, the values."""

    word: str
    slope: float | None
    p: float | None
    q: float | None
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """The variant that is shown with a number, such as the mean beside the top boxes."""

    metric: str
    label: str
    unit: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One number: a metric at a place in a period. Percent are 0-100, net shares points.

    `value`, `n` and `sums` are None where the group is too small to be shown. `low_n` marks
    fewer than thirty answers; `pooled` that the answers of all touchpoints are added up.
    """

    metric: str
    definition: str
    title: str
    unit: str
    touchpoint: str | None
    by: dict[str, str | None]
    since: date
    until: date
    period: str
    complete: bool
    value: float | None
    low: float | None
    high: float | None
    confidence: float
    method: str | None
    weighted: bool
    n: float | None
    n_eff: float | None
    clusters: int | None
    respondents: int | None
    sums: dict[str, float] | None
    against: Against
    detectable: float | None
    verdict: str
    target: float | None = None
    target_verdict: str | None = None
    course: CourseOf | None = None
    low_n: bool = False
    good: str = "high"
    beside: Beside | None = None
    pooled: bool = False

    def as_data(self) -> dict[str, Any]:
        """The cell as plain data at full precision, for JSON."""
        target = None
        if self.target is not None:
            target = {"value": self.target, "verdict": self.target_verdict}
        return {
            "metric": self.metric, "definition": self.definition, "title": self.title,
            "unit": self.unit, "good": self.good, "touchpoint": self.touchpoint,
            "pooled": self.pooled, "by": self.by,
            "since": self.since.isoformat(), "until": self.until.isoformat(),
            "complete": self.complete, "value": self.value, "low": self.low, "high": self.high,
            "confidence": self.confidence, "method": self.method, "weighted": self.weighted,
            "n": self.n, "n_eff": self.n_eff, "clusters": self.clusters,
            "respondents": self.respondents, "low_n": self.low_n, "sums": self.sums,
            "against": against_data(self.against), "detectable": self.detectable,
            "verdict": self.verdict, "target": target, "course": course_data(self.course),
            "beside": {self.beside.metric: self.beside.value} if self.beside else None,
        }  # fmt: skip


def against_data(against: Against) -> dict[str, Any]:
    return {
        "what": against.what,
        "since": against.since.isoformat() if against.since else None,
        "value": against.value, "change": against.change, "low": against.low,
        "high": against.high, "p": against.p, "q": against.q, "family": against.family,
        **({"growth": asdict(against.growth)} if against.growth else {}),
    }  # fmt: skip


def course_data(course: CourseOf | None) -> dict[str, Any] | None:
    if course is None:
        return None
    return {
        "verdict": course.word, "slope": course.slope, "p": course.p, "q": course.q,
        "values": list(course.values),
    }  # fmt: skip
