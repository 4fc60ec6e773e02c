"""How the outline of a project is found: metrics that some source brings, segments with their values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlglot import exp

from milepost.engine import cuts, sql
from milepost.engine.project import Project
from milepost.engine.reader import PASSINGS, Reader
from milepost.insight.outline import MOST_VALUES, Contents, MetricOf, PointOf, SegmentOf
from milepost.metrics.definition import Metric
from milepost.plan.model import Plan

# Where customers and their askings are told of first: their segments are those of everything else.
_FIRST = ("responses", "invitations", "customers", "orders")
CHANNEL = "channel"


def outline(reader: Reader) -> Contents:
    """What can be asked of a reader's project."""
    project, plan = reader.project, reader.project.plan
    first, last = _days(reader)
    return Contents(
        company=plan.company.name, timezone=plan.company.timezone, currency=plan.company.currency,
        every=plan.every, week_starts=plan.company.week_starts, year_starts=plan.company.year_starts,
        touchpoints=tuple(_points(plan)),
        journeys=tuple((each.name, each.title or each.name) for each in plan.journeys),
        metrics=tuple(_metric(reader, each) for each in project.metrics.values() if _told(reader, each)),
        segments=tuple(_segment(reader, name) for name in plan.segments if _facts(reader, name)),
        channels=_segment(reader, CHANNEL).values, first=first, last=last,
        min_group=plan.privacy.min_group, kept=tuple(reader.facts.kept.values()),
    )  # fmt: skip


def _points(plan: Plan) -> Iterator[PointOf]:
    for journey in plan.journeys:
        for point in journey.touchpoints:
            yield PointOf(
                point.name, point.title or point.name, journey.name, point.owner, point.needs,
                point.tools, point.headline, point.review_by,
            )  # fmt: skip


def _told(reader: Reader, metric: Metric) -> bool:
    asked = metric.question_type is None or reader.project.asked(metric.question_type)
    return bool(asked) and reader.has(metric)


def _metric(reader: Reader, metric: Metric) -> MetricOf:
    project: Project = reader.project
    names = [*cuts.segments(reader, metric.fact)] if metric.fact in reader.columns else []
    hidden = cuts.hidden(reader, metric) if names else ()
    return MetricOf(
        metric.name, metric.title, metric.label, metric.unit, project.good(metric, None),
        metric.kind, metric.words, metric.formula, metric.source, metric.fact,
        project.version(metric), metric.survey, metric.question_type,
        tuple(name for name in names if name not in (*hidden, metric.split)),
    )  # fmt: skip


def _facts(reader: Reader, name: str) -> list[str]:
    """The facts whose rows have an attribute, the foremost first."""
    found = [
        fact for fact, columns in reader.columns.items() if name in columns and fact != PASSINGS
    ]
    return sorted(found, key=lambda fact: (fact not in _FIRST, fact))


def _segment(reader: Reader, name: str) -> SegmentOf:
    for fact in _facts(reader, name):
        column = sql.column(name)
        query = sql.select(sql.sql("CAST(:c AS VARCHAR)", c=column)).from_(sql.table(fact))
        query = query.where(sql.sql(":c IS NOT NULL", c=column)).group_by(column)
        query = query.order_by(exp.Ordered(this=sql.sql("count(*)"), desc=True), column).limit(
            MOST_VALUES
        )
        if values := tuple(row[0] for row in reader.rows(query)):
            return SegmentOf(name, values)
    return SegmentOf(name, ())


def _days(reader: Reader) -> tuple[date | None, date | None]:
    found = [day for fact in reader.columns if fact != PASSINGS for day in reader.days(fact) if day]
    return min(found, default=None), max(found, default=None)
