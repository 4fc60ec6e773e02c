"""Differences against simulated truths, McNemar, Welch and Newcombe: who is on both sides counts."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from milepost.engine.answer import Measured, Place
from milepost.insight.comparison import course
from milepost.insight.differences import difference
from milepost.metrics.estimators import BucketSums, Estimator, Mean, NetShare, Share
from milepost.plan.calendar import Span
from milepost.stats.differences import Difference

Scores = NDArray[np.int64]
NPS = NetShare("promoters", "detractors")
TOP = Share("top")
MEAN = Mean("total", "squares", step=1.0)
SPAN = Span(date(2026, 1, 1), date(2026, 2, 1), "month")


def measured(
    estimator: Estimator,
    scores: Scores,
    customers: Scores,
    *,
    known: bool = True,
    population: float | None = None,
) -> Measured:
    """The number of these answers, customer by customer in their buckets."""
    totals = {
        "n": np.ones(len(scores)), "promoters": scores >= 9, "detractors": scores <= 6,
        "top": scores >= 9, "total": scores, "squares": scores**2,
    }  # fmt: skip
    plain = {
        name: np.bincount(customers % 128, weights=values, minlength=128)
        for name, values in totals.items()
    }
    people = len(set(customers.tolist()))
    sums = BucketSums(
        plain, repeats=people < len(scores), population=population, respondents=people
    )
    return Measured(
        place=Place("x", None, ()), span=SPAN, complete=True, whole=True,
        estimate=estimator.estimate(sums, conf=0.95), sums=sums, rows=len(scores),
        respondents=people, protected=not known, known=known,
    )  # fmt: skip


def change(
    estimator: Estimator, before: Measured, now: Measured, *, conf: float = 0.95
) -> Difference:
    found = difference(estimator, before, now, conf=conf)
    assert found is not None
    return found


def whole(numbers: list[int]) -> Scores:
    return np.array(numbers, dtype=np.int64)


@pytest.mark.parametrize("moved", [2, 6, 15])
def test_a_panel_tells_as_much_as_those_who_changed(moved: int) -> None:
    """100 customers asked twice, some of them promoters the second time only."""
    before = whole([10] * 40 + [8] * 20 + [3] * 40)
    now = before.copy()
    now[40 : 40 + moved] = 9
    who = np.arange(100)
    found = change(TOP, measured(TOP, before, who), measured(TOP, now, who))
    # McNemar without correction: z is the root of those who changed.
    assert found.change == pytest.approx(moved / 100)
    assert found.change / found.se == pytest.approx(moved**0.5, rel=0.15)
    assert (found.p < 0.05) == (stats.norm.sf(moved**0.5) * 2 < 0.05)


def test_a_panel_in_which_nobody_changed_shows_no_change() -> None:
    scores, who = whole([10] * 60 + [3] * 40), np.arange(100)
    found = change(NPS, measured(NPS, scores, who), measured(NPS, scores, who))
    assert (found.change, found.p) == (0, 1)


@pytest.mark.parametrize("estimator", [NPS, TOP, MEAN], ids=lambda e: e.name)
@pytest.mark.parametrize(
    ("people", "answers", "overlap", "likeness"),
    [(300, 1, 1.0, 0.7), (300, 1, 0.5, 0.4), (60, 3, 1.0, 0.6), (40, 1, 0.0, 0.0)],
)
def test_alarms_without_a_change_are_as_rare_as_said(
    estimator: Estimator, people: int, answers: int, overlap: float, likeness: float
) -> None:
    """At the level of 5 %, of 600 comparisons of equal truths between 2 % and 8 % may tell one."""
    rng = np.random.default_rng(people + answers)
    runs = 600
    alarms = sum(
        _null(rng, estimator, people, answers, overlap, likeness) < 0.05 for _ in range(runs)
    )
    assert 0.02 <= alarms / runs <= 0.08


def _null(
    rng: np.random.Generator,
    estimator: Estimator,
    people: int,
    answers: int,
    overlap: float,
    likeness: float,
) -> float:
    taste = rng.normal(size=2 * people)
    first = np.repeat(rng.permutation(people), answers)
    second = first + np.where(rng.random(len(first)) < overlap, 0, people)
    sides = [
        measured(estimator, _scores(rng, taste[who], likeness), _scattered(who))
        for who in (first, second)
    ]
    return change(estimator, sides[0], sides[1]).p


def _scores(rng: np.random.Generator, taste: NDArray[np.float64], likeness: float) -> Scores:
    felt = likeness**0.5 * taste + (1 - likeness) ** 0.5 * rng.normal(size=len(taste))
    return np.clip(np.round(8 + 2 * felt), 0, 10).astype(np.int64)


def _scattered(who: Scores) -> Scores:
    """Customers' numbers as a hash would spread them over buckets."""
    return (who * 2654435761) % 2**32 % 100_003


