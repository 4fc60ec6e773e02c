"""Changes between two samples, against R, PropCIs and statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.stats import differences as diff
from milepost.stats.means import moments
from milepost.stats.quantiles import critical


def nets(case):
    """The vectors report the first sample minus the second one."""
    own, earlier = (case.inputs[side] for side in "ab")
    return [diff.NetOf(c[2] / sum(c), c[0] / sum(c), sum(c)) for c in (earlier, own)]


def shares(case):
    x1, n1, x2, n2 = (case.inputs[key] for key in ("x1", "n1", "x2", "n2"))
    return diff.ShareOf(x2 / n2, n2), diff.ShareOf(x1 / n1, n1)


def points(found):
    return {"se": 100 * found.se, "p_value": found.p, "low": 100 * found.low}


def test_net_wald(vector):
    case = vector("nps.diff.wald")
    found = diff.net_difference(*nets(case), pseudo=0)
    case.check(
        diff=100 * found.change,
        z=found.change / found.se,
        high=100 * found.high,
        **points(found),
    )


def test_net_conservative(vector):
    case = vector("nps.diff.adjusted_wald_3_each")
    found = diff.net_difference(*nets(case), pseudo=3)
    middle = 50 * (found.low + found.high)
    case.check(adjusted_diff=middle, high=100 * found.high, **points(found))


def test_net_default(vector):
    case = vector("nps.diff.adjusted_wald_split")
    found = diff.net_difference(*nets(case))
    case.check(
        diff_raw=100 * found.change,
        adjusted_diff=50 * (found.low + found.high),
        high=100 * found.high,
        **points(found),
    )


def test_welch_of_histograms(vector):
    case = vector("csat.diff.welch")
    own, earlier = (moments(range(1, 6), case.inputs[side]) for side in "ab")
    a, b = (diff.MeanOf(found.mean, found.sd, found.n) for found in (earlier, own))
    found = diff.welch(a, b)
    case.check(
        diff=found.change,
        t=found.change / found.se,
        df=welch_df(a, b),
        p_value=found.p,
        low=found.low,
        high=found.high,
    )


def test_welch_of_answers(vector):
    case = vector("py.welch")
    own, earlier = (moments(case.inputs[side]) for side in "ab")
    a, b = (diff.MeanOf(found.mean, found.sd, found.n) for found in (earlier, own))
    found = diff.welch(a, b)
    case.check(t=found.change / found.se, p=found.p, df=welch_df(a, b))


def welch_df(a, b):
    return diff.satterthwaite([s.sd**2 / s.n for s in (a, b)], [s.n - 1 for s in (a, b)])


def test_two_proportions(vector):
    case = vector("csat.diff.two_proportions")
    z = diff.pooled_z(*shares(case))
    low, high = diff.wald_difference(*shares(case))
    case.check(
        chisq=z * z,
        z=z,
        p_value=diff.share_difference(*shares(case)).p,
        wald_low=low,
        wald_high=high,
    )


@pytest.mark.parametrize(
    ("id", "interval"),
    [
        ("py.prop_diff.newcomb", diff.share_difference),
        ("py.prop_diff.agresti-caffo", diff.agresti_caffo),
        ("prop.diff.agresti_caffo", diff.agresti_caffo),
        ("py.prop_diff.wald", diff.wald_difference),
        ("prop.diff.score_miettinen_nurminen", diff.score_difference),
    ],
)
def test_share_intervals(vector, id, interval):
    case = vector(id)
    found = interval(*shares(case), conf=case.inputs["conf"])
    case.check(low=found.low, high=found.high)


def test_the_score_interval_and_the_slip_in_its_other_reference(vector):
    """statsmodels 0.15.0 finds other null proportions than the likeliest ones.

    The linear coefficient of its cubic has the successes of the second sample where their number
    belongs. With that slip its figures come out; without it, those of R's PropCIs and ours do.
    """
    case, right = vector("py.prop_diff.score"), vector("prop.diff.score_miettinen_nurminen")
    ours = diff.score_difference(*shares(case))
    assert cubic_ends(case, slip=False) == pytest.approx(ours, abs=1e-9)
    assert (right.expected["low"], right.expected["high"]) == pytest.approx(ours, abs=1e-7)
    low, high = cubic_ends(case, slip=True)
    case.check(low=low, high=high)


def cubic_ends(case, *, slip):
    x1, n1, x2, n2 = (case.inputs[key] for key in ("x1", "n1", "x2", "n2"))
    n, change, z = n1 + n2, x1 / n1 - x2 / n2, critical(case.inputs["conf"])

    def rejected(supposed):
        linear = ((x2 if slip else n2) * supposed - n - 2 * x2) * supposed + x1 + x2
        square = (n1 + 2 * n2) * supposed - n - x1 - x2
        roots = np.roots([n, square, linear, x2 * supposed * (1 - supposed)]).real
        base = next(p for p in sorted(roots) if 0 < p < 1 and 0 < p + supposed < 1)
        other = base + supposed
        variance = (base * (1 - base) / n2 + other * (1 - other) / n1) * n / (n - 1)
        return (change - supposed) ** 2 - z * z * variance

    return tuple(diff.crossing(rejected, change, end) for end in (-0.2, 0.3))


def test_paired(vector):
    case = vector("prop.diff.paired_mcnemar")
    found = diff.mcnemar(case.inputs["only_before"], case.inputs["only_after"])
    case.check(chisq=found.statistic, p_value=found.p, p_exact=found.exact_p)
    assert diff.mcnemar(0, 0) == (0, 1, 1)


counts = st.lists(st.integers(0, 200), min_size=3, max_size=3).filter(any)


@st.composite
def net_pairs(draw):
    both = draw(counts), draw(counts)
    return [diff.NetOf(c[2] / sum(c), c[0] / sum(c), sum(c)) for c in both]


@st.composite
def share_pairs(draw):
    ns = draw(st.integers(1, 300)), draw(st.integers(1, 300))
    return [diff.ShareOf(draw(st.integers(0, n)) / n, n) for n in ns]


@given(net_pairs())
def test_a_net_change_turns_round_with_the_samples(pair):
    turns_round(diff.net_difference, pair, 2)


@given(share_pairs())
def test_a_share_change_turns_round_with_the_samples(pair):
    turns_round(diff.share_difference, pair, 1)


def turns_round(method, pair, limit):
    there, back = method(*pair), method(*reversed(pair))
    assert -limit <= there.low <= there.change <= there.high <= limit
    assert there.se > 0
    assert 0 <= there.p <= 1
    assert (back.change, back.low, back.high) == pytest.approx(
        (-there.change, -there.high, -there.low), abs=1e-12
    )
    assert (back.p, back.se) == pytest.approx((there.p, there.se))


@given(share_pairs())
def test_the_score_interval_holds_the_change(pair):
    low, high = diff.score_difference(*pair)
    assert -1 <= low <= pair[1].share - pair[0].share <= high <= 1


@given(net_pairs())
def test_a_net_change_is_significant_just_when_its_interval_leaves_out_zero(pair):
    found = diff.net_difference(*pair)
    assert (found.p < 0.05) == (found.low > 0 or found.high < 0)


def test_one_unit_tells_nothing_of_a_change():
    net = diff.net_difference(diff.NetOf(0, 1, 1), diff.NetOf(1, 0, 1), df=0)
    assert (net.low, net.high, net.p) == (-2, 2, 1)
    share = diff.share_difference(diff.ShareOf(0, 1), diff.ShareOf(1, 1), df=0)
    assert (share.low, share.high, share.p) == (-1, 1, 1)
    mean = diff.welch(diff.MeanOf(3, 0, 1), diff.MeanOf(4, 1, 9))
    assert (mean.low, mean.high, mean.p) == (-math.inf, math.inf, 1)
    ratio = diff.linear_difference(0.2, math.inf, df=5)
    assert (ratio.low, ratio.high, ratio.p) == (-math.inf, math.inf, 1)


def test_answers_all_alike():
    share = diff.share_difference(diff.ShareOf(1, 20), diff.ShareOf(1, 30))
    assert (share.change, share.p) == (0, 1)
    mean = diff.welch(diff.MeanOf(3, 0, 9), diff.MeanOf(3, 0, 9))
    assert (mean.change, mean.low, mean.high, mean.p) == (0, 0, 0, 1)


def test_a_change_between_two_censuses_is_certain():
    found = diff.share_difference(diff.ShareOf(0.5, math.inf), diff.ShareOf(0.6, math.inf))
    assert (found.low, found.high) == pytest.approx((0.1, 0.1))
    assert found.p == 0
    assert diff.pooled_z(diff.ShareOf(1, math.inf), diff.ShareOf(0.5, 9)) == -math.inf


def test_a_variance_rounded_below_zero_is_none():
    assert diff.linear_difference(0.0, -1e-20, df=9).se == 0
