"""Means, medians and their intervals, against R."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.stats import means
from milepost.stats.nets import adjusted_wald
from milepost.stats.shares import wilson


def test_satisfaction_histogram(vector):
    case = vector("csat.histogram.5pt")
    counts = case.inputs["counts_1_5"]
    found = means.moments(range(1, 6), counts)
    low, high = means.mean_interval(found.mean, found.sd, found.n)
    top = sum(counts[3:]) / found.n
    top_low, top_high = wilson(top, found.n)
    case.check(
        n=found.n,
        mean=found.mean,
        sd=found.sd,
        se=found.sd / math.sqrt(found.n),
        mean_low=low,
        mean_high=high,
        top2box=top,
        top2_low=top_low,
        top2_high=top_high,
        top1box=counts[4] / found.n,
        bottom2box=sum(counts[:2]) / found.n,
        net_sat=top - sum(counts[:2]) / found.n,
        scaled_0_100=(found.mean - 1) / 4 * 100,
        median=means.median(range(1, 6), counts),
    )


def test_effort_2(vector):
    case = vector("ces.v2.histogram")
    counts = case.inputs["counts_1_7"]
    found = means.moments(range(1, 8), counts)
    low, high = means.mean_interval(found.mean, found.sd, found.n)
    agree, disagree = sum(counts[4:]) / found.n, sum(counts[:3]) / found.n
    net = adjusted_wald(agree, disagree, found.n)
    case.check(
        mean=found.mean,
        low=low,
        high=high,
        pct_agree_5_7=100 * agree,
        pct_disagree_1_3=100 * disagree,
        net_easy=100 * (agree - disagree),
        net_easy_adj_low=100 * net.low,
        net_easy_adj_high=100 * net.high,
    )


def test_effort_1(vector):
    case = vector("ces.v1.histogram")
    counts = case.inputs["counts_1_5"]
    found = means.moments(range(1, 6), counts)
    low, high = means.mean_interval(found.mean, found.sd, found.n)
    case.check(
        mean=found.mean,
        low=low,
        high=high,
        pct_low_effort_1_2=100 * sum(counts[:2]) / found.n,
        pct_high_effort_4_5=100 * sum(counts[3:]) / found.n,
    )


def test_geometric_mean(vector):
    case = vector("task.time_geomean")
    seconds = case.inputs["seconds"]
    logs = means.moments(np.log(seconds))
    low, high = means.geometric_interval(logs.mean, logs.sd, logs.n)
    case.check(
        geomean=math.exp(logs.mean),
        low=low,
        high=high,
        mean=means.moments(seconds).mean,
        median=means.median(seconds),
    )


def test_one_answer_has_the_whole_line():
    n, mean, sd = means.moments([4])
    assert (n, mean, sd) == (1, 4, 0)
    assert means.mean_interval(mean, sd, n).clipped(1, 5) == (1, 5)
    assert means.geometric_interval(1.0, 0.0, 1) == (0.0, math.inf)


def test_a_census_has_no_width():
    n = means.finite_population_n(30, 30)
    assert means.mean_interval(3.5, 1.2, n) == (3.5, 3.5)


@given(st.integers(2, 10**6), st.integers(0, 10**6))
def test_a_finite_population_makes_surer(n, more):
    assert means.finite_population_n(n, n + more) >= n


@given(st.lists(st.integers(0, 9), min_size=2, max_size=9).filter(lambda counts: sum(counts) > 1))
def test_a_histogram_has_the_moments_of_its_answers(counts):
    values = [2.5 * place - 3 for place in range(len(counts))]
    answers = np.repeat(values, counts)
    found = means.moments(values, counts)
    assert found == pytest.approx((len(answers), answers.mean(), answers.std(ddof=1)))
    assert means.median(values, counts) == pytest.approx(np.median(answers))


def test_moments_of_large_numbers_keep_their_digits():
    assert means.moments([1e9, 1e9 + 1, 1e9 + 2]).sd == 1.0
