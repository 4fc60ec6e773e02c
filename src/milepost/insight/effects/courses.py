"""A metric's course before and after a day: what changed on it, and whether other days seem to as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from milepost.engine.series import Array, Series
from milepost.errors import QuestionError
from milepost.insight.effects.initiative import Course, Placebo
from milepost.stats.initiatives import FEWEST, Interruption, interrupted_series
from milepost.stats.regression import durbin_watson

MOST_PLACEBOS = 20
# Months before the start from which those of a year can be told apart.
YEARS_OF_MONTHS = 24
_SEASONS = {"day": "weekday", "month": "month of the year"}


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A series with the periods of the launch not known; `values[start]` is the first one after."""

    series: Series
    values: Array
    start: int

    @property
    def sides(self) -> tuple[int, int]:
        """How many periods are known before and after."""
        known = np.isfinite(self.values)
        return int(known[: self.start].sum()), int(known[self.start :].sum())


def cut(found: Series, started: date, *, skip: int) -> Cut:
    """The series cut where something started; a period it falls into is of the launch.

    The first `skip` days are of the launch as well.
    """
    after = started + timedelta(days=skip)
    values = found.values.copy()
    for place, span in enumerate(found.spans):
        if span.since < after and span.until > started:
            values[place] = np.nan
    start = next((n for n, span in enumerate(found.spans) if span.since >= after), len(values))
    return Cut(found, values, start)


def course(found: Cut, *, every: str) -> Course:
    """What changed on the course. Raises QuestionError where that cannot be told."""
    before, after = found.sides
    if min(before, after) < FEWEST:
        raise QuestionError(
            f"before and after take {FEWEST} {every}s each whose number is known; there are {before}"
            f" before and {after} after: ask for shorter periods with --every, or wait"
        )
    seasons = _seasons(found, every)
    told = interrupted_series(found.values, start=found.start, seasons=seasons)
    if told is None:
        raise QuestionError(
            f"nothing varies from {every} to {every}, so that no change can be told from chance"
        )
    return Course(
        told.level, told.slope, told.average, durbin_watson(told.fit),
        _SEASONS[every] if seasons is not None else None, _placebo(found, seasons),
    )  # fmt: skip


def _seasons(found: Cut, every: str) -> NDArray[np.int64] | None:
    """The season of each period, where enough of each were seen to take them out."""
    days = [span.since for span in found.series.spans]
    if every == "day":
        return np.array([day.weekday() for day in days])
    if every == "month" and found.sides[0] >= YEARS_OF_MONTHS:
        return np.array([day.month for day in days])
    return None


def _placebo(found: Cut, seasons: NDArray[np.int64] | None) -> Placebo | None:
    """Earlier periods taken for the start, of the time before alone; None where it is too short."""
    places = np.arange(FEWEST, found.start - FEWEST + 1)
    if not len(places):
        return None
    tried = np.unique(np.linspace(places[0], places[-1], MOST_PLACEBOS).astype(np.int64))
    past = None if seasons is None else seasons[: found.start]
    told = [
        interrupted_series(found.values[: found.start], start=int(place), seasons=past)
        for place in tried
    ]
    seen: list[Interruption] = [one for one in told if one is not None]
    return Placebo(len(seen), sum(one.average.p < 0.05 for one in seen)) if seen else None
