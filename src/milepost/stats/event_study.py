"""Did a day move the share price? The market model, and abnormal returns summed around the day.

Returns, never prices, in one unit throughout (per cent); stock and market on the same trading
days. One event on one stock is a weak witness: read the detectable change beside the found one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.stats.interval import Interval, around
from milepost.stats.power import detectable
from milepost.stats.quantiles import standardised, two_sided
from milepost.stats.regression import Fit, least_squares, sum_variance

Array = NDArray[np.float64]

ESTIMATION = 120  # trading days that the market model is fitted on
BEFORE = 11  # trading days from the last of them to the event
WINDOWS = ((-1, 1), (-5, 5))


@dataclass(frozen=True, slots=True, eq=False)
class MarketModel:
    """`stock = alpha + beta market`, and `sigma`, the standard deviation of a day about it."""

    fit: Fit

    @property
    def alpha(self) -> float:
        """The return on a day when the market stands still."""
        return float(self.fit.coefficients[0])

    @property
    def beta(self) -> float:
        """How much the stock moves with a market that moves by 1."""
        return float(self.fit.coefficients[1])

    @property
    def sigma(self) -> float:
        """In the unit of the returns, with divisor n - 2."""
        return math.sqrt(self.fit.sigma2)


@dataclass(frozen=True, slots=True)
class Cumulative:
    """Abnormal returns summed over a window of `days`, in the unit of the returns.

    `t` has n - 2 degrees of freedom of the estimation window; `detectable` is the smallest true
    sum that would be found with a chance of 80 %.
    """

    days: int
    change: float
    se: float
    interval: Interval
    t: float
    p: float
    detectable: float


@dataclass(frozen=True, slots=True, eq=False)
class EventStudy:
    """The model, the abnormal return of each day of the widest window, and each window's sum."""

    model: MarketModel
    abnormal: Array
    windows: dict[tuple[int, int], Cumulative]


def market_model(stock: ArrayLike, market: ArrayLike) -> MarketModel | None:
    """The straight line of stock returns on market returns; None if it is not determined or exact.

    >>> found = market_model([1.2, -1.0, 2.0, 0.2], [1.0, -1.0, 2.0, 0.0])
    >>> round(found.alpha, 6), round(found.beta, 6), round(found.sigma, 6)
    (0.1, 1.0, 0.141421)
    """
    fit = least_squares(_design(market), stock)
    return None if fit is None or fit.sigma2 == 0 else MarketModel(fit)


def abnormal_returns(model: MarketModel, stock: ArrayLike, market: ArrayLike) -> Array:
    """Each day's return less what the market explains of it."""
    return np.asarray(stock, dtype=np.float64) - model.fit.predicted(_design(market))


def cumulative(
    model: MarketModel, stock: ArrayLike, market: ArrayLike, *, conf: float = 0.95
) -> Cumulative:
    """The sum of abnormal returns over consecutive days outside the estimation window.

    Its variance holds the days' noise and the doubt about alpha and beta. Source: MacKinlay 1997.
    """
    found = abnormal_returns(model, stock, market)
    change, df = float(found.sum()), model.fit.df
    se = math.sqrt(sum_variance(model.fit, _design(market)))
    t = standardised(change, se)
    interval = around(change, se, conf=conf, df=df)
    return Cumulative(len(found), change, se, interval, t, two_sided(t, df), detectable(se))


def event_study(
    stock: ArrayLike, market: ArrayLike, *, event: int, conf: float = 0.95
) -> EventStudy | None:
    """The event at place `event` of two series of daily returns.

    The model is fitted on the 120 days that end 11 days before it; windows are -1..1 and -5..5
    days. None when the series do not reach so far back or forward.
    """
    stocks, markets = (np.asarray(given, dtype=np.float64) for given in (stock, market))
    until = event - BEFORE + 1
    first, last = WINDOWS[-1]
    if until < ESTIMATION or event + last >= len(stocks):
        return None
    model = market_model(stocks[until - ESTIMATION : until], markets[until - ESTIMATION : until])
    if model is None:
        return None

    def days(start: int, end: int) -> tuple[Array, Array]:
        part = slice(event + start, event + end + 1)
        return stocks[part], markets[part]

    sums = {window: cumulative(model, *days(*window), conf=conf) for window in WINDOWS}
    return EventStudy(model, abnormal_returns(model, *days(first, last)), sums)


def _design(market: ArrayLike) -> Array:
    returns = np.asarray(market, dtype=np.float64)
    return np.column_stack([np.ones(len(returns)), returns])
