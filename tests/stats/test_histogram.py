"""Durations and their log histogram, against R, ddsketch and numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from milepost.errors import DataError
from milepost.stats import histogram
from milepost.stats.means import (
    geometric_interval,
    lognormal_interval,
    lognormal_mean,
    mean_interval,
    median,
    moments,
)
from milepost.stats.shares import wald

durations = st.one_of(st.just(0.0), st.floats(1e-300, 1e300))
samples = st.lists(durations, min_size=1, max_size=60)
shares = st.floats(0.01, 0.99)


def counted(values):
    return np.unique(histogram.bin_of(values), return_counts=True)


def estimate(values, at):
    bins, counts = counted(values)
    return histogram.quantile(histogram.value_of(bins), counts, at)


def test_summary(vector):
    case = vector("time.summary")
    hours, probs = np.array(case.inputs["hours"]), case.inputs["probs"]
    ones = np.ones(len(hours))
    found, logs = moments(hours), moments(np.log(hours))
    low, high = mean_interval(found.mean, found.sd, found.n)
    geo_low, geo_high = geometric_interval(logs.mean, logs.sd, logs.n)
    case.check(
        n=found.n,
        mean=found.mean,
        sd=found.sd,
        mean_low=low,
        mean_high=high,
        median=median(hours),
        geometric_mean=math.exp(logs.mean),
        geo_low=geo_low,
        geo_high=geo_high,
        quantiles_type7=[histogram.quantile(hours, ones, at) for at in probs],
        quantiles_type1=[histogram.inverse(hours, ones, at) for at in probs],
        share_within_8h=np.mean(hours <= 8),
    )


def test_median_between_order_statistics(vector):
    case = vector("time.median_ci_order_statistics")
    hours = np.array(case.inputs["hours"])
    n = len(hours)
    low, high = histogram.binomial_ranks(0.5, n)
    case.check(
        rank_low=low,
        rank_high=high,
        low=hours[low - 1],
        high=hours[high - 1],
        exact_coverage=special.bdtr(high - 1.0, n, 0.5) - special.bdtr(low - 1.0, n, 0.5),
        # a check of the vector alone: Milepost compares histograms, not one sample with a value
        wilcox_p_vs_4h=stats.wilcoxon(hours - 4, correction=True, method="approx").pvalue,
    )


def test_percentiles_through_the_distribution(vector):
    case = vector("time.percentile_ci_woodruff")
    hours = case.inputs["hours"]
    ones = np.ones(len(hours))
    limits = [wald(at, len(hours)) for at in case.inputs["probs"]]
    (low_50, high_50), (low_90, high_90) = (
        [histogram.inverse(hours, ones, end) for end in ends] for ends in limits
    )
    case.check(
        p_limits_50=list(limits[0]),
        p_limits_90=list(limits[1]),
        low_50=low_50,
        high_50=high_50,
        low_90=low_90,
        high_90=high_90,
    )
    assert histogram.quantile_interval(hours, ones, 0.5) == (low_50, high_50)
    # two answers beyond the quantile are too few for it: the exact ranks are 16 and none
    assert histogram.quantile_interval(hours, ones, 0.9) == (9.4, math.inf)


def test_lognormal_mean(vector):
    case = vector("time.lognormal_mean_cox")
    logs = np.log(case.inputs["hours"])
    sums = case.inputs["sufficient"]
    assert [len(logs), logs.sum(), logs @ logs] == pytest.approx(list(sums.values()))
    n, mean, sd = moments(logs)
    low, high = lognormal_interval(mean, sd, n)
    low_t, high_t = lognormal_interval(mean, sd, n, df=n - 1)
    case.check(
        mean=lognormal_mean(mean, sd),
        low=low,
        high=high,
        low_modified_t=low_t,
        high_modified_t=high_t,
    )


def test_an_unknown_lognormal_mean_is_not_an_overflow():
    assert lognormal_interval(1.0, 0.0, 1) == (0.0, math.inf)
    assert lognormal_interval(1.0, 20.0, 2, df=1).high == math.inf


def test_bins_are_those_of_ddsketch(vector):
    case = vector("sketch.ddsketch.bucket_index")
    keys = histogram.bin_of(case.inputs["values"])
    case.check(key=keys.tolist(), representative=histogram.value_of(keys).tolist())
    assert case.inputs["alpha"] == histogram.ERROR


def test_quantiles_are_those_of_ddsketch(vector):
    case = vector("sketch.ddsketch.quantiles")
    values, probs = np.array(case.inputs["values"]), case.inputs["probs"]
    bins, counts = counted(values)
    parts = [counted(part) for part in np.array_split(values, 7)]
    together = [np.concatenate(side) for side in zip(*parts, strict=True)]
    exact = [histogram.inverse(values, np.ones(len(values)), at) for at in probs]
    estimates = [histogram.inverse(histogram.value_of(bins), counts, at) for at in probs]
    case.check(
        gamma=histogram.GAMMA,
        n_buckets=len(bins),
        estimates=estimates,
        merged_estimates=[
            histogram.inverse(histogram.value_of(together[0]), together[1], at) for at in probs
        ],
        exact_lower_rank=exact,
        max_relative_error=np.max(np.abs(np.divide(estimates, exact) - 1)),
    )


@given(samples, st.floats(0, 1))
def test_rows_have_the_quantiles_of_numpy(values, at):
    ones = np.ones(len(values))
    scale = max(values) * 1e-9
    assert histogram.quantile(values, ones, at) == pytest.approx(
        np.quantile(values, at), rel=1e-9, abs=scale
    )


@given(st.lists(durations, min_size=1, max_size=150))
def test_a_share_of_ranks_is_its_order_statistic(values):
    n, ones = len(values), np.ones(len(values))
    found = [histogram.inverse(values, ones, rank / n) for rank in range(1, n + 1)]
    assert found == sorted(values)


@given(samples, st.floats(0, 1))
def test_a_quantile_is_within_one_percent(values, at):
    exact = np.quantile(values, at)
    assert abs(estimate(values, at) - exact) <= 0.01 * exact * (1 + 1e-9)


@given(samples, st.integers(1, 5), shares)
def test_parts_add_up(values, parts, at):
    pieces = [counted(values[start::parts]) for start in range(parts) if values[start::parts]]
    bins, counts = (np.concatenate(side) for side in zip(*pieces, strict=True))
    assert histogram.quantile(histogram.value_of(bins), counts, at) == estimate(values, at)


@given(st.integers(1, 400), shares, st.sampled_from([0.8, 0.95, 0.99]))
def test_ranks_cover_what_they_promise(n, at, conf):
    low, high = histogram.binomial_ranks(at, n, conf=conf)
    chances = stats.binom.pmf(np.arange(n + 1), n, at)
    assert 0 <= low < high <= n + 1
    assert chances[low:high].sum() >= conf - 1e-9
    # neither end could move inward
    assert chances[: low + 1].sum() >= (1 - conf) / 2 - 1e-9
    assert chances[high - 1 :].sum() >= (1 - conf) / 2 - 1e-9


@given(samples, shares, st.floats(0.5, 60), st.one_of(st.none(), st.integers(0, 30)))
def test_an_interval_holds_its_quantile(values, at, n, df):
    ones = np.ones(len(values))
    low, high = histogram.quantile_interval(values, ones, at, n=min(n, len(values)), df=df)
    assert low <= histogram.quantile(values, ones, at) <= high
    wider = histogram.quantile_interval(values, ones, at, n=min(n, len(values)), df=df, conf=0.999)
    assert wider.low <= low <= high <= wider.high


def test_repeated_rows_are_worth_their_units():
    once, ones = np.arange(1.0, 22.0), np.ones(21)
    twice = np.repeat(once, 2)
    for at in (0.5, 0.9):
        assert histogram.quantile_interval(
            twice, np.ones(42), at, n=21
        ) == histogram.quantile_interval(once, ones, at)


def test_too_few_know_no_end():
    assert histogram.quantile_interval([3.0], [1], 0.5) == (-math.inf, math.inf)
    assert histogram.quantile_interval(np.arange(100.0), np.ones(100), 0.5, df=0) == (
        -math.inf,
        math.inf,
    )
    assert histogram.quantile_interval([1, 2, 3, 4, 5, 6], np.ones(6), 0.5) == (1.0, 6.0)


def test_durations_below_zero_are_refused():
    with pytest.raises(DataError, match=r"-2 is below zero"):
        histogram.bin_of([1.0, -2.0])


def test_the_smallest_value_has_a_bin_of_its_own():
    assert histogram.bin_of([5e-324])[0] == -37220
    assert histogram.value_of(histogram.bin_of([0.0])) == [0.0]