def test_identified_means_have_few_degrees_when_they_are_few() -> None:
    """Twelve customers a side: close to Welch, and never to the normal distribution."""
    rng = np.random.default_rng(3)
    for _ in range(20):
        a, b = rng.integers(3, 11, 12), rng.integers(3, 11, 12)
        sides = measured(MEAN, a, np.arange(12)), measured(MEAN, b, np.arange(100, 112))
        found = change(MEAN, *sides)
        welch = stats.ttest_ind(b, a, equal_var=False)
        assert found.p == pytest.approx(welch.pvalue, abs=0.03)


def test_unidentified_means_are_welchs() -> None:
    rng = np.random.default_rng(5)
    a, b = rng.integers(0, 11, 40), rng.integers(2, 11, 40)
    sides = [measured(MEAN, s, np.arange(len(s)), known=False) for s in (a, b)]
    found = change(MEAN, sides[0], sides[1])
    assert found.p == pytest.approx(stats.ttest_ind(b, a, equal_var=False).pvalue, rel=1e-9)


@pytest.mark.parametrize("known", [True, False])
def test_a_few_answers_against_many_are_no_surer_than_they_are(known: bool) -> None:
    """Twelve of a skewed scale against three hundred: Welch alone would alarm in a fifth."""
    rng, runs = np.random.default_rng(11), 600
    alarms = 0
    for _ in range(runs):
        few, many = (rng.choice([5, 4, 3, 1], n, p=[0.8, 0.15, 0.03, 0.02]) for n in (12, 300))
        sides = (
            measured(MEAN, many, _scattered(np.arange(300)), known=known),
            measured(MEAN, few, _scattered(np.arange(300, 312)), known=known),
        )
        alarms += change(MEAN, *sides).p < 0.05
    assert alarms / runs <= 0.07


def test_a_staff_that_answers_by_name_is_not_surer_than_its_answers() -> None:
    """A hundred employees who never change their mind, 75 of whom answer each month."""
    rng, runs = np.random.default_rng(12), 400
    alarms = 0
    for _ in range(runs):
        mind = rng.choice([10, 8, 3], 100)
        sides = [
            measured(NPS, mind[who], who, population=100)
            for who in (rng.permutation(100)[:75], rng.permutation(100)[:75])
        ]
        alarms += change(NPS, sides[0], sides[1]).p < 0.05
    assert alarms / runs <= 0.07


def test_a_mean_without_any_spread_keeps_an_error() -> None:
    """Ten times five stars and ten times four: as if one answer had been a step off."""
    who = np.arange(10)
    fives, fours = (measured(MEAN, whole([s] * 10), who, known=False) for s in (5, 4))
    assert fives.estimate
    assert fives.estimate.interval
    assert fives.estimate.interval.low < 5
    assert 0 < change(MEAN, fours, fives).p < 0.001


def test_a_course_of_a_panel_is_judged_by_those_who_changed() -> None:
    """One of a hundred customers changed once in six periods: that is no course."""
    start, who = whole([10] * 40 + [8] * 20 + [3] * 40), np.arange(100)
    later = start.copy()
    later[40] = 9
    history = [measured(NPS, s, who) for s in (start, start, start, later, later, later)]
    assert course(history).p > 0.2
    falling = [start.copy() for _ in range(6)]
    for period, scores in enumerate(falling):
        scores[: 5 * period] = 3
    assert course([measured(NPS, scores, who) for scores in falling]).p < 0.001


def test_a_course_of_few_skewed_answers_is_rarely_told_without_one() -> None:
    rng, runs = np.random.default_rng(13), 400
    told = 0
    for _ in range(runs):
        history = [
            measured(
                MEAN, rng.choice([5, 4, 3, 1], 40, p=[0.8, 0.15, 0.03, 0.02]), np.arange(40),
                known=False,
            )
            for _ in range(13)
        ]  # fmt: skip
        told += course(history).p < 0.05
    assert told / runs <= 0.08
