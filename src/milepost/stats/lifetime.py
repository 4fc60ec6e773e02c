"""How often customers without a contract will buy again: the BG/NBD model.

While active, a customer buys at a rate of their own (gamma over customers: `r`, `alpha`), and after
every repeat purchase leaves with a chance of their own (beta: `a`, `b`). What counts of a customer
is `repeats` (purchases after the first, those of one day being one), `last` (time from the first to
the last purchase, 0 without repeats) and `age` (time from the first purchase to the end of the
data); customers alike in all three are one cell with a `weight`. Times are in any one unit.
A customer without repeats counts as active for certain, which flatters one-time buyers.
Source: Fader, Hardie & Lee 2005 ("Counting your customers" the easy way); Fader & Hardie note 004.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from milepost.stats.likelihood import Fit, Score, maximise

Floats = NDArray[np.float64]

# the series is 0/0 at a = 1, and at a + b = 1 without repeats; the expectation is smooth there
_NEAR = 1e-4
_POLE = 1e-8


class Purchasing(NamedTuple):
    """The four parameters; the mean rate is `r / alpha`, the mean chance to leave `a / (a + b)`."""

    r: float
    alpha: float
    a: float
    b: float


def fit(
    repeats: ArrayLike, last: ArrayLike, age: ArrayLike, *, weight: ArrayLike = 1.0
) -> Fit[Purchasing]:
    """The likeliest parameters for cells of customers, arrays of one shape.

    `repeats` are whole numbers, `0 <= last <= age` (some age above 0), and `weight` is the number
    of customers in a cell. With too few repeat purchases the fit has not converged.
    """
    count, _, span, weights = _cells(repeats, last, age, weight)
    n = float(weights.sum())
    rate = max(float(weights @ count), 1.0) / float(weights @ span)
    start = Purchasing(1.0, 1 / rate, 1.0, 2.0)
    return maximise(score(repeats, last, age, weight=weight), start=start, n=n)


def loglik(model: Purchasing, repeats: ArrayLike, last: ArrayLike, age: ArrayLike) -> Floats:
    """The log-likelihood of one customer of each cell.

    >>> published = Purchasing(0.243, 4.414, 0.793, 2.426)
    >>> loglik(published, [2, 0], [30.43, 0], [38.86, 38.86]).round(4).tolist()
    [-9.4586, -0.5547]
    """
    count, _, span = _cells(repeats, last, age)
    r, alpha, a, b = model
    buying = special.gammaln(r + count) - special.gammaln(r)
    buying += r * np.log(alpha) - (r + count) * np.log(alpha + span)
    staying = special.betaln(a, b + count) - special.betaln(a, b)
    return np.asarray(buying + staying + np.logaddexp(0, _odds(model, repeats, last, age)))


def alive(model: Purchasing, repeats: ArrayLike, last: ArrayLike, age: ArrayLike) -> Floats:
    """The chance that a customer is still active at the end of the data; 1 without repeats.

    >>> float(alive(Purchasing(0.243, 4.414, 0.793, 2.426), 2, 30.43, 38.86).round(4))
    0.7266
    """
    return np.asarray(special.expit(-_odds(model, repeats, last, age)), dtype=np.float64)


def expected(
    model: Purchasing, repeats: ArrayLike, last: ArrayLike, age: ArrayLike, *, ahead: ArrayLike
) -> Floats:
    """The purchases to expect of a customer in the time `ahead` after the end of the data.

    >>> model = Purchasing(0.243, 4.414, 0.793, 2.426)
    >>> float(expected(model, 2, 30.43, 38.86, ahead=39).round(4))
    1.226
    """
    count, _, span = _cells(repeats, last, age)
    share = np.asarray(ahead, dtype=np.float64) / (model.alpha + span)
    return alive(model, repeats, last, age) * _if_alive(model, count, share)


def expected_new(model: Purchasing, time: ArrayLike) -> Floats:
    """The repeat purchases to expect of a customer not yet seen, in the time after the first one.

    >>> expected_new(Purchasing(0.243, 4.414, 0.793, 2.426), [10, 39]).round(4).tolist()
    [0.4324, 1.1967]
    """
    return expected(model, 0, 0, 0, ahead=time)


def score(
    repeats: ArrayLike, last: ArrayLike, age: ArrayLike, *, weight: ArrayLike = 1.0
) -> Callable[[Purchasing], Score]:
    """The log-likelihood of all cells and its derivatives, as a function of the parameters.

    Logarithms and gamma functions are taken once per distinct number or time, not per cell.
    """
    count, latest, span, weights = _cells(repeats, last, age, weight)
    numbers = _tally(count, weights)
    ages = _tally(span, weights, weights * count)
    again = count > 0
    leaving = _leaving(count[again], latest[again], span[again], weights[again])

    def total(model: Purchasing) -> Score:
        parts = (_buying(model, numbers, ages), _staying(model, numbers), leaving(model))
        loglik = sum(part.loglik for part in parts)
        return Score(loglik, np.sum([part.gradient for part in parts], axis=0))

    return total


def _buying(model: Purchasing, numbers: list[Floats], ages: list[Floats]) -> Score:
    """All purchases as if nobody ever left."""
    r, alpha = model.r, model.alpha
    (count, customers), (span, owners, purchases) = numbers, ages
    n, exposure = customers.sum(), r * owners + purchases
    logs = np.log(alpha + span)
    value = customers @ special.gammaln(r + count) - n * special.gammaln(r)
    value += n * r * np.log(alpha) - exposure @ logs
    by_r = customers @ special.psi(r + count) - n * (special.psi(r) - np.log(alpha)) - owners @ logs
    by_alpha = n * r / alpha - exposure @ (1 / (alpha + span))
    return Score(float(value), np.array([by_r, by_alpha, 0.0, 0.0]))


def _staying(model: Purchasing, numbers: list[Floats]) -> Score:
    """The chance to stay after every repeat purchase."""
    a, b = model.a, model.b
    count, customers = numbers
    n = customers.sum()
    value = customers @ (special.betaln(a, b + count) - special.betaln(a, b))
    by_a = n * special.psi(a + b) - customers @ special.psi(a + b + count)
    by_b = by_a + customers @ special.psi(b + count) - n * special.psi(b)
    return Score(float(value), np.array([0.0, 0.0, by_a, by_b]))


def _leaving(
    count: Floats, latest: Floats, span: Floats, weights: Floats
) -> Callable[[Purchasing], Score]:
    """What is added because those who bought again may have left at their last purchase."""
    numbers, which = np.unique(count, return_inverse=True)
    times, place = np.unique(np.concatenate([latest, span]), return_inverse=True)
    early, late = np.split(place, 2)

    def part(model: Purchasing) -> Score:
        r, alpha, a, b = model
        logs, inverses = np.log(alpha + times), 1 / (alpha + times)
        silence, exposure = logs[late] - logs[early], r + count
        odds = np.log(a / (b + numbers - 1))[which] + exposure * silence
        tail = np.exp(-np.abs(odds))
        gone = weights * np.where(odds > 0, 1, tail) / (1 + tail)
        by_alpha = (gone * exposure) @ (inverses[late] - inverses[early])
        by_b = -np.bincount(which, gone, len(numbers)) @ (1 / (b + numbers - 1))
        slopes = np.array([gone @ silence, by_alpha, gone.sum() / a, by_b])
        return Score(float(weights @ (np.maximum(odds, 0) + np.log1p(tail))), slopes)

    return part


def _odds(model: Purchasing, repeats: ArrayLike, last: ArrayLike, age: ArrayLike) -> Floats:
    """The log odds of having left; minus infinity without repeats."""
    count, latest, span = _cells(repeats, last, age)
    r, alpha, a, b = model
    again = np.maximum(count, 1)
    silence = np.log((alpha + span) / (alpha + latest))
    odds = np.log(a / (b + again - 1)) + (r + again) * silence
    return np.where(count > 0, odds, -np.inf)


def _if_alive(model: Purchasing, count: Floats, share: Floats) -> Floats:
    """The purchases ahead of one who is active, `share` being the time ahead / (alpha + age)."""
    if abs(model.a - 1) > _NEAR:
        return _series(model, count, share)
    low = _series(model._replace(a=1 - _NEAR), count, share)
    high = _series(model._replace(a=1 + _NEAR), count, share)
    return low + (high - low) * (model.a - 1 + _NEAR) / (2 * _NEAR)


def _series(model: Purchasing, count: Floats, share: Floats) -> Floats:
    # the hypergeometric function after Euler's transformation, which large counts do not overflow
    r, _, a, b = model
    c = a + b + count - 1
    c = np.where(np.abs(c) < _POLE, _POLE, c)
    with np.errstate(over="ignore", invalid="ignore"):
        series = special.hyp2f1(c - count - r, a - 1, c, share / (1 + share))
        found = np.asarray(c / (a - 1) * (1 - series * (1 + share) ** (1 - a)))
    lost = ~np.isfinite(found)
    if lost.any():
        counts, parts = np.broadcast_arrays(count, share)
        found[lost] = _averaged(model, counts[lost], parts[lost])
    return found


def _averaged(model: Purchasing, count: Floats, share: Floats) -> Floats:
    # the series overflows only where a is in the hundreds; the chance to leave is then nearly
    # normal over customers, and few nodes give seven digits
    nodes, masses = np.polynomial.hermite_e.hermegauss(16)
    stays = (model.b + count)[:, None]
    chance = np.maximum(special.betaincinv(model.a, stays, special.ndtr(nodes)), 1e-300)
    power = (model.r + count)[:, None] * np.log1p(chance * share[:, None])
    return np.asarray(-np.expm1(-power) / chance @ (masses / masses.sum()), dtype=np.float64)


def _tally(values: Floats, *weights: Floats) -> list[Floats]:
    distinct, where = np.unique(values, return_inverse=True)
    sums = (np.bincount(where, weight, len(distinct)) for weight in weights)
    return [distinct] + [total.astype(np.float64, copy=False) for total in sums]


def _cells(*columns: ArrayLike) -> list[Floats]:
    arrays = [np.asarray(column, dtype=np.float64) for column in columns]
    return [np.asarray(array) for array in np.broadcast_arrays(*arrays)]
