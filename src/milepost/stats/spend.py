"""How much customers spend per purchase: the Gamma-Gamma model.

The values of a customer's purchases vary around a mean of their own, and the means vary over
customers, independently of how often they buy: `correlation` should be below 0.1. What counts of a
customer is `count` (purchases with a value: the repeats, where the model of purchases has repeats)
and `mean` (their mean value, above 0). Sure figures of many purchases are believed, those of few
are drawn towards the mean of all.
Source: Fader, Hardie & Lee 2005 (RFM and CLV); Fader & Hardie note 025.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from milepost.stats.likelihood import Fit, Score, maximise

Floats = NDArray[np.float64]


class Spending(NamedTuple):
    """The three parameters: `gamma` is in the unit of money, the mean `p gamma / (q - 1)`."""

    p: float
    q: float
    gamma: float


def fit(count: ArrayLike, mean: ArrayLike, *, weight: ArrayLike = 1.0) -> Fit[Spending]:
    """The likeliest parameters for cells of customers who bought, arrays of one shape.

    `count` is at least 1, `mean` above 0, `weight` the number of customers in a cell. Where all
    spend alike, or nobody bought twice, the fit may not converge.
    """
    _, means, weights = _cells(count, mean, weight)
    n = float(weights.sum())
    start = Spending(2.0, 3.0, float(weights @ means) / n)
    return maximise(score(count, mean, weight=weight), start=start, n=n)


def loglik(model: Spending, count: ArrayLike, mean: ArrayLike) -> Floats:
    """The log-likelihood of one customer of each cell."""
    number, means, _ = _cells(count, mean)
    p, q, gamma = model
    total, shape = number * means, p * number
    value = -special.betaln(shape, q) - np.log(means) + q * np.log(gamma) + shape * np.log(total)
    return np.asarray(value - (shape + q) * np.log(gamma + total), dtype=np.float64)


def expected(model: Spending, count: ArrayLike, mean: ArrayLike) -> Floats:
    """The mean value to expect of a customer's further purchases; with no purchase that of all.

    `p (gamma + count mean) / (p count + q - 1)`; infinite where that has no mean (q below 1).

    >>> expected(Spending(6.25, 3.74, 15.44), [2, 0], [22.35, 0]).round(2).tolist()
    [24.66, 35.22]
    """
    number, means, _ = _cells(count, mean)
    p, q, gamma = model
    weight = p * number + q - 1
    known = weight > 0
    value = p * (gamma + number * means) / np.where(known, weight, 1.0)
    return np.where(known, value, np.inf)


def population_mean(model: Spending) -> float:
    """The mean value of a purchase over customers; infinite when q is not above 1."""
    return float(expected(model, 0, 0))


def correlation(count: ArrayLike, mean: ArrayLike, *, weight: ArrayLike = 1.0) -> float:
    """How the number of purchases and their mean value go together over customers, -1..1.

    0 when either is the same for all.

    >>> round(correlation([1, 2, 3], [10, 30, 20]), 2)
    0.5
    """
    number, means, weights = _cells(count, mean, weight)
    share = weights / weights.sum()
    a, b = number - share @ number, means - share @ means
    spread = math.sqrt(float((share @ a**2) * (share @ b**2)))
    return float(share @ (a * b)) / spread if spread > 0 else 0.0


def score(
    count: ArrayLike, mean: ArrayLike, *, weight: ArrayLike = 1.0
) -> Callable[[Spending], Score]:
    """The log-likelihood of all cells and its derivatives, as a function of the parameters.

    Gamma functions are taken once per distinct count.
    """
    number, means, weights = _cells(count, mean, weight)
    sums, which = np.unique(number * means, return_inverse=True)
    customers = np.bincount(which, weights)
    purchases = np.bincount(which, weights * number)
    distinct, place = np.unique(number, return_inverse=True)
    owners = np.bincount(place, weights)
    n, fixed = float(weights.sum()), -float(weights @ np.log(means))
    by_logs = float((weights * number) @ np.log(number * means))

    def total(model: Spending) -> Score:
        p, q, gamma = model
        logs, shapes = np.log(gamma + sums), p * distinct
        bought, held = purchases @ logs, customers @ logs
        value = fixed - owners @ special.betaln(shapes, q) + n * q * math.log(gamma)
        value += p * (by_logs - bought) - q * held
        digamma = special.psi(shapes + q)
        by_p = (owners * distinct) @ (digamma - special.psi(shapes)) + by_logs - bought
        by_q = owners @ digamma - n * (special.psi(q) - math.log(gamma)) - held
        by_gamma = n * q / gamma - (p * purchases + q * customers) @ (1 / (gamma + sums))
        return Score(float(value), np.array([by_p, by_q, by_gamma]))

    return total


def _cells(count: ArrayLike, mean: ArrayLike, weight: ArrayLike = 1.0) -> tuple[Floats, ...]:
    arrays = (np.asarray(column, dtype=np.float64) for column in (count, mean, weight))
    return tuple(np.broadcast_arrays(*arrays))
