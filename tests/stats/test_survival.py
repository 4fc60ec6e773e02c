"""Kaplan-Meier curves, against R's survival."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milepost.stats import survival
from milepost.stats.histogram import bin_of, value_of
from milepost.stats.means import median
from milepost.stats.shares import wilson

rows = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40)
times = st.lists(st.integers(0, 20), min_size=1, max_size=40)


def curve_of(when, happened):
    had = np.array(happened, dtype=float)
    return survival.kaplan_meier(when, had, 1 - had)


def all_seen(when):
    return curve_of(when, np.ones(len(when)))


def test_leukaemia(vector):
    case = vector("survival.km.aml_maintained")
    curve = curve_of(case.inputs["time"], case.inputs["event"])
    loglog, log = survival.loglog_band(curve), survival.log_band(curve)
    at = curve.events > 0
    case.check(
        time=curve.times[at].tolist(),
        n_risk=curve.at_risk[at].tolist(),
        n_event=curve.events[at].tolist(),
        survival=curve.survival[at].tolist(),
        se_greenwood=curve.se[at].tolist(),
        loglog_low=loglog.low[at].tolist(),
        loglog_high=loglog.high[at].tolist(),
        log_low=log.low[at].tolist(),
        log_high=log.high[at].tolist(),
    )


def test_open_tickets(vector):
    case = vector("time.km_open_tickets")
    hours, closed = np.array(case.inputs["hours"]), np.array(case.inputs["closed"])
    curve = curve_of(hours, closed)
    low, high = survival.quantile_interval(curve, 0.5)
    mean, se, until = survival.restricted_mean(curve, 48)
    case.check(
        median=survival.quantile(curve, 0.5),
        median_low=low,
        median_high=high,
        p75=survival.quantile(curve, 0.75),
        naive_median_closed_only=median(hours[closed == 1]),
        share_resolved_24h=1 - survival.still(curve, 24).share,
        rmst_48=mean,
        rmst_48_se=se,
    )
    assert until == 48


@given(rows)
def test_cells_are_rows_added_up(people):
    when, happened = (np.array(side) for side in zip(*people, strict=True))
    keys = np.unique(when)
    had = [np.sum(happened[when == key]) for key in keys]
    open_ = [np.sum(~happened[when == key]) for key in keys]
    by_row, by_cell = curve_of(when, happened), survival.kaplan_meier(keys, had, open_)
    assert by_row.survival == pytest.approx(by_cell.survival)
    assert by_row.at_risk.tolist() == by_cell.at_risk.tolist()
    assert by_row.se == pytest.approx(by_cell.se)


@given(times)
def test_without_censoring_it_is_the_share_left(when):
    curve, n = all_seen(when), len(when)
    left = np.array([np.mean(np.array(when) > time) for time in curve.times])
    assert curve.survival == pytest.approx(left, abs=1e-9)
    assert curve.se == pytest.approx(np.sqrt(left * (1 - left) / n), abs=1e-9)
    assert survival.quantile(curve, 0.5) == median(when)


@given(times)
def test_without_censoring_the_restricted_mean_is_the_mean_cut_off(when):
    for until in (7.0, 20.0, 30.0):
        found = survival.restricted_mean(all_seen(when), until)
        cut = np.minimum(when, until)
        assert found.mean == pytest.approx(cut.mean(), abs=1e-9)
        assert found.se == pytest.approx(cut.std() / math.sqrt(len(when)), abs=1e-6)
        assert found.until == until


@given(rows, st.floats(0.1, 0.9))
def test_intervals_hold_their_estimates(people, at):
    curve = curve_of(*zip(*people, strict=True))
    for band in (survival.loglog_band(curve), survival.log_band(curve)):
        assert (band.low <= curve.survival + 1e-12).all()
        assert (band.high >= curve.survival - 1e-12).all()
        assert (band.low >= 0).all()
        assert (band.high <= 1).all()
    low, high = survival.quantile_interval(curve, at)
    assert low <= survival.quantile(curve, at) <= high


def test_bins_of_a_log_histogram_are_times():
    hours, closed = np.array([0.0, 0.7, 3.1, 3.1, 40, 90]), np.array([1, 1, 1, 0, 1, 0])
    exact, binned = curve_of(hours, closed), curve_of(value_of(bin_of(hours)), closed)
    assert binned.survival.tolist() == exact.survival.tolist()
    assert binned.times == pytest.approx(exact.times, rel=0.01)


def test_what_nobody_was_followed_for_is_unknown():
    curve = curve_of([1, 2, 3], [1, 0, 0])
    assert survival.still(curve, 3).share == pytest.approx(2 / 3)
    assert survival.still(curve, 4) is None
    assert survival.quantile(curve, 0.5) == math.inf
    assert survival.quantile_interval(curve, 0.5).high == math.inf
    assert survival.quantile_interval(curve, 0.5).low <= 3
    assert survival.restricted_mean(curve, 10).until == 3
    assert survival.still(all_seen([1, 2, 3]), 4) == (0.0, 0.0, pytest.approx(0.7739, abs=1e-3))


def test_nothing_has_happened_yet():
    curve = curve_of([5, 6, 7], [0, 0, 0])
    assert survival.still(curve, 1) == (1.0, *wilson(1.0, 3))
    assert survival.still(curve, 6) == (1.0, *wilson(1.0, 2))
    assert survival.quantile_interval(curve, 0.5) == (7.0, math.inf)
    assert survival.restricted_mean(curve, 6) == (6.0, 0.0, 6)


def test_cells_of_nobody_are_no_times():
    assert survival.kaplan_meier([1, 2, 9], [1, 1, 0], [0, 1, 0]).times.tolist() == [1, 2]
