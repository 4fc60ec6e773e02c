"""Shares of money, and shares carried on for a year, where nothing or all was lost."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from milepost.metrics.estimators import BucketSums, Estimate, Share, ShareOfAmounts, Yearly
from milepost.stats.interval import Interval

KEPT = ShareOfAmounts("kept", "start", "squares")
YEAR = Yearly(Share("lost"), "months")


def _money(kept: list[float], start: list[float]) -> BucketSums:
    amounts = np.array(start)
    return BucketSums({
        "kept": np.array(kept), "start": amounts, "squares": amounts**2, "n": np.ones(len(start)),
    })  # fmt: skip


def _kept(kept: list[float], start: list[float]) -> tuple[Estimate, Interval]:
    return _told(KEPT.estimate(_money(kept, start), conf=0.95))


def _year(lost: list[float], *, months: float) -> tuple[Estimate, Interval]:
    n = np.full(len(lost), 50.0)
    sums = BucketSums({"lost": np.array(lost), "n": n, "months": n * months})
    return _told(YEAR.estimate(sums, conf=0.95))


def _told(found: Estimate | None) -> tuple[Estimate, Interval]:
    if found is None or found.interval is None:
        raise AssertionError("no estimate")
    return found, found.interval


@pytest.mark.parametrize(("kept", "value"), [([2.0, 3.0], 1.0), ([0.0, 0.0], 0.0)])
def test_all_or_nothing_kept_has_an_interval_and_an_error(kept: list[float], value: float) -> None:
    found, interval = _kept(kept, [2.0, 3.0])
    assert (found.value, found.method) == (value, "Wilson")
    assert interval.high - interval.low > 0.9
    assert 0 < found.se < inf


def test_customers_are_worth_as_many_equal_ones_as_their_amounts_tell() -> None:
    found, _ = _kept([100.0, 1.0, 0.0], [100.0, 1.0, 1.0])
    assert found.n == 3
    assert found.n_eff == pytest.approx(102**2 / 10002)


def test_one_customer_tells_nothing() -> None:
    found, interval = _kept([1.0], [2.0])
    assert interval == (0.0, 1.0)
    assert found.se == inf


def test_no_amounts_have_no_share() -> None:
    assert KEPT.estimate(_money([0.0], [0.0]), conf=0.95) is None


def test_a_quarter_is_carried_on_four_times() -> None:
    found, _ = _year([4.0, 6.0], months=3)
    plain = 2 * ((0.08 - 0.1) ** 2 + (0.12 - 0.1) ** 2) / 4
    assert found.value == pytest.approx(1 - 0.9**4)
    assert found.linear is not None
    assert found.linear.variance == pytest.approx((4 * 0.9**3) ** 2 * plain)


def test_a_year_without_any_loss_is_not_certain() -> None:
    found, interval = _year([0.0, 0.0], months=1)
    assert (found.value, interval.low) == (0.0, 0.0)
    assert interval.high > 0.3
    assert found.se > 0


def test_a_year_with_all_lost_has_no_error_to_compare_with() -> None:
    found, _ = _year([50.0, 50.0], months=1)
    assert (found.value, found.se, found.linear) == (1.0, inf, None)
