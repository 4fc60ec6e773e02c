"""How long customers with a contract stay: what was seen, and what the model projects from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from milepost.engine.cohorts import Stay
from milepost.stats import projection
from milepost.stats.likelihood import Fit
from milepost.stats.survival import Curve, kaplan_meier, still

FEWEST_RENEWALS = 2
FEWEST_AT_RISK = 30
MOST_MISFIT = 5.0  # percentage points


@dataclass(frozen=True, slots=True)
class Left:
    """The share still there at an age, in per cent: seen, or projected (`at_risk` None)."""

    age: int
    value: float
    low: float | None
    high: float | None
    at_risk: int | None = None
    lost: int | None = None


@dataclass(frozen=True, slots=True)
class Leaving:
    """The shifted-beta-geometric model: chances to leave at a renewal, beta over customers.

    `misfit` is the largest gap between the shares seen and the model's, in percentage points, at ages
    that thirty customers have reached; it `fits` with five at most. Not `converged`: the rates seen
    do not grow with age, and the model is that of a constant rate.
    """

    alpha: float
    beta: float
    converged: bool
    misfit: float
    fits: bool
    ahead: tuple[Left, ...]


@dataclass(frozen=True, slots=True)
class Survival:
    """The share of all customers still there at each age, by Kaplan and Meier."""

    customers: int
    seen: tuple[Left, ...]
    model: Leaving | None
    method: str = "Kaplan-Meier, log-log intervals; projection: shifted-beta-geometric"


def survival(stays: Sequence[Stay], *, ahead: int | None = None) -> Survival:
    """Customers of all cohorts together; those not followed to an age say nothing of it."""
    curve = curve_of(stays)
    ages = range(1, int(curve.times[-1]) + 1)
    kept = renewals_of(curve)
    seen = tuple(
        _seen(curve, age, float(kept.kept[age - 1]), float(kept.lost[age - 1])) for age in ages
    )
    enough = ahead is not None and len(ages) >= FEWEST_RENEWALS
    model = _projected(kept, seen, ahead) if enough and ahead else None
    return Survival(sum(stay.customers for stay in stays), seen, model)


def curve_of(stays: Sequence[Stay]) -> Curve:
    """The survival curve over ages; a leaving counts once the age it belongs to is over."""
    left = [stay.lost_at is not None and stay.lost_at <= stay.followed for stay in stays]
    times = [
        stay.lost_at if gone and stay.lost_at else stay.followed
        for stay, gone in zip(stays, left, strict=True)
    ]
    people = np.array([stay.customers for stay in stays], dtype=np.float64)
    gone = np.array(left)
    return kaplan_meier(times, people * gone, people * ~gone)


def renewals_of(curve: Curve) -> projection.Renewals:
    """How many were kept and lost at each age that anybody was followed to."""
    ages = np.arange(1, int(curve.times[-1]) + 1)
    place = np.searchsorted(curve.times, ages)
    exact = curve.times[place] == ages
    lost = np.where(exact, curve.events[place], 0.0)
    return projection.Renewals(curve.at_risk[place] - lost, lost)


def _seen(curve: Curve, age: int, kept: float, lost: float) -> Left:
    found = still(curve, age)
    assert found is not None, "an age that somebody was followed to"
    share, low, high = (part * 100 for part in found)
    return Left(age, share, low, high, round(kept + lost), round(lost))


def _projected(kept: projection.Renewals, seen: Sequence[Left], ahead: int) -> Leaving:
    fit = projection.fit(kept)
    model = projection.survival(fit.model, np.arange(1, len(seen) + 1.0)) * 100
    told = [at for at in seen if (at.at_risk or 0) >= FEWEST_AT_RISK] or seen[:1]
    misfit = max(abs(at.value - float(model[at.age - 1])) for at in told)
    ages = range(len(seen) + 1, len(seen) + ahead + 1)
    later = tuple(_later(fit, age) for age in ages)
    return Leaving(*fit.model, fit.converged, misfit, misfit <= MOST_MISFIT, later)


def _later(fit: Fit[projection.Leaving], age: int) -> Left:
    share = float(projection.survival(fit.model, age)) * 100
    if not fit.converged:
        return Left(age, share, None, None)
    ends = projection.interval(fit, partial(projection.survival, period=age))
    return Left(age, share, *ends.scaled(100))
