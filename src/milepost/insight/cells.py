"""Cells: one number each with everything that is known about it, in the unit people read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pyarrow as pa


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
            "against": _against(self.against), "detectable": self.detectable,
            "verdict": self.verdict, "target": target, "course": _course(self.course),
            "beside": {self.beside.metric: self.beside.value} if self.beside else None,
        }  # fmt: skip


def _against(against: Against) -> dict[str, Any]:
    return {
        "what": against.what,
        "since": against.since.isoformat() if against.since else None,
        "value": against.value, "change": against.change, "low": against.low,
        "high": against.high, "p": against.p, "q": against.q, "family": against.family,
        **({"growth": asdict(against.growth)} if against.growth else {}),
    }  # fmt: skip


def _course(course: CourseOf | None) -> dict[str, Any] | None:
    if course is None:
        return None
    return {
        "verdict": course.word, "slope": course.slope, "p": course.p, "q": course.q,
        "values": list(course.values),
    }  # fmt: skip


def schema(by: Iterable[str]) -> pa.Schema:
    """The columns of `flat`, whatever the cells hold; the segments' columns are text and the last."""
    return pa.schema([*_COLUMNS, *((f"by.{name}", pa.string()) for name in by)])


def flat(cell: Cell) -> dict[str, Any]:
    """The cell as one row of a table: nested parts become columns with dotted names.

    The sums and the course's values, which differ from metric to metric, are in `as_data` only.
    """
    row = {name: part for name, part in cell.as_data().items() if name not in _NESTED}
    for name, part in (("against", _against(cell.against)), ("course", _course(cell.course) or {})):
        row |= {
            f"{name}.{inner}": value
            for inner, value in part.items()
            if inner not in ("values", "growth")
        }
    row |= {"since": cell.since, "until": cell.until, "against.since": cell.against.since}
    row |= {"target": cell.target, "target.verdict": cell.target_verdict}
    if cell.against.growth:
        row |= {"against.growth": cell.against.growth.value}
    if cell.beside:
        row |= {"beside.metric": cell.beside.metric, "beside.value": cell.beside.value}
    return row | {f"by.{name}": value for name, value in cell.by.items()}


_NESTED = frozenset({"against", "beside", "by", "course", "sums", "target"})
_TEXT, _NUMBER, _WHOLE = pa.string(), pa.float64(), pa.int64()
_DAY, _YES = pa.date32(), pa.bool_()
_COLUMNS = (
    ("metric", _TEXT), ("definition", _TEXT), ("title", _TEXT), ("unit", _TEXT), ("good", _TEXT),
    ("touchpoint", _TEXT), ("pooled", _YES), ("since", _DAY), ("until", _DAY), ("complete", _YES),
    ("value", _NUMBER), ("low", _NUMBER), ("high", _NUMBER), ("confidence", _NUMBER),
    ("method", _TEXT), ("weighted", _YES), ("n", _NUMBER), ("n_eff", _NUMBER),
    ("clusters", _WHOLE), ("respondents", _WHOLE), ("low_n", _YES),
    ("against.what", _TEXT), ("against.since", _DAY), ("against.value", _NUMBER),
    ("against.change", _NUMBER), ("against.low", _NUMBER), ("against.high", _NUMBER),
    ("against.p", _NUMBER), ("against.q", _NUMBER), ("against.family", _WHOLE),
    ("against.growth", _NUMBER),
    ("detectable", _NUMBER), ("verdict", _TEXT), ("target", _NUMBER), ("target.verdict", _TEXT),
    ("course.verdict", _TEXT), ("course.slope", _NUMBER), ("course.p", _NUMBER),
    ("course.q", _NUMBER), ("beside.metric", _TEXT), ("beside.value", _NUMBER),
)  # fmt: skip
