"""How many contacts to expect: a log-linear model of counts, and its rival.

The model has one mean for each slot of the week (a weekday, or a weekday's hour) and, where
wanted, a trend. The rival is the count of a season ago; a forecast that is no better (`accuracy`) is none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from milepost.stats import counts as distributions

Array = NDArray[np.float64]

MOST_DISPERSION = 1.5  # Pearson's chi-square by its df from which counts are no longer Poisson


@dataclass(frozen=True, slots=True, eq=False)
class CountModel:
    """A fitted model of counts; `dispersion` is Pearson's of the Poisson fit, 1 if it is Poisson.

    `coefficients` are the log means of `slots` and, with a trend, the growth of the log per unit
    of time, counted from `origin`; `theta` is infinite where Poisson will do. `n` counts the
    observations.
    """

    slots: NDArray[np.generic]
    origin: float | None
    coefficients: Array
    covariance: Array
    theta: float
    dispersion: float
    n: int

    def means(self, slots: ArrayLike, *, times: ArrayLike | None = None) -> Array:
        """The expected count in each slot, at each time if there is a trend.

        ValueError for a slot that was not fitted, or times missing where there is a trend.
        """
        logs = self._rows(slots, times) @ np.maximum(self.coefficients, -700.0)
        return np.asarray(
            np.where(logs < -600, 0.0, np.exp(np.minimum(logs, 700.0))), dtype=np.float64
        )

    def quantiles(
        self, share: float, slots: ArrayLike, *, times: ArrayLike | None = None
    ) -> NDArray[np.int64]:
        """The count that each slot will not exceed with a chance of `share`, 0 < share < 1.

        The doubt about a mean counts as that of a gamma distribution, which makes Poisson counts
        negative binomial and negative binomial ones more so. Two of them are an interval of the
        single count; of a total they are not, for all its days share the doubt.
        """
        rows = self._rows(slots, times)
        doubt = np.einsum("ij,jk,ik->i", rows, self.covariance, rows)
        spread = 1 / self.theta + doubt * (1 + 1 / self.theta)
        theta = np.divide(1, spread, out=np.full(len(rows), math.inf), where=spread > 0)
        return distributions.quantile(share, self.means(slots, times=times), theta=theta)

    def _rows(self, slots: ArrayLike, times: ArrayLike | None) -> Array:
        names = np.asarray(slots)
        unknown = set(names.tolist()) - set(self.slots.tolist())
        if unknown:
            raise ValueError(f"no counts were seen in the slots {sorted(unknown)}")
        rows = np.asarray(names[:, None] == self.slots, dtype=np.float64)
        if self.origin is None:
            return rows
        if times is None:
            raise ValueError("a model with a trend needs times")
        return np.column_stack([rows, np.asarray(times, dtype=np.float64) - self.origin])


def fit_counts(
    counts: ArrayLike, slots: ArrayLike, *, times: ArrayLike | None = None
) -> CountModel | None:
    """The Poisson model of counts by slot, negative binomial if the dispersion is above 1.5.

    `slots` names the slot of each count, `times` (in days, say) asks for a trend over them. A
    slot that never had any count is expected to have none; a count that is NaN is not known.
    None where it cannot be told: not more counts than coefficients, nothing but zeros, or a trend
    that only zeros hold.

    >>> model = fit_counts([52, 30, 55, 28, 50, 33], ["mon", "sat"] * 3)
    >>> model.means(["mon", "sat"]).round(2).tolist(), model.theta
    ([52.33, 30.33], inf)
    >>> model.quantiles(0.9, ["mon", "sat"]).tolist()
    [63, 39]
    """
    y = np.asarray(counts, dtype=np.float64)
    known = np.isfinite(y)
    y, names = y[known], np.asarray(slots)[known]
    labels, places = np.unique(names, return_inverse=True)
    busy = np.bincount(places, weights=y, minlength=len(labels)) > 0
    used = busy[places]
    origin, trend = None, None
    if times is not None:
        moments = np.asarray(times, dtype=np.float64)[known]
        origin = float(moments.mean()) if len(y) else 0.0
        trend = (moments - origin)[used]
    found = _dispersed(y[used], (np.cumsum(busy) - 1)[places[used]], trend)
    if found is None:
        return None
    line, theta, dispersion = found
    kept = busy if trend is None else np.append(busy, True)
    coefficients = np.full(len(kept), -math.inf)
    coefficients[kept] = line.coefficients
    covariance = np.zeros((len(kept), len(kept)))
    covariance[np.ix_(kept, kept)] = line.covariance
    return CountModel(labels, origin, coefficients, covariance, theta, dispersion, len(y))


def seasonal_naive(counts: ArrayLike, *, season: int, ahead: int) -> Array:
    """The last whole season over again, for `ahead` steps; NaN where there is none.

    >>> seasonal_naive([1, 2, 3, 4, 5], season=2, ahead=3).tolist()
    [4.0, 5.0, 4.0]
    """
    y = np.asarray(counts, dtype=np.float64)
    if len(y) < season:
        return np.full(ahead, math.nan)
    return y[-season:][np.arange(ahead) % season]


class _Line(NamedTuple):
    """Coefficients (slots, then the trend), their covariance, and each count's mean."""

    coefficients: Array
    covariance: Array
    means: Array


