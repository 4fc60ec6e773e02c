"""A metric as an analyst reads it: its boxes, and the query that runs, for one period of one company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from milepost.engine.project import Project
from milepost.engine.query import Sheet, histogram_query, sums_query
from milepost.metrics.boxes import Boxes, label
from milepost.metrics.definition import Metric
from milepost.metrics.quantile import Quantile
from milepost.plan.calendar import Calendar
from milepost.plan.questions import BY_NAME as QUESTION_TYPES
from milepost.plan.questions import Scale


@dataclass(frozen=True, slots=True)
class BoxesOn:
    """The boxes of a metric on one scale, with the end of it that is good."""

    scale: Scale
    good: str
    boxes: Boxes

    def __str__(self) -> str:
        """One line.

        >>> print(BoxesOn((1, 5), "low", Boxes(top=(1, 1), bottom=(4, 5))))
        1-5 (low is good): top 1, bottom 4-5
        """
        good = "" if self.good == "high" else f" ({self.good} is good)"
        top, bottom = _box(self.boxes.top), _box(self.boxes.bottom)
        return f"{label(self.scale)}{good}: top {top}, bottom {bottom}"

    def as_data(self) -> dict[str, object]:
        """The same as plain data."""
        return {
            "scale": label(self.scale), "good": self.good,
            "top": self.boxes.top, "bottom": self.boxes.bottom,
        }  # fmt: skip


def boxes_on(metric: Metric, project: Project | None) -> Iterator[BoxesOn]:
    """The boxes on the scales that the plan asks, else on those that the question type may use."""
    if metric.boxes is None or metric.question_type is None:
        return
    kind = QUESTION_TYPES[metric.question_type]
    good = kind.good or "high"
    asked = project.asked(kind.name) if project else set()
    # A type that may be asked on any scale has the scales whose boxes are fixed by name.
    usual = {(scale, good) for scale in kind.scales or metric.boxes.fixed}
    for scale, end in sorted({(scale, end) for scale, end in asked if scale} or usual):
        yield BoxesOn(scale, end, metric.boxes.of(scale, good=end))


def example_sql(metric: Metric, project: Project | None) -> str:
    """The query for the year 2026, on the plan's scales, else on the scale of the question type."""
    calendar = project.calendar if project else Calendar()
    year = calendar.span_of(date(2026, 1, 1), "year")
    sheet = Sheet(
        metric=metric, spans=(year,), calendar=calendar, asked=_asked(metric, project),
        levels=metric.survey or metric.at_touchpoints, known=date(2026, 12, 31), **_company(project),
        # Where no source brings it nothing runs; its SQL is then shown as it would.
        sources=(project.only(metric) or None) if project else None,
        weighted=project is not None and _weighted(metric, project),
    )  # fmt: skip
    wanted = sums_query(sheet)
    if isinstance(metric.estimator, Quantile):
        wanted = histogram_query(sheet, metric.estimator)
    return wanted.sql(dialect="duckdb", pretty=True)


def _company(project: Project | None) -> dict[str, Any]:
    """What the plan says of its company; without a plan, hours that show their form."""
    if project is None:
        return {"hours": {"monday": "09:00-17:00"}, "brand": "brand"}
    company = project.plan.company
    return {
        "timezone": company.timezone, "hours": company.business_hours, "brand": company.brand,
    }  # fmt: skip


def _weighted(metric: Metric, project: Project) -> bool:
    return any("weight" in source.mapped for source in project.weighing(metric))


def _asked(metric: Metric, project: Project | None) -> set[tuple[Scale | None, str]]:
    if metric.question_type is None:
        return set()
    found = project.asked(metric.question_type) if project else set()
    kind = QUESTION_TYPES[metric.question_type]
    return found or {(kind.scale or (1, 5), kind.good or "high")}


def _box(box: Scale) -> str:
    low, high = box
    return str(low) if low == high else label(box)
