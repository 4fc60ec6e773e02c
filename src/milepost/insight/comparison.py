"""Comparison: the change between two numbers, how sure it is, and the verdict in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from milepost.engine.answer import Measured
from milepost.insight.differences import difference, errors
from milepost.insight.usual import Pair, usual_change
from milepost.insight.words import (
    BETTER,
    CANNOT_TELL,
    FALLING,
    HIGHER,
    LOWER,
    MET,
    MISSED,
    RISING,
    SHORT,
    STEADY,
    WITHIN,
    WORSE,
)
from milepost.metrics.estimators import Estimate, Estimator, Total
from milepost.plan.model import Good
from milepost.stats.differences import Difference
from milepost.stats.multiple import benjamini_hochberg
from milepost.stats.power import detectable
from milepost.stats.trend import slope

# The false discovery rate of a family of verdicts (statistical reference, R12), and the level of
# each by itself: a word never stands beside a 95 % interval that says otherwise.
Q, ALPHA = 0.10, 0.05
# Below this, no interval for a difference keeps its level (exact study, n = 10 against n = 10).
FEWEST = 10
SHORTEST_COURSE = 4


@dataclass(frozen=True, slots=True)
class Change:
    """A change from `before` to now, in the unit of the metric's sums; p is the raw one."""

    before: float
    difference: Difference


@dataclass(frozen=True, slots=True)
class Judged:
    """What a family says of one comparison.

    `q` is the comparison's own, `family` how many were judged together, `detectable` the change
    that would have been told with 80 % power at the level that the family left.
    """

    change: Change
    q: float
    family: int
    detectable: float


@dataclass(frozen=True, slots=True)
class Course:
    """The course over up to thirteen closed periods: change a period, p, and the values."""

    slope: float
    se: float
    p: float
    values: tuple[float | None, ...]


def change(
    estimator: Estimator,
    before: Measured,
    now: Measured,
    *,
    conf: float,
    earlier: Sequence[Pair] = (),
) -> Change | None:
    """The change between two cells of one metric; None where either has too few answers.

    What is fully counted is judged by the changes of `earlier` pairs of periods.
    """
    if before.estimate is None:
        return None
    if isinstance(estimator, Total):
        usual = usual_change((before, now), earlier, conf=conf)
        return Change(before.estimate.value, usual) if usual else None
    if not (enough(before) and enough(now)):
        return None
    found = difference(estimator, before, now, conf=conf)
    return Change(before.estimate.value, found) if found else None


def judge(changes: Sequence[Change]) -> list[Judged]:
    """The changes of one family, judged together, in their order."""
    ps = [found.difference.p for found in changes]
    qs, size = family(ps), len(changes)
    told = sum(_told(p, q) for p, q in zip(ps, qs, strict=True))
    # A p below this would have been told as well (Benjamini-Hochberg's next step).
    level = min(ALPHA, Q * (told + 1) / size) if size else ALPHA
    return [
        Judged(found, q, size, detectable(found.difference.se, alpha=level))
        for found, q in zip(changes, qs, strict=True)
    ]


def _told(p: float, q: float) -> bool:
    return q <= Q and p <= ALPHA


def enough(measured: Measured | None) -> bool:
    """Whether a number has enough answers behind it to be compared."""
    return measured is not None and measured.estimate is not None and measured.estimate.n >= FEWEST


def verdict(found: Judged, *, good: Good) -> str:
    """The word for a change that was judged."""
    moved = found.change.difference.change
    if not _told(found.change.difference.p, found.q) or moved == 0:
        return WITHIN
    if good == "neither":
        return HIGHER if moved > 0 else LOWER
    return BETTER if (moved > 0) == (good == "high") else WORSE


def family(ps: Sequence[float]) -> tuple[float, ...]:
    """The q-values of one family of comparisons (Benjamini-Hochberg)."""
    return benjamini_hochberg(ps) if ps else ()


def target_word(estimate: Estimate, target: float, *, good: Good) -> str:
    """Whether a target (in the unit of the metric's sums) is met, judged by the interval."""
    if estimate.interval is None:
        reached = estimate.value >= target if good != "low" else estimate.value <= target
        return MET if reached else MISSED
    low, high = estimate.interval
    if good == "low":
        low, high, target = -high, -low, -target
    if low >= target:
        return MET
    return MISSED if high < target else CANNOT_TELL


def course(history: Sequence[Measured | None]) -> Course:
    """The weighted line through closed periods, oldest first; gaps are None."""
    values = tuple(_value(measured) for measured in history)
    usable = [(t, m) for t, m in enumerate(history) if m is not None and enough(m)]
    if len(usable) < SHORTEST_COURSE:
        return Course(0.0, float("inf"), 1.0, values)
    times = [float(t) for t, _ in usable]
    told = [m.estimate for _, m in usable if m.estimate]
    sizes = [e.n_eff if isfinite(e.n_eff) else e.n for e in told]
    covariance, df = errors([m for _, m in usable])
    found = slope(times, [e.value for e in told], covariance, sizes=sizes, df=df)
    return Course(found.slope, found.se, found.p, values)


def course_word(found: Course, *, q: float) -> str:
    """The word for a course, once the family's q is known."""
    if not isfinite(found.se):
        return SHORT
    if not _told(found.p, q):
        return STEADY
    return RISING if found.slope > 0 else FALLING


def _value(measured: Measured | None) -> float | None:
    return measured.estimate.value if measured and measured.estimate else None
