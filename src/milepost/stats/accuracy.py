"""How far forecasts were off, by what came after they were made."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


def naive_error(counts: ArrayLike, *, season: int) -> float | None:
    """The mean absolute change from one season to the next, the yardstick of `mase`.

    None with no more counts than a season.

    >>> naive_error([1, 2, 3, 5], season=2)
    2.5
    """
    y = np.asarray(counts, dtype=np.float64)
    return float(np.abs(y[season:] - y[:-season]).mean()) if len(y) > season else None


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How far forecasts were off; `mae`, `rmse` and `bias` in counts, the others as ratios.

    `bias` is forecast minus actual; `wape` is by the sum of the actual counts, None if that is
    0; `mape` is None as soon as one of them is 0; `mase` below 1 is better than the naive one.
    """

    mae: float
    rmse: float
    bias: float
    wape: float | None
    mape: float | None
    mase: float | None


def accuracy(
    actual: ArrayLike, forecast: ArrayLike, *, naive_error: float | None = None
) -> Accuracy:
    """Forecasts against what came, made before it came. Source: Hyndman & Koehler 2006.

    >>> accuracy([100, 120], [110, 115], naive_error=15).mase
    0.5
    """
    came, said = np.asarray(actual, dtype=np.float64), np.asarray(forecast, dtype=np.float64)
    off = said - came
    mae, total = float(np.abs(off).mean()), float(came.sum())
    return Accuracy(
        mae=mae,
        rmse=math.sqrt(float((off**2).mean())),
        bias=float(off.mean()),
        wape=float(np.abs(off).sum()) / total if total > 0 else None,
        mape=float(np.abs(off / came).mean()) if (came > 0).all() else None,
        mase=mae / naive_error if naive_error else None,
    )


def pinball(actual: ArrayLike, quantiles: ArrayLike, *, share: float) -> float:
    """The mean loss of forecast quantiles: least when `share` of the counts lie below them.

    >>> pinball([10, 10], [12, 6], share=0.9)
    1.9
    """
    off = np.asarray(actual, dtype=np.float64) - np.asarray(quantiles, dtype=np.float64)
    return float(np.maximum(share * off, (share - 1) * off).mean())


def coverage(actual: ArrayLike, low: ArrayLike, high: ArrayLike) -> float:
    """The share of counts within their intervals, ends included.

    >>> coverage([1, 5, 9, 12], [0, 6, 8, 9], [4, 9, 9, 12])
    0.75
    """
    came = np.asarray(actual, dtype=np.float64)
    return float(((came >= np.asarray(low)) & (came <= np.asarray(high))).mean())
