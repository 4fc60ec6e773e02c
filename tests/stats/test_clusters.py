"""Repeated answers, against R's survey and statsmodels."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.stats.clusters import covariance, difference_variance, effective_n, linearise
from milepost.stats.interval import around
from milepost.stats.nets import adjusted_wald, net_variance
from milepost.stats.quantiles import standardised


def nps_code(score):
    return (score >= 9) - (score <= 6)


def totals(keys, scores, *, among=None):
    """Per unit: sum of codes and number of answers, in the order of `among` or first sight."""
    order = {key: place for place, key in enumerate(dict.fromkeys(among or keys))}
    y, x = np.zeros(len(order)), np.zeros(len(order))
    for key, score in zip(keys, scores, strict=True):
        y[order[key]] += nps_code(score)
        x[order[key]] += 1
    return y, x


def shares_of(scores):
    codes = [nps_code(score) for score in scores]
    return codes.count(1) / len(codes), codes.count(-1) / len(codes)


def bucket(customer):
    return int(hashlib.md5(customer.encode()).hexdigest()[:8], 16) % 128


def test_repeated_answers(vector):
    case = vector("nps.cluster.linearised")
    y, x = totals(case.inputs["customer"], case.inputs["score"])
    found = linearise(y, x)
    low, high = around(found.ratio, math.sqrt(found.variance), df=found.df).scaled(100)
    case.check(
        nps=100 * found.ratio,
        se=100 * math.sqrt(found.variance),
        clusters=found.units,
        n=x.sum(),
        sum_n2=x @ x,
        sum_ny=x @ y,
        sum_y2=y @ y,
        t_low=low,
        t_high=high,
    )


def test_effective_answers(vector):
    case = vector("nps.cluster.adjusted_wald_neff")
    y, x = totals(case.inputs["customer"], case.inputs["score"])
    found, n = linearise(y, x), x.sum()
    positive, negative = shares_of(case.inputs["score"])
    simple = net_variance(positive, negative) / n
    n_eff = effective_n(n, variance=found.variance, simple_variance=simple)
    interval = adjusted_wald(positive, negative, n_eff, df=found.df)
    case.check(
        deff=found.variance / simple,
        n_eff=n_eff,
        centre=100 * interval.centre,
        low=100 * interval.low,
        high=100 * interval.high,
    )


def test_hash_buckets_stand_in_for_customers(vector):
    case = vector("nps.cluster.hash_buckets")
    customers, scores = case.inputs["customer"], case.inputs["score"]
    by_customer = linearise(*totals(customers, scores))
    by_bucket = linearise(*totals([bucket(customer) for customer in customers], scores))
    case.check(
        nps=100 * by_bucket.ratio,
        bucket_of_first_10=[bucket(customer) for customer in customers[:10]],
        buckets_used=by_bucket.units,
        se_buckets=100 * math.sqrt(by_bucket.variance),
        se_customers=100 * math.sqrt(by_customer.variance),
    )


def test_customers_in_both_periods(vector):
    case = vector("nps.diff.overlap_clustered")
    rows = list(zip(*(case.inputs[key] for key in ("customer", "period", "score")), strict=True))
    sides = []
    for period in "ab":
        keys = [customer for customer, when, _ in rows if when == period]
        scores = [score for _, when, score in rows if when == period]
        sides.append(linearise(*totals(keys, scores, among=case.inputs["customer"])))
    a, b = sides
    # survey counts all 12 customers of the design for each period too; a period by itself has
    # 8 and 9 of them here
    design = [side.variance * (side.units - 1) / side.units * 12 / 11 for side in sides]
    change, variance = b.ratio - a.ratio, difference_variance(a, b)
    case.check(
        nps_a=100 * a.ratio,
        nps_b=100 * b.ratio,
        se_a=100 * math.sqrt(design[0]),
        se_b=100 * math.sqrt(design[1]),
        cov=100 * 100 * covariance(a, b),
        diff=100 * change,
        se_diff=100 * math.sqrt(variance),
        z=standardised(change, math.sqrt(variance)),
    )
    assert variance == pytest.approx(sum(design) - 2 * covariance(a, b))


def test_conversions_per_session(vector):
    case = vector("ratio.conversions_per_session")
    y, x = case.inputs["numerator_per_user"], case.inputs["denominator_per_user"]
    found = linearise(y, x)
    low, high = around(found.ratio, math.sqrt(found.variance), df=found.df)
    case.check(
        ratio=found.ratio,
        se=math.sqrt(found.variance),
        low=low,
        high=high,
        naive_binomial_se=math.sqrt(found.ratio * (1 - found.ratio) / sum(x)),
    )


def test_ratios_of_two_groups(vector):
    case = vector("ratio.difference")
    sides = [case.inputs[side] for side in "ab"]
    zeros = [[0] * len(side["num"]) for side in sides]
    a = linearise(sides[0]["num"] + zeros[1], sides[0]["den"] + zeros[1])
    b = linearise(zeros[0] + sides[1]["num"], zeros[0] + sides[1]["den"])
    assert covariance(a, b) == 0
    variance = a.variance + b.variance - 2 * covariance(a, b)
    case.check(
        ratio_a=a.ratio,
        ratio_b=b.ratio,
        diff=b.ratio - a.ratio,
        se=math.sqrt(variance),
        z=(b.ratio - a.ratio) / math.sqrt(variance),
    )


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=60))
def test_one_answer_a_unit_gives_the_simple_formula(answers):
    found = linearise(answers, np.ones(len(answers)))
    expected = np.var(answers, ddof=1) / len(answers)
    assert found.ratio == pytest.approx(np.mean(answers), abs=1e-9)
    assert found.variance == pytest.approx(expected, rel=1e-9, abs=1e-12)


pairs = st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 9)), min_size=2, max_size=40)


@given(pairs)
def test_the_covariance_with_itself_is_the_variance(rows):
    found = linearise(*zip(*rows, strict=True))
    assert covariance(found, found) == pytest.approx(found.variance)
    assert difference_variance(found, found) == 0


@given(pairs, st.integers(1, 30))
def test_units_without_answers_change_nothing(rows, empty):
    y, x = (list(side) for side in zip(*rows, strict=True))
    found, padded = linearise(y, x), linearise(y + [0] * empty, x + [0] * empty)
    assert padded.variance == pytest.approx(found.variance)
    assert padded.units == found.units
    assert len(padded.influence) == len(y) + empty


@given(pairs)
def test_influences_sum_to_nothing(rows):
    assert linearise(*zip(*rows, strict=True)).influence.sum() == pytest.approx(0, abs=1e-9)


def test_one_unit_knows_nothing():
    found = linearise([3, 0], [4, 0])
    other = linearise([1, 1], [2, 2])
    assert (found.ratio, found.variance, found.df) == (0.75, math.inf, 0)
    assert covariance(found, found) == 0
    assert difference_variance(found, other) == math.inf
    assert effective_n(4, variance=found.variance, simple_variance=0.1) == 1


def test_effective_n_never_exceeds_n():
    assert effective_n(50, variance=0.001, simple_variance=0.01) == 50
    assert effective_n(50, variance=0.0, simple_variance=0.01) == 50
    assert effective_n(50, variance=0.0, simple_variance=0.0) == 50
    assert effective_n(50, variance=0.0, simple_variance=0.0, units=7) == 7
