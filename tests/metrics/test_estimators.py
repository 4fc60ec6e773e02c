"""The estimators on bucket sums, against the reference vectors and formulas written out."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
import pytest
from scipy.stats import chi2

from milepost.metrics.estimators import (
    BucketSums,
    Estimate,
    Mean,
    NetShare,
    Rate,
    Ratio,
    Share,
    Total,
)
from tests.stats.conftest import read_vectors

VECTORS = read_vectors()


def buckets(**totals: list[float]) -> dict[str, np.ndarray]:
    """Totals as arrays over 128 buckets, one unit a bucket."""
    return {
        name: np.pad(np.array(given, float), (0, 128 - len(given)))
        for name, given in totals.items()
    }


def made(found: Estimate | None) -> Estimate:
    assert found is not None
    return found


def test_share_of_clusters_is_wilson_on_the_effective_n() -> None:
    vector = VECTORS["prop.cluster.wilson_neff"]
    sums = BucketSums(
        buckets(part=vector.inputs["successes_per_cluster"], n=vector.inputs["trials_per_cluster"]),
        repeats=True,
    )
    found = made(Share("part").estimate(sums, conf=0.95))
    want = vector.expected
    assert (found.value, found.n_eff, found.df) == pytest.approx(
        (want["p"], want["n_eff"], want["df"])
    )
    assert found.interval == pytest.approx((want["low"], want["high"]), rel=1e-7)
    assert found.method == "Wilson, cluster-robust"


def test_net_share_of_clusters_is_adjusted_wald_on_the_effective_n() -> None:
    vector = VECTORS["nps.cluster.adjusted_wald_neff"]
    rows = list(zip(vector.inputs["customer"], vector.inputs["score"], strict=True))
    people = sorted({who for who, _ in rows})
    sums = BucketSums(
        buckets(
            top=[sum(s >= 9 for w, s in rows if w == who) for who in people],
            low=[sum(s <= 6 for w, s in rows if w == who) for who in people],
            n=[sum(w == who for w, _ in rows) for who in people],
        ),
        repeats=True,
    )
    found = made(NetShare("top", "low").estimate(sums, conf=0.95))
    assert found.interval is not None
    assert (100 * found.interval.low, 100 * found.interval.high, found.n_eff) == pytest.approx(
        tuple(vector.expected[name] for name in ("low", "high", "n_eff"))
    )


def test_weighted_net_share_has_the_surveys_error() -> None:
    """One unit a bucket: the bucket form is then R's svymean to the last digit."""
    vector = VECTORS["nps.weighted"]
    scores, weights = vector.inputs["score"], vector.inputs["weight"]
    ones = [1.0] * len(scores)
    tops, lows = [float(s >= 9) for s in scores], [float(s <= 6) for s in scores]
    sums = BucketSums(
        buckets(top=tops, low=lows, n=ones),
        weighted=buckets(
            top=np.multiply(tops, weights).tolist(),
            low=np.multiply(lows, weights).tolist(),
            n=weights,
        ),
    )
    found = made(NetShare("top", "low").estimate(sums, conf=0.95))
    assert found.linear is not None
    assert (100 * found.value, 100 * sqrt(found.linear.variance)) == pytest.approx(
        (vector.expected["nps"], vector.expected["se"])
    )
    assert found.n == len(scores)


def test_ratio_is_the_delta_method_over_users() -> None:
    vector = VECTORS["ratio.conversions_per_session"]
    over, under = vector.inputs["numerator_per_user"], vector.inputs["denominator_per_user"]
    sums = BucketSums(buckets(over=over, under=under, n=[1.0] * len(over)))
    found = made(Ratio("over", "under").estimate(sums, conf=0.95))
    want = vector.expected
    assert (found.value, found.se) == pytest.approx((want["ratio"], want["se"]))
    assert found.interval == pytest.approx((want["low"], want["high"]))


def test_rate_is_exact_poisson() -> None:
    sums = BucketSums(buckets(events=[3, 4, 0], exposure=[10, 20, 5]))
    found = made(Rate("events", "exposure").estimate(sums, conf=0.95))
    expected = (chi2.ppf(0.025, 14) / 2 / 35, chi2.ppf(0.975, 16) / 2 / 35)
    assert (found.value, found.interval) == (pytest.approx(7 / 35), pytest.approx(expected))


def test_a_total_is_counted_and_has_no_interval() -> None:
    found = made(Total("amount").estimate(BucketSums(buckets(amount=[5, 7], n=[1, 2])), conf=0.95))
    assert (found.value, found.n, found.interval, found.method) == (12, 3, None, "counted")


@pytest.mark.parametrize(
    "estimator",
    [Share("y"), NetShare("y", "y"), Mean("y", "y"), Ratio("y", "n"), Rate("y", "n"), Total("y")],
    ids=lambda estimator: estimator.name,
)
def test_nothing_is_none_and_never_zero(estimator: Share) -> None:
    assert estimator.estimate(BucketSums(buckets(y=[], n=[])), conf=0.95) is None


def test_one_answer_tells_nothing_but_itself() -> None:
    one = BucketSums(buckets(total=[4], squares=[16], n=[1]))
    found = made(Mean("total", "squares").estimate(one, conf=0.95))
    assert (found.value, found.interval, found.se) == (4, (-inf, inf), inf)


def test_answers_that_are_all_alike_still_have_an_error() -> None:
    """Two customers with ten fives each are worth two answers, not twenty."""
    sums = BucketSums(buckets(part=[10, 10], n=[10, 10]), repeats=True)
    found = made(Share("part").estimate(sums, conf=0.95))
    assert (found.value, found.n_eff) == (1.0, 2.0)
    assert found.se > 0
