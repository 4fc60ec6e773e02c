"""How many customers with a contract will still be there: the shifted-beta-geometric model.

At every renewal a customer leaves with a chance of their own, which is beta over customers. Those
likely to leave are gone first, so the retention rate of a cohort grows although nobody changes; a
constant rate, projected, loses too many. Periods count from 1, the first renewal.
Source: Fader & Hardie 2007 (How to project customer retention).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from milepost.stats import shares
from milepost.stats.interval import Interval
from milepost.stats.likelihood import Fit, Score, maximise

Floats = NDArray[np.float64]


class Leaving(NamedTuple):
    """The parameters of the chance to leave at a renewal; its mean is `alpha / (alpha + beta)`."""

    alpha: float
    beta: float

    @property
    def mean(self) -> float:
        """The mean chance to leave at the first renewal."""
        return self.alpha / (self.alpha + self.beta)


class Renewals(NamedTuple):
    """How many customers `kept` and `lost` at the renewals 1, 2, ... were.

    Cohorts of different age add up: each to the renewals it has been through, and no further.
    """

    kept: Floats
    lost: Floats

    @property
    def rates(self) -> Floats:
        """The observed retention rate of every period."""
        return self.kept / (self.kept + self.lost)

    @property
    def survival(self) -> Floats:
        """The observed share still there after 0, 1, 2, ... renewals."""
        return np.concatenate([[1.0], np.cumprod(self.rates)])


def renewals(survivors: ArrayLike) -> Renewals:
    """The renewals of one cohort from its size at the start and after every period.

    >>> renewals([1000, 631, 468]).rates.round(4).tolist()
    [0.631, 0.7417]
    """
    left = np.asarray(survivors, dtype=np.float64)
    return Renewals(left[1:], left[:-1] - left[1:])


def fit(seen: Renewals) -> Fit[Leaving]:
    """The likeliest parameters for renewals of two periods or more.

    When the observed rates do not grow, no spread of chances explains them: the fit has not
    converged, and its survival is that of a constant rate. Nor does it when none or all are lost.
    """
    n = float(seen.kept[0] + seen.lost[0])
    return maximise(lambda model: score(model, seen), start=Leaving(1.0, 1.0), n=n)


def score(model: Leaving, seen: Renewals) -> Score:
    """The log-likelihood of a cohort's renewals and its derivatives.

    >>> high_end = renewals([1000, 869, 743, 653, 593, 551, 517, 491])
    >>> round(score(Leaving(0.668, 3.806), high_end).loglik, 3)
    -1611.158
    """
    kept, lost = seen
    alpha, beta = model
    stay = beta + np.arange(len(kept), dtype=np.float64)
    value = kept @ np.log(stay) + lost.sum() * np.log(alpha) - (kept + lost) @ np.log(alpha + stay)
    both = (kept + lost) @ (1 / (alpha + stay))
    slopes = np.array([lost.sum() / alpha - both, kept @ (1 / stay) - both])
    return Score(float(value), slopes)


def survival(model: Leaving, period: ArrayLike) -> Floats:
    """The share of a cohort still there after so many renewals, whether seen yet or not.

    >>> survival(Leaving(0.668, 3.806), [0, 8, 12]).round(3).tolist()
    [1.0, 0.46, 0.378]
    """
    periods = np.asarray(period, dtype=np.float64)
    alpha, beta = model
    return np.asarray(np.exp(special.betaln(alpha, beta + periods) - special.betaln(alpha, beta)))


def retention(model: Leaving, period: ArrayLike) -> Floats:
    """The share of those still there before the renewal `period` who stay: 1 for the first one.

    >>> float(retention(Leaving(0.668, 3.806), 8).round(4))
    0.9418
    """
    stay = model.beta + np.asarray(period, dtype=np.float64) - 1
    return stay / (model.alpha + stay)


def interval(
    found: Fit[Leaving], share: Callable[[Leaving], ArrayLike], *, conf: float = 0.95
) -> Interval:
    """The interval of a share strictly between 0 and 1 that the model projects.

    By the delta method on the log odds; 0..1 when the fit has not converged. It holds what the
    sample does not tell, not what the model does not know.

    >>> seen = fit(renewals([1000, 869, 743, 653, 593, 551, 517, 491]))
    >>> low, high = interval(seen, lambda model: survival(model, 12))
    >>> round(low, 2), round(high, 2)
    (0.34, 0.42)
    """
    if not found.converged:
        return Interval(0.0, 1.0)
    value = float(np.asarray(share(found.model)))
    return shares.logit(value, se=float(found.se(share)), conf=conf)
