"""How a metric's values are spread: answers by score, durations and amounts by size."""

from __future__ import annotations

import numpy as np

from milepost.engine import sql
from milepost.engine.answer import measure, sheet_of
from milepost.engine.definition import boxes_on
from milepost.engine.mapping.account import EXPOSED
from milepost.engine.query import conditions, fact_of
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.insight.one.asking import Bar, Bin, OneMetric
from milepost.metrics.boxes import Boxes
from milepost.metrics.definition import Metric
from milepost.plan.calendar import Span
from milepost.stats.histogram import GAMMA, ZERO_BIN

# More different scores than these are no scale.
MOST_BARS = 101
# Bins of a histogram are put together until so few are left.
_BINS = 24


def bars(reader: Reader, metric: Metric, asked: OneMetric) -> tuple[Bar, ...]:
    """How many gave which score; none for what is not of answers, or of too few people to be shown."""
    if (
        not metric.survey
        or metric.question_type is None
        or asked.since is None
        or asked.until is None
    ):
        return ()
    question = Question(touchpoint=asked.touchpoint, where=asked.where)
    sheet = sheet_of(reader, metric, question, (Span(asked.since, asked.until, "all"),))
    query = sql.select(
        "score", sql.sql("count(*)"), sql.sql("count(DISTINCT unit)"), sql.sql(EXPOSED)
    ).from_(fact_of(sheet))
    here = [] if asked.touchpoint else [sql.sql("touchpoint IS NULL")]
    for condition in (*conditions(sheet), *here, sql.sql("score IS NOT NULL")):
        query = query.where(condition)
    rows = reader.rows(query.group_by("score").order_by("score").limit(MOST_BARS + 1))
    fewest = reader.project.plan.privacy.min_group
    # How a group answered tells nobody's answer apart, as long as the group may be shown at all.
    people, exposed = sum(row[2] for row in rows), any(row[3] for row in rows)
    if len(rows) > MOST_BARS or (exposed and people < fewest):
        return ()
    found = next(iter(boxes_on(metric, reader.project)), None)
    boxes = found.boxes if found else None
    return tuple(Bar(float(score), int(n), _box(float(score), boxes)) for score, n, *_ in rows)


def _box(score: float, boxes: Boxes | None) -> str:
    if boxes is None:
        return ""
    if boxes.top[0] <= score <= boxes.top[1]:
        return "top"
    return "bottom" if boxes.bottom[0] <= score <= boxes.bottom[1] else "middle"


def bins(reader: Reader, metric: Metric, asked: OneMetric) -> tuple[Bin, ...]:
    """The histogram of a quantile's values, in the metric's unit, bins put together to be read."""
    if asked.since is None or asked.until is None:
        return ()
    question = Question(touchpoint=asked.touchpoint, where=asked.where)
    found = measure(reader, metric, question, spans=(Span(asked.since, asked.until, "all"),))
    here = next((m for m in found if m.place.touchpoint == asked.touchpoint), None)
    fewest = reader.project.plan.privacy.min_group
    if (
        here is None
        or here.sums.histogram is None
        or (here.protected and here.respondents < fewest)
    ):
        return ()
    histogram = here.sums.histogram
    keys = np.asarray(histogram.bins)
    ended, waiting = (np.asarray(part).sum(axis=0) if np.ndim(part) > 1 else np.asarray(part)
                      for part in (histogram.ended, histogram.open))  # fmt: skip
    return tuple(_together(keys, ended, waiting))


def _together(keys: np.ndarray, ended: np.ndarray, waiting: np.ndarray) -> list[Bin]:
    zero = keys == ZERO_BIN
    made = []
    if zero.any():
        made.append(Bin(0.0, 0.0, int(ended[zero].sum()), int(waiting[zero].sum())))
    rest = keys[~zero]
    if not rest.size:
        return made
    width = max(-(-int(rest.max() - rest.min() + 1) // _BINS), 1)
    places = (rest - rest.min()) // width
    for place in range(int(places.max()) + 1):
        inside = places == place
        first = int(rest.min()) + place * width
        made.append(
            Bin(
                float(GAMMA ** (first - 1)), float(GAMMA ** (first + width - 1)),
                int(ended[~zero][inside].sum()), int(waiting[~zero][inside].sum()),
            )
        )  # fmt: skip
    return made
