"""From a judged number to a cell: units people read, and the verdicts in words."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

from milepost.engine.answer import Measured, Place
from milepost.engine.project import Project
from milepost.engine.question import Question
from milepost.insight import comparison, words
from milepost.insight.cells import Against, Beside, Cell, CourseOf, GrowthOf
from milepost.insight.comparison import Course, Judged
from milepost.insight.usual import growth
from milepost.metrics.definition import Metric
from milepost.metrics.estimators import Estimate, Total
from milepost.metrics.windows import OPEN
from milepost.plan.model import Good
from milepost.stats.growth import Growth
from milepost.stats.interval import Interval

LOW_N = 30


def cell(
    project: Project,
    now: Measured,
    *,
    earlier: Measured | None,
    judged: Judged | None,
    course: tuple[Course, float] | None,
    question: Question,
    sister: Measured | None = None,
    hide: bool = False,
) -> Cell:
    """The cell of a number, compared with `earlier` as its family judged; `sister` stands beside."""
    metric = project.metrics[now.place.metric]
    factor = metric.factor
    good = project.good(metric, now.place.touchpoint)
    estimate = None if hide else now.estimate
    target = _target(project, metric, now.place)
    reach = project.reach(metric, now.place.touchpoint)
    interval = estimate.interval.clipped(*reach) if estimate and estimate.interval else None
    return Cell(
        metric=metric.name,
        definition=project.version(metric),
        title=metric.title,
        unit=metric.unit,
        touchpoint=now.place.touchpoint,
        by=dict(now.place.by),
        since=now.span.since,
        until=now.span.until,
        period=now.span.label,
        complete=now.complete,
        value=_times(estimate.value if estimate else None, factor),
        low=_times(interval.low if interval else None, factor),
        high=_times(interval.high if interval else None, factor),
        confidence=question.confidence,
        method=estimate.method if estimate else None,
        weighted=now.sums.weighted is not None,
        n=estimate.n if estimate else None,
        n_eff=_finite(estimate.n_eff) if estimate else None,
        clusters=estimate.clusters if estimate else None,
        respondents=None if hide else now.respondents,
        sums=None if hide else _sums(now),
        against=_against(metric, question, (None if hide else earlier, now), judged, reach),
        detectable=_times(judged.detectable, factor) if judged and not hide else None,
        verdict=_verdict(now, earlier, judged, good, hide),
        target=target,
        target_verdict=_target_word(now, estimate, target, factor, good),
        course=_course(course, factor) if course and not hide else None,
        low_n=estimate is not None and estimate.interval is not None and estimate.n < LOW_N,
        good=good,
        beside=_beside(project, sister) if sister and not hide else None,
        pooled=now.place.pooled,
    )


def _beside(project: Project, sister: Measured) -> Beside:
    metric = project.metrics[sister.place.metric]
    value = sister.estimate.value if sister.estimate else None
    return Beside(metric.name, metric.label, metric.unit, _times(value, metric.factor))


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None or not isfinite(value) else value * factor


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None


def _sums(now: Measured) -> dict[str, float]:
    found = {name: _whole(float(array.sum())) for name, array in now.sums.plain.items()}
    for name, array in (now.sums.weighted or {}).items():
        found[f"weighted {name}"] = float(array.sum())
    return found


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value


def _against(
    metric: Metric,
    question: Question,
    pair: tuple[Measured | None, Measured],
    judged: Judged | None,
    reach: tuple[float, float],
) -> Against:
    earlier, now = pair
    if earlier is None or earlier.estimate is None:
        return Against(question.against)
    factor = metric.factor
    plain = Against(question.against, earlier.span.since, earlier.estimate.value * factor)
    if isinstance(metric.estimator, Total) and now.estimate is not None:
        moved = (now.estimate.value - earlier.estimate.value) * factor
        grown = growth((earlier, now), metric.estimator.of, conf=question.confidence)
        plain = replace(plain, change=moved, growth=_growth(grown))
    if judged is None:
        return plain
    found, most = judged.change.difference, reach[1] - reach[0]
    low, high = Interval(found.low, found.high).clipped(-most, most)
    return replace(
        plain, change=found.change * factor, low=_times(low, factor), high=_times(high, factor),
        p=found.p, q=judged.q, family=judged.family,
    )  # fmt: skip


def _growth(found: Growth | None) -> GrowthOf | None:
    if found is None:
        return None
    return GrowthOf(100 * found.growth, _times(found.low, 100), _times(found.high, 100))


def _verdict(
    now: Measured, earlier: Measured | None, judged: Judged | None, good: Good, hide: bool
) -> str:
    if hide:
        return words.HIDDEN
    if not now.whole:
        return words.CUT_SHORT
    if _open(now):
        return words.OPEN
    if not now.complete:
        return words.SO_FAR
    waiting = now.sums.histogram
    if now.estimate is None and waiting is not None and waiting.open.any():
        return words.NOT_REACHED
    counted = now.estimate is not None and now.estimate.interval is None
    if not counted and not comparison.enough(now):
        return words.TOO_FEW
    if earlier is None or earlier.estimate is None:
        return words.NO_EARLIER
    if judged is None:
        return words.SHORT_PAST if counted else words.TOO_FEW
    return comparison.verdict(judged, good=good)


def _open(now: Measured) -> bool:
    """Whether some of what is measured cannot be told yet."""
    waiting = now.sums.plain.get(OPEN)
    return waiting is not None and bool(waiting.any())


def _target(project: Project, metric: Metric, place: Place) -> float | None:
    """Targets are the company's or a touchpoint's own, never a segment's."""
    if place.by or place.pooled:
        return None
    point = project.touchpoint(place.touchpoint) if place.touchpoint else None
    if place.touchpoint and point is None:
        return None
    targets = point.targets if point else project.plan.targets
    # A target of reorders is also that of reorders within another time.
    return targets.get(metric.name, targets.get(metric.base or metric.name))


def _target_word(
    now: Measured, estimate: Estimate | None, target: float | None, factor: float, good: Good
) -> str | None:
    if target is None:
        return None
    if not now.whole:
        return words.CUT_SHORT
    if not now.complete:
        return words.SO_FAR
    if estimate is None:
        return words.CANNOT_TELL
    return comparison.target_word(estimate, target / factor, good=good)


def _course(found: tuple[Course, float], factor: float) -> CourseOf:
    course, q = found
    told = isfinite(course.se)
    return CourseOf(
        word=comparison.course_word(course, q=q),
        slope=course.slope * factor if told else None,
        p=course.p if told else None,
        q=q if told else None,
        values=tuple(_times(value, factor) for value in course.values),
    )