def _dispersed(
    y: Array, places: NDArray[np.intp], trend: Array | None
) -> tuple[_Line, float, float] | None:
    """The line, its theta and the Poisson line's dispersion."""
    line, theta = _log_linear(y, places, trend, math.inf), math.inf
    df = 0 if line is None else len(y) - len(line.coefficients)
    if line is None or df <= 0:
        return None
    dispersion = distributions.pearson(y, line.means) / df
    if dispersion <= MOST_DISPERSION:
        return line, theta, dispersion
    for _ in range(50):
        last, theta = theta, distributions.likeliest_theta(y, line.means).theta
        line = _log_linear(y, places, trend, theta)
        if line is None:
            return None
        if trend is None or math.isclose(theta, last, rel_tol=1e-8):
            break
    return line, theta, dispersion


def _log_linear(
    y: Array, places: NDArray[np.intp], trend: Array | None, theta: float
) -> _Line | None:
    """Log-linear means by iterated weighted least squares; None if they run away.

    The slots' columns never overlap, so that each step is a line within slots, whatever their
    number: a week by the hour has 168 of them.
    """
    means = y + 0.5
    for _ in range(50):
        logs, weights = np.log(means), means / (1 + means / theta)
        step = _within_slots(logs + (y - means) / means, weights, places, trend)
        if step is None:
            return None
        coefficients, covariance = step
        found = coefficients[places]
        if trend is not None:
            found = found + coefficients[-1] * trend
        means = np.exp(np.clip(found, -30, 30))
        if np.abs(found - logs).max() < 1e-11:
            return _Line(coefficients, covariance, means)
    return None


def _within_slots(
    z: Array, weights: Array, places: NDArray[np.intp], trend: Array | None
) -> tuple[Array, Array] | None:
    """Weighted least squares of z on slots and trend: coefficients and `(X'WX)^-1`."""
    if not len(z):
        return None
    total = np.bincount(places, weights)
    level = np.bincount(places, weights * z) / total
    if trend is None:
        return level, np.diag(1 / total)
    centre = np.bincount(places, weights * trend) / total
    within = trend - centre[places]
    power = float(weights @ within**2)
    if power <= 1e-12 * float(weights @ trend**2):
        return None
    growth = float((weights * within) @ z) / power
    pull = np.append(-centre, 1.0)
    covariance = np.outer(pull, pull) / power + np.diag(np.append(1 / total, 0.0))
    return np.append(level - growth * centre, growth), covariance
