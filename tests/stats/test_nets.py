"""Intervals for a net share, against the R package NPS."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.stats import nets
from milepost.stats.interval import around
from milepost.stats.means import finite_population_n, moments
from milepost.stats.quantiles import two_sided
from milepost.stats.weighting import Stratum, stratified_mean

CODES = (-1, 0, 1)


def read(case):
    counts = [case.inputs[group] for group in ("detractors", "passives", "promoters")]
    n = sum(counts)
    return counts[2] / n, counts[0] / n, n


def ends(found):
    low, high = found.interval.scaled(100)
    return {"low": low, "high": high}


def test_point(vector):
    case = vector("nps.point.counts")
    counts = case.inputs["counts_0_10"]
    n, down, up = sum(counts), sum(counts[:7]), sum(counts[9:])
    found = nets.wald(up / n, down / n, n)
    case.check(
        n=n,
        detractors=down,
        passives=n - up - down,
        promoters=up,
        nps=100 * found.centre,
        var=nets.net_variance(up / n, down / n),
        se=100 * found.se,
        mean_ltr=moments(range(11), counts).mean,
    )


def test_wald(vector):
    case = vector("nps.ci.wald")
    found = nets.wald(*read(case))
    case.check(**ends(found), p_value_vs_0=two_sided(found.centre / found.se))


def test_adjusted_wald(vector):
    case = vector("nps.ci.adjusted_wald")
    found = nets.adjusted_wald(*read(case), pseudo=sum(case.inputs["pseudo"]))
    case.check(centre=100 * found.centre, se=100 * found.se, **ends(found))


@pytest.mark.parametrize(
    "id", ["nps.ci.adjusted_wald.n30.conf90", "nps.ci.adjusted_wald.n30.conf99"]
)
def test_adjusted_wald_at_other_confidence(vector, id):
    case = vector(id)
    case.check(**ends(nets.adjusted_wald(*read(case), conf=case.inputs["conf"])))


@pytest.mark.parametrize("id", ["nps.ci.small.all_promoters_5", "nps.ci.small.one_each"])
def test_few_answers(vector, id):
    case = vector(id)
    plain, found = nets.wald(*read(case)), nets.adjusted_wald(*read(case))
    shown = found.interval.clipped(-1, 1).containing(plain.centre)
    case.check(
        nps=100 * plain.centre,
        adj_low_raw=100 * found.low,
        adj_high_raw=100 * found.high,
        adj_low=100 * shown.low,
        adj_high=100 * shown.high,
        wald_low=100 * plain.low,
        wald_high=100 * plain.high,
    )


def test_score(vector):
    case = vector("nps.ci.score")
    low, high = nets.score(*read(case)).scaled(100)
    case.check(low=low, high=high)


def test_student_on_codes(vector):
    case = vector("nps.ci.t_means")
    found = nets.t_on_codes(*read(case))
    case.check(**ends(found), se=100 * found.se, df=read(case)[2] - 1)


def test_goodman(vector):
    case = vector("nps.ci.goodman_simultaneous")
    found = nets.goodman(*read(case))
    case.check(**ends(found), multiplier=(found.high - found.centre) / found.se)


def test_percentile_bootstrap(vector):
    case = vector("nps.ci.bootstrap_percentile_ideal")
    low, high = nets.percentile_bootstrap(*read(case)).scaled(100)
    case.check(low=low, high=high)
    assert (low, high) == (-5, 65)


def test_finite_population_by_design(vector):
    case = vector("nps.fpc.enps")
    counts = [case.inputs[group] for group in ("detractors", "passives", "promoters")]
    n, mean, sd = moments(CODES, counts)
    found = stratified_mean([Stratum(n, mean, sd, case.inputs["population"])])
    low, high = around(*found, df=n - 1).scaled(100)
    case.check(nps=100 * found.mean, se=100 * found.se, low=low, high=high)


def test_finite_population_by_effective_n(vector):
    case = vector("enps.adjusted_wald_fpc")
    positive, negative, n = read(case)
    n_eff = finite_population_n(n, case.inputs["population"])
    census = nets.adjusted_wald(positive, negative, finite_population_n(n, n))
    case.check(
        n_eff=n_eff,
        **ends(nets.adjusted_wald(positive, negative, n_eff)),
        census_width=census.high - census.low,
    )
    assert census.centre == pytest.approx(positive - negative)


@st.composite
def samples(draw):
    counts = draw(st.lists(st.integers(0, 400), min_size=3, max_size=3).filter(any))
    n = sum(counts)
    return counts[2] / n, counts[0] / n, n


@given(samples(), st.floats(0.5, 0.999))
def test_swapping_positives_and_negatives_turns_the_interval_round(sample, conf):
    positive, negative, n = sample
    for method in (nets.adjusted_wald, nets.wald, nets.score, nets.percentile_bootstrap):
        found = method(positive, negative, n, conf=conf)
        turned = method(negative, positive, n, conf=conf)
        assert (found.low, found.high) == pytest.approx((-turned.high, -turned.low), abs=1e-6)


@given(samples())
def test_adjusted_wald_narrows_with_n(sample):
    positive, negative, n = sample
    few = nets.adjusted_wald(positive, negative, n)
    assert nets.adjusted_wald(positive, negative, 4 * n).se < few.se


@given(samples())
def test_the_score_interval_stays_on_the_scale_and_holds_the_net(sample):
    low, high = nets.score(*sample)
    assert -1 <= low <= sample[0] - sample[1] <= high <= 1


@given(samples())
def test_the_score_interval_is_close_to_the_adjusted_one(sample):
    n = sample[2]
    shown = nets.adjusted_wald(*sample).interval.clipped(-1, 1)
    assert nets.score(*sample) == pytest.approx(shown, abs=2.5 / n + 0.35 / math.sqrt(n))


def test_one_unit_says_nothing():
    found = nets.adjusted_wald(1.0, 0.0, 3, df=0)
    assert found.interval.clipped(-1, 1) == nets.score(1.0, 0.0, 3, df=0) == (-1, 1)
    assert nets.t_on_codes(1.0, 0.0, 1).interval == (-math.inf, math.inf)


def test_exact_coverage_at_ten_answers():
    """An excellent company, NPS +85: the adjusted interval covers, Wald's does not."""
    truth, n = (0.03, 0.09, 0.88), 10
    covered = {nets.wald: 0.0, nets.adjusted_wald: 0.0}
    for up in range(n + 1):
        for down in range(n + 1 - up):
            rest = n - up - down
            ways = math.comb(n, up) * math.comb(n - up, down)
            chance = ways * truth[0] ** down * truth[1] ** rest * truth[2] ** up
            for method in covered:
                found = method(up / n, down / n, n)
                covered[method] += chance * (found.low <= 0.85 <= found.high)
    assert covered[nets.wald] == pytest.approx(0.718, abs=0.0006)
    assert covered[nets.adjusted_wald] == pytest.approx(0.963, abs=0.0006)


def test_the_bootstrap_agrees_with_drawing():
    rng = np.random.default_rng(1)
    draws = rng.choice(CODES, size=(40_000, 30), p=[0.1, 0.3, 0.6]).mean(axis=1)
    low, high = nets.percentile_bootstrap(0.6, 0.1, 30)
    assert np.quantile(draws, [0.025, 0.975]) == pytest.approx([low, high], abs=1 / 29)
