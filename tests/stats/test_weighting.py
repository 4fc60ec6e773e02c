"""Weights and their price, against R's survey."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.errors import DataError
from milepost.stats import weighting
from milepost.stats.clusters import linearise
from milepost.stats.means import moments
from milepost.stats.power import finite_sample, sample_for_margin

SEGMENTS, REGIONS = ("S", "M", "L"), ("N", "S")


def nps_codes(scores):
    scores = np.asarray(scores)
    return (scores >= 9).astype(float) - (scores <= 6)


def cells(places, codes, shape):
    """Counts and sums of y and y² of every cell."""
    sums = np.zeros((3, *shape))
    for place, code in zip(places, codes, strict=True):
        sums[(slice(None), *place)] += (1, code, code * code)
    return sums


def raked(inputs):
    sides = zip(inputs["segment"], inputs["region"], strict=True)
    places = [(SEGMENTS.index(segment), REGIONS.index(region)) for segment, region in sides]
    sums = cells(places, nps_codes(inputs["score"]), (3, 2))
    wanted = inputs["margins"]
    margins = [
        [wanted["segment"][name] for name in SEGMENTS],
        [wanted["region"][name] for name in REGIONS],
    ]
    weights = weighting.rake(sums[0], margins)
    return weights, [weights[place] for place in places], weighting.raked_mean(*sums, weights)


def test_weighted_score(vector):
    case = vector("nps.weighted")
    w, y = np.array(case.inputs["weight"]), nps_codes(case.inputs["score"])
    found = linearise(w * y, w)
    case.check(
        nps=100 * found.ratio,
        se=100 * math.sqrt(found.variance),
        kish_n_eff=weighting.kish(w.sum(), w @ w),
        sum_w=w.sum(),
        sum_w2=w @ w,
        sum_wy=w @ y,
        sum_w2y=w**2 @ y,
        sum_w2y2=w**2 @ y**2,
    )


def test_kish(vector):
    case = vector("weight.kish")
    w, y = np.array(case.inputs["weights"]), np.array(case.inputs["code"], dtype=float)
    n, found, n_eff = len(w), linearise(w * y, w), weighting.kish(w.sum(), w @ w)
    simple = w @ (y - found.ratio) ** 2 / w.sum() / (n - 1)
    spread = moments(w)
    case.check(
        n_eff=n_eff,
        deff_kish=n / n_eff,
        mean=found.ratio,
        se=math.sqrt(found.variance),
        deff_actual=found.variance / simple,
        cv_weights=spread.sd * math.sqrt((n - 1) / n) / spread.mean,
    )


def test_poststratify(vector):
    case = vector("weight.poststratify")
    places = [(SEGMENTS.index(segment),) for segment in case.inputs["segment"]]
    sums = cells(places, nps_codes(case.inputs["score"]), (3,))
    population = [case.inputs["population"][name] for name in SEGMENTS]
    weights = weighting.poststratify(sums[0], population)
    w = np.array([weights[place] for place in places])
    found = weighting.poststratified_mean(*sums, population)
    case.check(
        weights=w.tolist(),
        nps=100 * found.mean,
        se=100 * found.se,
        kish_n_eff=weighting.kish(w.sum(), w @ w),
    )


def test_rake(vector):
    case = vector("weight.rake")
    _, rows, found = raked(case.inputs)
    w = np.array(rows)
    n_eff = weighting.kish(w.sum(), w @ w)
    case.check(weights=rows, nps=100 * found.mean, kish_n_eff=n_eff, deff_kish=len(rows) / n_eff)


def test_the_error_of_a_raked_mean(vector):
    case = vector("weight.rake.se")
    case.check(se=100 * raked(vector(case.inputs["ref"]).inputs)[2].se)


def test_strata(vector):
    case = vector("weight.stratified_fpc")
    rows = list(zip(case.inputs["stratum"], case.inputs["y"], strict=True))
    strata = []
    for name, people in case.inputs["N"].items():
        n, mean, sd = moments([y for stratum, y in rows if stratum == name])
        strata.append(weighting.Stratum(n, mean, sd, people))
    found = weighting.stratified_mean(strata)
    case.check(mean=found.mean, se=found.se)


def test_sample_of_a_finite_population(vector):
    case = vector("weight.fpc_sample_size")
    p, margin = case.inputs["p"], case.inputs["margin"]
    n = sample_for_margin(p * (1 - p), margin)
    case.check(n_infinite=n, n_finite=finite_sample(n, case.inputs["N"]))


def test_cells_without_answers_are_refused_by_place():
    with pytest.raises(DataError, match="cell number 2 has 30 people but no answers"):
        weighting.poststratify([5, 0], [70, 30])
    with pytest.raises(DataError, match="category of margin 2 number 1 has 40 people"):
        weighting.rake([[0, 5], [0, 6]], [[50, 50], [40, 60]])


def test_a_cell_that_nobody_lives_in_gets_no_weight():
    assert weighting.poststratify([5, 0, 2], [70, 0, 0]).tolist() == [14, 0, 0]


def test_margins_that_no_table_has_are_refused():
    with pytest.raises(DataError, match="raking did not converge in 50 rounds"):
        weighting.rake([[5, 0], [0, 5]], [[10, 90], [50, 50]], rounds=50)
    with pytest.raises(DataError, match="different totals"):
        weighting.rake([[5, 1], [1, 5]], [[10, 90], [50, 60]])
    with pytest.raises(DataError, match="the table of answers is 2x2"):
        weighting.rake([[5, 1], [1, 5]], [[10, 90, 1], [50, 51]])


tables = st.lists(st.lists(st.integers(1, 40), min_size=3, max_size=3), min_size=2, max_size=4)


@given(tables)
def test_raking_to_the_own_margins_leaves_weights_of_one(rows):
    table = np.array(rows, dtype=float)
    assert weighting.rake(table, [table.sum(axis=1), table.sum(axis=0)]) == pytest.approx(
        np.ones_like(table)
    )


def test_raking_in_three_dimensions():
    table = np.arange(1.0, 13).reshape(2, 3, 2)
    margins = [[40, 60], [20, 30, 50], [55, 45]]
    weighted = weighting.rake(table, margins) * table
    for axis, margin in enumerate(margins):
        others = tuple(other for other in range(3) if other != axis)
        assert weighted.sum(axis=others) == pytest.approx(np.array(margin))


def test_one_margin_is_poststratification():
    sums = np.array([[6, 3, 3], [1, 1, -1], [5, 2, 3]], dtype=float)
    people = [500, 300, 200]
    weights = weighting.rake(sums[0], [people])
    assert weighting.raked_mean(*sums, weights) == pytest.approx(
        weighting.poststratified_mean(*sums, people)
    )


def test_what_one_answer_cannot_tell():
    assert weighting.poststratified_mean([1], [1], [1], [50]) == (1, math.inf)
    lone = [weighting.Stratum(1, 4, 0, 9), weighting.Stratum(5, 3, 1, 9)]
    assert weighting.stratified_mean(lone) == (3.5, math.inf)
    assert weighting.stratified_mean([weighting.Stratum(1, 4, 0, 1)]) == (4, 0)
