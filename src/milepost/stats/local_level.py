"""A level that wanders, plus control series: a structural model fitted by the Kalman filter.

`y_t = level_t + beta' x_t + noise`, `level_t = level_{t-1} + step`. All that is to be found is
the share of the steps in the variance, on a line from 0 (a fixed level: plain regression) to 1 (a
random walk); the rest follows from it by least squares on the filter's surprises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from milepost.stats import regression
from milepost.stats.regression import Fit

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LocalLevel:
    """A fitted model; variances are maximum-likelihood, in squared units of the series.

    `irregular` is the variance of the noise, `wander` of the level's steps, `coefficients` are
    the betas of the controls. `ends` are the filtered levels of the series and of each control
    at the last point, `doubt` the variance of a filtered level, in units of both variances.
    """

    irregular: float
    wander: float
    coefficients: Array
    share: float
    ends: Array
    doubt: float
    surprises: Fit

    @property
    def df(self) -> int:
        """Points less one less the number of controls."""
        return self.surprises.df


class _Filtered(NamedTuple):
    """Standardised surprises (point, column, share), and what is left for each share at the end."""

    surprises: Array
    log_spread: Array
    ends: Array
    doubt: Array


def fit(values: ArrayLike, controls: ArrayLike | None = None) -> LocalLevel | None:
    """The likeliest local level model of a series, with controls (n by c) if there are any.

    Values that are NaN are not known. Nothing is supposed about the first level. None when there
    are not more points than controls and one, or the controls make each other up.
    Source: Durbin & Koopman 2012, chapter 2; Harvey 1989.

    >>> model = fit([3.0, 5.0, 4.0, 4.5, 3.5, 4.0])
    >>> model.wander, round(model.irregular, 4)
    (0.0, 0.5)
    """
    y = np.asarray(values, dtype=np.float64)
    columns = y[:, None] if controls is None else np.column_stack([y, np.asarray(controls)])
    if not np.isfinite(columns).all(axis=1).any():
        return None
    share = _likeliest(columns)
    if share is None:
        return None
    found = _filter(columns, np.array([share]))
    surprises = _line(found, 0)
    if surprises is None:
        return None
    scale = float(surprises.residuals @ surprises.residuals) / surprises.n
    return LocalLevel(
        irregular=(1 - share) * scale,
        wander=share * scale,
        coefficients=surprises.coefficients,
        share=share,
        ends=found.ends[:, 0],
        doubt=float(found.doubt[0]),
        surprises=surprises,
    )


def expected(model: LocalLevel, controls: ArrayLike) -> Array:
    """What later points should be, given their controls: the last level goes on."""
    moved = np.asarray(controls, dtype=np.float64) - model.ends[1:]
    return np.asarray(model.ends[0] + moved @ model.coefficients)


def sum_variance(model: LocalLevel, controls: ArrayLike, steps: ArrayLike) -> float:
    """The variance of the summed gaps between later points and what was expected of them.

    `steps` says how many points after the last fitted one each of them is (1, 2, 3).
    """
    later = np.asarray(steps, dtype=np.float64)
    moved = (np.asarray(controls, dtype=np.float64) - model.ends[1:]).sum(axis=0)
    wandered = model.share * float(np.minimum.outer(later, later).sum())
    noise = (1 - model.share) * len(later)
    line = float(moved @ model.surprises.inverse @ moved)
    return model.surprises.sigma2 * (model.doubt * len(later) ** 2 + wandered + noise + line)


def _likeliest(columns: Array) -> float | None:
    """The share of greatest likelihood: the best of a grid on the log odds, closed in upon."""
    centre, reach = 0.0, 16.0
    for _ in range(9):
        odds = np.linspace(centre - reach, centre + reach, 33)
        chances = _log_likelihood(columns, special.expit(odds))
        if chances is None:
            return None
        centre, reach = float(odds[chances.argmax()]), reach / 8
    candidates = np.array([0.0, 1.0, special.expit(centre)])
    ends = _log_likelihood(columns, candidates)
    return None if ends is None else float(candidates[ends.argmax()])


def _log_likelihood(columns: Array, shares: Array) -> Array | None:
    """The log likelihood of each share, up to a constant, with betas and scale at their best."""
    found = _filter(columns, shares)
    squares = np.zeros(len(shares))
    for place in range(len(shares)):
        line = _line(found, place)
        if line is None:
            return None
        squares[place] = line.residuals @ line.residuals
    logs = np.log(np.maximum(squares, 1e-300))  # a series without any noise
    return np.asarray(-(len(found.surprises) * logs + found.log_spread) / 2)


def _line(found: _Filtered, place: int) -> Fit | None:
    """The surprises of the series on those of its controls."""
    both = found.surprises[:, :, place]
    return regression.least_squares(both[:, 1:], both[:, 0])


def _filter(columns: Array, shares: Array) -> _Filtered:
    """Kalman's filter over every column at once, once for each share.

    The gains depend on the share alone, so that series and controls go through the same filter;
    the first known point sets the level and surprises nobody.
    """
    known = np.flatnonzero(np.isfinite(columns).all(axis=1))
    noise, first = 1 - shares, known[0]
    level = np.repeat(columns[first][:, None], len(shares), axis=1)
    doubt, log_spread, surprises = noise.copy(), np.zeros(len(shares)), []
    for here, before in zip(known[1:], known[:-1], strict=True):
        ahead = doubt + (here - before) * shares
        spread = ahead + noise
        surprise = columns[here][:, None] - level
        surprises.append(surprise / np.sqrt(spread))
        level = level + ahead / spread * surprise
        doubt = ahead * noise / spread
        log_spread += np.log(spread)
    doubt = doubt + (len(columns) - 1 - known[-1]) * shares
    stacked = np.array(surprises).reshape(-1, columns.shape[1], len(shares))
    return _Filtered(stacked, log_spread, level, doubt)
