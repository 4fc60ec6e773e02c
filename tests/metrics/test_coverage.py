"""Quantiles and rates whose rows come in bursts of one customer: the intervals hold what they say."""

from __future__ import annotations

import numpy as np
import pytest

from milepost.metrics.estimators import Quantile, Rate
from milepost.metrics.sums import BucketSums, Histogram
from milepost.stats.histogram import bin_of

CUSTOMERS, EACH, RUNS = 150, 6, 400


def histogram(values: np.ndarray, buckets: np.ndarray, ended: np.ndarray) -> Histogram:
    return Histogram(
        bin_of(values).astype(np.int64), buckets, ended.astype(float), (~ended).astype(float)
    )


def tickets(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Durations that lean on whose they are, and their buckets."""
    own = rng.normal(0, 0.8, CUSTOMERS)
    values = np.exp(2 + np.repeat(own, EACH) + rng.normal(0, 0.6, CUSTOMERS * EACH))
    return values, np.repeat(rng.integers(0, 128, CUSTOMERS), EACH)


@pytest.mark.parametrize("open_ones", [False, True])
def test_the_median_of_customers_who_come_often(open_ones: bool) -> None:
    rng, held, naive = np.random.default_rng(3), 0, 0
    for _ in range(RUNS):
        values, buckets = tickets(rng)
        seen = rng.exponential(40, values.size) if open_ones else np.full(values.size, np.inf)
        ended = values <= seen
        found = histogram(np.minimum(values, seen), buckets, ended)
        for repeats in (True, False):
            sums = BucketSums({"n": np.array([values.size])}, repeats=repeats, histogram=found)
            estimate = Quantile(of="x", open="y").estimate(sums, conf=0.95)
            assert estimate is not None
            assert estimate.interval is not None
            inside = estimate.interval.low <= np.exp(2) <= estimate.interval.high
            held += inside and repeats
            naive += inside and not repeats
    assert 0.925 <= held / RUNS <= 0.985
    assert naive / RUNS < 0.85


def test_a_rate_whose_events_come_in_bursts() -> None:
    rng, held, naive = np.random.default_rng(5), 0, 0
    for _ in range(1000):
        rate = rng.gamma(0.5, 0.4, CUSTOMERS)
        buckets = rng.integers(0, 128, CUSTOMERS)
        events = np.bincount(buckets, weights=rng.poisson(rate * 3), minlength=128)
        time = np.bincount(buckets, weights=np.full(CUSTOMERS, 3.0), minlength=128)
        for repeats in (True, False):
            sums = BucketSums({"events": events, "exposure": time}, repeats=repeats)
            estimate = Rate("events", "exposure").estimate(sums, conf=0.95)
            assert estimate is not None
            assert estimate.interval is not None
            inside = estimate.interval.low <= 0.2 <= estimate.interval.high
            held += inside and repeats
            naive += inside and not repeats
    assert 0.92 <= held / 1000 <= 0.98
    assert naive / 1000 < 0.9
