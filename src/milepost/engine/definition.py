"""A metric's SQL as an analyst reads it: the query that runs, for one period of one company."""

from __future__ import annotations

from datetime import date

from milepost.engine.project import Project, fact_behind
from milepost.engine.query import Sheet, sums_query
from milepost.metrics.definition import Metric
from milepost.plan.calendar import Calendar
from milepost.plan.questions import BY_NAME as QUESTION_TYPES


def example_sql(metric: Metric, project: Project | None) -> str:
    """The query for the year 2026, on the plan's scales, else on the scale of the question type."""
    calendar = project.calendar if project else Calendar()
    year = calendar.span_of(date(2026, 1, 1), "year")
    sheet = Sheet(
        metric=metric, spans=(year,), calendar=calendar, asked=_asked(metric, project),
        weighted=project is not None and _weighted(metric, project),
    )  # fmt: skip
    return sums_query(sheet).sql(dialect="duckdb", pretty=True)


def _weighted(metric: Metric, project: Project) -> bool:
    """Whether a source of the metric's fact maps weights; only answers have any."""
    return metric.survey and any(
        "weight" in source.columns
        for source in project.plan.sources
        if source.fact == fact_behind(metric)
    )


def _asked(metric: Metric, project: Project | None) -> set[tuple[tuple[int, int] | None, str]]:
    if metric.question_type is None:
        return set()
    found = project.asked(metric.question_type) if project else set()
    kind = QUESTION_TYPES[metric.question_type]
    return found or {(kind.scale or (1, 5), kind.good or "high")}
