"""Did an initiative work: the metric it aims at before and after, beside a control, and the price."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from milepost.engine import cuts, sql
from milepost.engine.periods import start as period_start
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.engine.series import Array, Series, series
from milepost.errors import QuestionError, UnknownName
from milepost.insight.controls import beside, bucketed
from milepost.insight.event import has_price, price
from milepost.insight.initiative import Aimed, Beside, Course, Initiative, Placebo, Point
from milepost.insight.measuring import metrics_of
from milepost.metrics.definition import Metric
from milepost.metrics.estimators import Total
from milepost.plan import model
from milepost.plan.model import Good
from milepost.stats.initiatives import FEWEST, interrupted_series
from milepost.stats.regression import durbin_watson

ENOUGH = 24  # points a side
MOST_PLACEBOS = 20
MONTHS = 24  # before the start, from which the months of a year can be told apart
_LAST = 4  # points just before the start, which may have been unusually bad
_SEGMENT = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*([^'\"=<>()]+?)\s*")


def effect(
    reader: Reader,
    name: str,
    question: Question,
    *,
    control: str | None = None,
    skip: int = 0,
    priced: bool = False,
) -> Initiative:
    """What moved since an initiative started; `question` has the period, time and condition.

    `control` is a condition on rows that it cannot have touched, or `segment=value`; `skip` days of
    the launch are left out; `priced` asks for the share price alone. Raises QuestionError.
    """
    plan = reader.project.plan
    found = next((one for one in plan.initiatives if one.name == name), None)
    if found is None:
        raise UnknownName("initiative", name, [one.name for one in plan.initiatives])
    share = price(reader, day=found.started) if priced or has_price(reader) else None
    told = None if priced else _aimed(reader, found, question, control, skip)
    if told is None and share is None:
        raise QuestionError(f"initiative '{name}' aims at nothing; state its 'aims_at' in the plan")
    aimed, notes = told or (None, ())
    return Initiative(name, found.started, found.cost, aimed, share, notes)


def _aimed(
    reader: Reader, found: model.Initiative, question: Question, control: str | None, skip: int
) -> tuple[Aimed, tuple[str, ...]] | None:
    if found.aims_at is None:
        return None
    aim = found.aims_at
    asked = replace(question, metrics=(aim.metric,), touchpoint=aim.touchpoint)
    (metric,) = metrics_of(reader, asked)
    if metric.split:
        raise QuestionError(f"'{metric.name}' is a share of each {metric.split}, not one number")
    treated, other = _sides(reader, metric, asked, control)
    values, start = _around(treated, found.started, skip)
    course = _course(values, treated, start, asked)
    seen = series(reader, metric, other) if other else None
    compared = None
    if seen is not None and control is not None:
        compared = beside(metric, control, treated, seen, values=values, start=start)
    good = reader.project.good(metric, aim.touchpoint)
    aimed = _told(reader, metric, good, asked, treated, seen, values, start, course, compared)
    return aimed, tuple(_notes(reader, found, aimed, treated, values))
