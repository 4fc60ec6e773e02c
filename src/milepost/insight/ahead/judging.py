"""Forecasts judged on what came after: from several days in the past, model against season before."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from milepost.stats import accuracy
from milepost.stats.forecast import fit_counts, seasonal_naive

Array = NDArray[np.float64]
Expected = tuple[Array, Mapping[float, Array]]
Method = Callable[[Array, int], Expected | None]

SEASON = 7
SHARES = (0.025, 0.1, 0.5, 0.9, 0.975)
FEWEST_DAYS = 35
MOST_ORIGINS = 12


@dataclass(frozen=True, slots=True)
class Record:
    """How one method did over all origins: ratios, and shares of days within the intervals 0..1.

    `pinball` is the mean loss over the quantiles, in counts a day; `wape` and `mase` are None where
    nothing came, or nothing ever changed.
    """

    wape: float | None
    mase: float | None
    bias: float
    pinball: float
    within_80: float
    within_95: float


@dataclass(frozen=True, slots=True)
class Judged:
    """The model and its rival, from `origins` days in the past, `ahead` days each."""

    origins: int
    ahead: int
    model: Record
    naive: Record

    @property
    def model_better(self) -> bool:
        """Whether the model was less far off; at a draw it is taken, for its intervals' sake."""
        return self.model.wape is None or self.model.wape <= (self.naive.wape or 0.0)


def judge(counts: Array, weekdays: NDArray[np.int64], *, ahead: int) -> Judged | None:
    """Both methods on rolling origins, a week apart; None where the days are too few for one."""
    starts = origins(len(counts), ahead=ahead)
    rows: list[tuple[Array, Expected, Expected, float]] = []
    for start in starts:
        told = _both(counts[:start], weekdays, ahead)
        yardstick = _yardstick(counts[:start])
        if told:
            rows.append((counts[start : start + ahead], *told, yardstick))
    if not rows:
        return None
    came, scales = [row[0] for row in rows], [row[3] for row in rows]
    model, naive = (_record(came, [row[n] for row in rows], scales) for n in (1, 2))  # type: ignore[misc]
    return Judged(len(rows), ahead, model, naive)


def origins(n: int, *, ahead: int) -> list[int]:
    """Where the past ends, the latest first: with enough days before it and all days after it.

    >>> origins(84, ahead=28)
    [56, 49, 42, 35]
    """
    return list(range(n - ahead, FEWEST_DAYS - 1, -SEASON))[:MOST_ORIGINS]


def by_model(counts: Array, weekdays: NDArray[np.int64], ahead: int) -> Expected | None:
    """The counts of the next days by weekday and trend; None where that cannot be told.

    `weekdays` go on beyond the counts, at least as far as `ahead`.
    """
    n = len(counts)
    model = fit_counts(counts, weekdays[:n], times=np.arange(n))
    if model is None:
        return None
    slots, times = weekdays[n : n + ahead], np.arange(n, n + ahead)
    if not set(slots.tolist()) <= set(model.slots.tolist()):
        return None
    quantiles = {
        share: model.quantiles(share, slots, times=times).astype(np.float64) for share in SHARES
    }
    return model.means(slots, times=times), quantiles


def by_season(counts: Array, ahead: int) -> Expected | None:
    """The last week over again, as far off as one week was from the one before.

    The further ahead, the wider: the error grows with the root of the number of weeks.
    """
    expected = seasonal_naive(counts, season=SEASON, ahead=ahead)
    changes = counts[SEASON:] - counts[:-SEASON]
    changes = changes[np.isfinite(changes)]
    if not np.isfinite(expected).all() or not len(changes):
        return None
    # A weekday on which nothing ever came, as when the shop is closed, brings nothing.
    ever = np.array([np.nansum(counts[(len(counts) + n) % SEASON :: SEASON]) for n in range(ahead)])
    spread = np.sqrt(np.arange(ahead) // SEASON + 1) * (ever > 0)
    quantiles = {
        share: np.maximum(expected + float(np.quantile(changes, share)) * spread, 0.0)
        for share in SHARES
    }
    return expected, quantiles


def _both(
    counts: Array, weekdays: NDArray[np.int64], ahead: int
) -> tuple[Expected, Expected] | None:
    model, naive = by_model(counts, weekdays, ahead), by_season(counts, ahead)
    return (model, naive) if model and naive else None


def _yardstick(counts: Array) -> float:
    changes = np.abs(counts[SEASON:] - counts[:-SEASON])
    return float(np.nanmean(changes)) if np.isfinite(changes).any() else math.nan


def _record(came: list[Array], said: list[Expected], scales: list[float]) -> Record:
    """Each day of each origin counts once; days that are not known count not at all."""
    actual = np.concatenate(came)
    known = np.isfinite(actual)
    actual = actual[known]
    expected = np.concatenate([one[0] for one in said])[known]
    at = {share: np.concatenate([one[1][share] for one in said])[known] for share in SHARES}
    scale = float(np.mean(scales))
    found = accuracy.accuracy(actual, expected, naive_error=scale if scale > 0 else None)
    losses = [accuracy.pinball(actual, at[share], share=share) for share in SHARES]
    return Record(
        found.wape, found.mase, found.bias, float(np.mean(losses)),
        accuracy.coverage(actual, at[0.1], at[0.9]),
        accuracy.coverage(actual, at[0.025], at[0.975]),
    )  # fmt: skip
