"""How two sides are compared: the difference as every change is judged, by itself, and what makes it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from milepost.engine import cuts
from milepost.engine.answer import Measured, measure
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.errors import QuestionError
from milepost.insight import comparison, words
from milepost.insight.measuring import metrics_of
from milepost.insight.mix import mix
from milepost.insight.mixing import groups, mixable
from milepost.insight.outlining import CHANNEL
from milepost.insight.privacy import hidden
from milepost.insight.sides.asking import Compare, Compared, MixOf, Side, SideOf
from milepost.metrics.definition import Metric
from milepost.metrics.estimators import Estimate, Mean, NetShare, Share, Total
from milepost.plan.calendar import Span
from milepost.stats.power import sample_per_group

_CONF = 0.95


def compared(reader: Reader, asked: Compare) -> Compared:
    """Two sides of a metric beside each other."""
    question = Question(metrics=(asked.metric,))
    (metric,) = metrics_of(reader, question)
    sides = [_measured(reader, metric, side) for side in (asked.first, asked.second)]
    shown = [_shown(reader, found) for found in sides]
    if _told_by_both(reader, asked, *sides):
        shown[1] = False
    first, second = (found if ok else None for found, ok in zip(sides, shown, strict=True))
    changed = _change(metric, first, second)
    judged = next(iter(comparison.judge([changed])), None) if changed else None
    good = reader.project.good(metric, asked.second.touchpoint)
    factor = metric.factor
    found = judged.change.difference if judged else None
    return Compared(
        metric.name, metric.title, metric.unit, good, _side(metric, first, shown[0]),
        _side(metric, second, shown[1]), _plain(metric, first, second),
        _times(found.low if found else None, factor), _times(found.high if found else None, factor),
        found.p if found else None, _verdict(metric, first, second, judged, good),
        _times(judged.detectable if judged else None, factor),
        _sample(metric, first, second, judged),
        # The parts of a difference add up to it.
        tuple(_mixes(reader, metric, asked)) if all(shown) else (),
    )  # fmt: skip


def _question(side: Side) -> Question:
    return Question(touchpoint=side.touchpoint, where=side.where)


def _span(side: Side) -> Span:
    return Span(side.since, side.until, "all")


def _measured(reader: Reader, metric: Metric, side: Side) -> Measured | None:
    if side.where and not cuts.can(reader, metric, side.where):
        raise QuestionError(
            f"'{metric.name}' cannot be cut by {side.where}: its rows do not tell it"
        )
    found = measure(reader, metric, _question(side), spans=(_span(side),))
    return next((m for m in found if m.place.touchpoint == side.touchpoint), None)


def _shown(reader: Reader, found: Measured | None) -> bool:
    """Whether a side is of enough people to be shown."""
    fewest = reader.project.plan.privacy.min_group
    return found is None or not hidden([found], min_group=fewest)


def _told_by_both(
    reader: Reader, asked: Compare, first: Measured | None, second: Measured | None
) -> bool:
    """Whether one side is a part of the other, and both together would tell of the few who are left."""
    if first is None or second is None or not (first.protected or second.protected):
        return False
    pairs = ((asked.first, first.respondents), (asked.second, second.respondents))
    (part, few), (whole, many) = sorted(pairs, key=lambda pair: pair[1])
    inside = (
        part.touchpoint == whole.touchpoint
        and whole.where in (part.where, None)
        and whole.since <= part.since
        and part.until <= whole.until
    )
    return inside and 0 < many - few < reader.project.plan.privacy.min_group


def _side(metric: Metric, found: Measured | None, shown: bool) -> SideOf:
    if not shown:
        return SideOf(None, None, None, None, words.HIDDEN)
    estimate = found.estimate if found else None
    if estimate is None:
        return SideOf(None, None, None, None, words.TOO_FEW)
    interval, factor = estimate.interval, metric.factor
    low, high = (interval.low, interval.high) if interval else (None, None)
    return SideOf(estimate.value * factor, _times(low, factor), _times(high, factor), estimate.n)


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None or not math.isfinite(value) else value * factor


def _plain(metric: Metric, first: Measured | None, second: Measured | None) -> float | None:
    a, b = (each.estimate if each else None for each in (first, second))
    return (b.value - a.value) * metric.factor if a and b else None


def _change(
    metric: Metric, first: Measured | None, second: Measured | None
) -> comparison.Change | None:
    """The difference; a full count has none that could be judged against its usual variation here."""
    if first is None or second is None or isinstance(metric.estimator, Total):
        return None
    return comparison.change(metric.estimator, first, second, conf=_CONF)


def _verdict(
    metric: Metric, first: Measured | None, second: Measured | None,
    judged: comparison.Judged | None, good: str,
) -> str:  # fmt: skip
    if judged:
        return comparison.verdict(judged, good=good)  # type: ignore[arg-type]
    if isinstance(metric.estimator, Total) and first and second:
        return "counted in full"
    return words.TOO_FEW


def _sample(
    metric: Metric, first: Measured | None, second: Measured | None,
    judged: comparison.Judged | None,
) -> int | None:  # fmt: skip
    """Answers that each side would need to tell the difference, at the spread of those there are."""
    if judged is None or first is None or second is None:
        return None
    moved = judged.change.difference.change
    if not moved or comparison.verdict(judged, good="neither") != words.WITHIN:
        return None
    if not isinstance(metric.estimator, Share | NetShare | Mean):
        return None
    spreads = [_spread(each.estimate) for each in (first, second)]
    variance = sum(s for s in spreads if s is not None) / 2
    return math.ceil(sample_per_group(variance, abs(moved))) if variance else None


def _spread(estimate: Estimate | None) -> float | None:
    """The variance of one answer, as the estimate's error tells it."""
    return None if estimate is None else estimate.se**2 * estimate.n


def _mixes(reader: Reader, metric: Metric, asked: Compare) -> Iterator[MixOf]:
    """The parts of the difference by each declared segment and by channel."""
    if not mixable(metric):
        return
    known = set(cuts.segments(reader, metric.fact)) - set(cuts.hidden(reader, metric))
    for name in dict.fromkeys((*reader.project.plan.segments, CHANNEL)):
        if name not in known or _fixed(asked, name):
            continue
        sides = [
            groups(reader, metric, _question(side), span=_span(side), by=name)
            for side in (asked.first, asked.second)
        ]
        if min(map(len, sides)) and len({*sides[0], *sides[1]}) > 1 and (found := mix(*sides)):
            yield MixOf(name, found.mix, found.rate)


def _fixed(asked: Compare, name: str) -> bool:
    """Whether a side is of one value of the segment only."""
    return any(f'"{name}" =' in (side.where or "") for side in (asked.first, asked.second))
