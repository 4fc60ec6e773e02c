"""Maximum likelihood for models of a few positive parameters.

Parameters are fitted as logarithms, so that none can turn negative and the unit of time or money
does not matter. The covariance is that of the logarithms; errors of figures come by the delta
method.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Model = TypeVar("Model", bound=tuple[float, ...])

_REACH = math.log(1e6)  # a parameter that moves further from its start has run away
_FLAT = 1e-6  # the slope of the mean log-likelihood of a unit that counts as none
_STEP = 1e-4  # of a logarithm, in numeric derivatives


class Score(NamedTuple):
    """A log-likelihood and its derivatives by the parameters, not yet by their logarithms."""

    loglik: float
    gradient: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Fit(Generic[Model]):
    """The likeliest parameters and how sure they are.

    `covariance` is that of the logarithms of the parameters in the model's order. `converged` is
    False when the data do not determine every parameter, that is where one ran away; the model
    may still describe the data well, but its covariance is then infinite.
    """

    model: Model
    loglik: float
    covariance: Floats
    converged: bool
    iterations: int

    def se(self, figure: Callable[[Model], ArrayLike]) -> Floats:
        """The standard error of whatever `figure` computes from the model: same shape, same unit.

        By the delta method with numeric derivatives; infinite where the fit is undetermined.
        """
        centre = np.asarray(figure(self.model), dtype=np.float64)
        if not np.isfinite(self.covariance).all():
            return np.full_like(centre, math.inf)
        slopes = _slopes(lambda logs: figure(_model(self.model, logs)), np.log(self.model))
        variance = np.einsum("i...,ij,j...->...", slopes, self.covariance, slopes)
        return np.asarray(np.sqrt(variance), dtype=np.float64)


def maximise(score: Callable[[Model], Score], *, start: Model, n: float) -> Fit[Model]:
    """The likeliest parameters, uphill from `start`, each at most a millionfold away from it.

    `n` is the number of units behind the log-likelihood (the sum of their weights).
    """

    def down(logs: Floats) -> tuple[float, Floats]:
        loglik, gradient = score(_model(start, logs))
        return -loglik / n, -gradient * np.exp(logs) / n

    origin = np.log(start)
    found: Any = scipy.optimize.minimize(  # scipy loads its optimizer at this first use
        down,
        origin,
        jac=True,
        method="L-BFGS-B",
        bounds=[(log - _REACH, log + _REACH) for log in origin],
        options={"gtol": _FLAT / 100, "ftol": 1e-15, "maxiter": 500},
    )
    covariance = _covariance(_slopes(lambda logs: down(logs)[1], found.x) * n)
    inside = bool((np.abs(found.x - origin) < 0.999 * _REACH).all())
    converged = inside and math.isfinite(covariance[0, 0]) and np.abs(found.jac).max() < _FLAT
    if not converged:
        covariance = np.full_like(covariance, math.inf)
    loglik = -n * float(found.fun)
    return Fit(_model(start, found.x), loglik, covariance, bool(converged), int(found.nit))


def _model(like: Model, logs: Floats) -> Model:
    return type(like)(*np.exp(logs).tolist())


def _covariance(curvature: Floats) -> Floats:
    values, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
    if values[0] < _REACH**-2:  # a standard error longer than the search: nothing is determined
        return np.full_like(curvature, math.inf)
    return np.asarray((vectors / values) @ vectors.T, dtype=np.float64)


def _slopes(figure: Callable[[Floats], ArrayLike], at: Floats) -> Floats:
    steps = _STEP * np.eye(len(at))
    changes = [np.asarray(figure(at + s)) - np.asarray(figure(at - s)) for s in steps]
    return np.asarray(changes, dtype=np.float64) / (2 * _STEP)
