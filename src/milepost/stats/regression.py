"""Least squares, and what its errors are when rows belong together or follow each other."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted linear model of n rows and k columns.

    `inverse` is `(X'X)^-1`, `residuals` are observed minus fitted, both in the order given.
    """

    design: Array
    coefficients: Array
    inverse: Array
    residuals: Array

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.residuals)

    @property
    def df(self) -> int:
        """Rows less columns, always positive."""
        return self.n - len(self.coefficients)

    @property
    def sigma2(self) -> float:
        """The variance of a row about the line, with divisor n - k."""
        return float(self.residuals @ self.residuals) / self.df

    @property
    def covariance(self) -> Array:
        """The covariance of the coefficients when rows are independent and equally noisy."""
        return self.sigma2 * self.inverse

    def predicted(self, rows: ArrayLike) -> Array:
        """The fitted values of further rows of the design."""
        return np.asarray(rows, dtype=np.float64) @ self.coefficients


def least_squares(design: ArrayLike, y: ArrayLike) -> Fit | None:
    """The least-squares fit of y (n) on the columns of design (n by k).

    None when the rows do not determine it: not more rows than columns, or a column that the
    others make up. A constant is a column like any other. Residuals that are mere rounding are 0.

    >>> fit = least_squares([[1, 0], [1, 1], [1, 2]], [1.0, 3.0, 5.0])
    >>> fit.coefficients.round(6).tolist(), fit.df
    ([1.0, 2.0], 1)
    """
    rows, observed = np.asarray(design, dtype=np.float64), np.asarray(y, dtype=np.float64)
    lengths = np.linalg.norm(rows, axis=0)
    if rows.shape[0] <= rows.shape[1] or not (lengths > 0).all():
        return None
    q, r = np.linalg.qr(rows / lengths)
    if np.abs(np.diag(r)).min(initial=1.0) < 1e-10:
        return None
    back = np.linalg.solve(r, np.eye(len(r))) / lengths[:, None]
    found = back @ (q.T @ observed)
    residuals = observed - rows @ found
    if np.linalg.norm(residuals) < 1e-13 * np.linalg.norm(observed):
        residuals = np.zeros_like(residuals)
    return Fit(rows, found, back @ back.T, residuals)


def dummies(labels: ArrayLike) -> Array:
    """A column of 0 and 1 for every different label, in their order; leave one out of a constant.

    >>> dummies(["mon", "tue", "mon"]).tolist()
    [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]
    """
    names, places = np.unique(np.asarray(labels), return_inverse=True)
    return np.eye(len(names))[places]


def r_squared(fit: Fit) -> float:
    """The share of the variance about the mean that a model with a constant explains.

    >>> r_squared(least_squares(np.ones((3, 1)), [1.0, 2.0, 3.0]))
    0.0
    """
    observed = fit.predicted(fit.design) + fit.residuals
    about_mean = float(((observed - observed.mean()) ** 2).sum())
    return 1 - float(fit.residuals @ fit.residuals) / about_mean if about_mean > 0 else 0.0


def durbin_watson(fit: Fit) -> float:
    """About 2 when neighbouring residuals are unrelated, below 1.5 when they go together.

    `sum((e_t - e_{t-1})²) / sum(e²)`; 2 for a fit without residuals. Source: Durbin & Watson 1950.
    """
    squares = float(fit.residuals @ fit.residuals)
    return float((np.diff(fit.residuals) ** 2).sum()) / squares if squares > 0 else 2.0


def clustered(fit: Fit, clusters: ArrayLike) -> Array | None:
    """The covariance of the coefficients when rows of one cluster belong together (HC1).

    `G/(G-1) * (n-1)/(n-k)` times the sandwich of summed scores; `clusters` names each row's
    cluster. Use Student's t with G - 1 degrees of freedom. None for a single cluster.
    Source: Liang & Zeger 1986; vcovCL(type = "HC1") in R's sandwich.
    """
    names, places = np.unique(np.asarray(clusters), return_inverse=True)
    if len(names) < 2:
        return None
    scores = np.zeros((len(names), fit.design.shape[1]))
    np.add.at(scores, places, _scores(fit))
    correction = len(names) / (len(names) - 1) * (fit.n - 1) / fit.df
    return correction * _sandwich(fit, scores.T @ scores)


def newey_west_lag(n: int) -> int:
    """The usual number of lags, `floor(4 (n/100)^(2/9))`.

    >>> newey_west_lag(100), newey_west_lag(24)
    (4, 2)
    """
    return math.floor(4 * math.pow(n / 100, 2 / 9))


def newey_west(fit: Fit, *, lag: int | None = None, corrected: bool = True) -> Array:
    """The covariance of the coefficients when rows, in order of time, go on being related.

    Bartlett's weights `1 - l/(lag+1)`; `lag` None is `newey_west_lag(n)`; `corrected` multiplies
    by n/(n-k), as one should with few rows. Source: Newey & West 1987.
    """
    lags = newey_west_lag(fit.n) if lag is None else lag
    scores = _scores(fit)
    middle = scores.T @ scores
    for step in range(1, min(lags, fit.n - 1) + 1):
        across = scores[step:].T @ scores[:-step]
        middle += (1 - step / (lags + 1)) * (across + across.T)
    return (fit.n / fit.df if corrected else 1.0) * _sandwich(fit, middle)


def sum_variance(fit: Fit, rows: ArrayLike) -> float:
    """The variance of the sum of gaps between further rows and what was predicted for them.

    `sigma² 1'(I + X* (X'X)^-1 X*')1`: the noise of the new rows and the doubt about the line.
    """
    future = np.asarray(rows, dtype=np.float64)
    total = future.sum(axis=0)
    return fit.sigma2 * (len(future) + float(total @ fit.inverse @ total))


def _scores(fit: Fit) -> Array:
    return fit.design * fit.residuals[:, None]


def _sandwich(fit: Fit, middle: Array) -> Array:
    return fit.inverse @ middle @ fit.inverse
