"""How many agents a telephone needs, by weekday and hour: calls forecast, then Erlang C."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from milepost.engine import cuts, sql
from milepost.engine.answer import measure
from milepost.engine.facts import Progress, silent
from milepost.engine.project import Project
from milepost.engine.question import Question
from milepost.engine.reader import Reader
from milepost.engine.series import HOURS, Array, Hourly, hourly
from milepost.errors import QuestionError
from milepost.insight.ahead.rosters import Hour, Level, Roster, Wanted
from milepost.insight.answering import made_of
from milepost.insight.asking import Day, question_of
from milepost.metrics.contacts import INBOUND
from milepost.metrics.definition import Metric
from milepost.plan.calendar import Span
from milepost.stats import erlang
from milepost.stats.accuracy import coverage
from milepost.stats.forecast import CountModel, fit_counts

FEWEST_DAYS = 21
TREND_DAYS = 56
HELD_OUT = 28
MOST_ABANDONED = 5.0
PHONE = "phone"
_SERVICE = re.compile(r"(\d{1,2}(?:\.\d+)?)\s*/\s*(\d+(?:\.\d+)?)")


def roster_of(
    project: Project,
    *,
    service: str = "80/20",
    handle_seconds: float | None = None,
    shrinkage: float = 30,
    quantile: float = 80,
    channel: str | None = None,
    since: Day | None = None,
    until: Day | None = None,
    where: str | None = None,
    mark: str = "",
    progress: Progress = silent,
) -> Roster:
    """The roster that its parts ask for, percentages as 0-100.

    Raises PlanError, DataError or QuestionError.
    """
    wanted = Wanted(
        service=service_level(service, mark=mark),
        shrinkage=_below_100(f"{mark}shrinkage", shrinkage, least=0),
        quantile=_below_100(f"{mark}quantile", quantile, least=50),
        handle_seconds=handle_seconds, channel=channel,
    )  # fmt: skip
    question = question_of(since=since, until=until, where=where, mark=mark)
    return made_of(project, lambda reader: roster(reader, wanted, question), progress=progress)


def service_level(text: object, *, mark: str = "") -> Level:
    """A service level such as '80/20': that per cent of calls within so many seconds.

    >>> service_level("80/20")
    Level(share=0.8, seconds=20.0)

    Raises QuestionError.
    """
    found = _SERVICE.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found or not float(found[1]):
        raise QuestionError(
            f"{mark}service '{text}' is not a service level; write one such as 80/20: 80 % of calls"
            " within 20 seconds"
        )
    return Level(float(found[1]) / 100, float(found[2]))


def _below_100(part: str, value: object, *, least: float) -> float:
    """A percentage from `least` to below 100 as a share. Raises QuestionError."""
    if not isinstance(value, int | float) or not least <= value < 100:
        raise QuestionError(f"{part} {value!r} is not a percentage from {least:g} to below 100")
    return value / 100


def roster(reader: Reader, wanted: Wanted, question: Question) -> Roster:
    """The agents needed in the week after the last known day. Raises QuestionError.

    The question's time and condition say which contacts are read.
    """
    if "contacts" not in reader.columns:
        raise QuestionError("no source brings contacts, which a roster is made of; map the calls")
    channel = _channel(reader, wanted.channel)
    where = _where(reader, channel, question.where)
    found = hourly(reader, where=where, since=question.since, until=question.until)
    known = np.isfinite(found.counts[:, 0])
    if known.sum() < FEWEST_DAYS or not np.nansum(found.counts):
        raise QuestionError(
            f"a roster needs {FEWEST_DAYS} days of calls that have ended; {int(known.sum())} are"
            f" known, with {np.nansum(found.counts):,.0f} calls"
        )
    asked = replace(question, where=where)
    handle, handled = _handle_time(reader, asked, found, wanted.handle_seconds)
    model = _fitted(found, len(found.days))
    hours = tuple(_hours(model, found, len(found.days), wanted, handle))
    abandoned = _share(reader, "call_abandonment", asked, found)
    return Roster(
        wanted=replace(wanted, channel=channel), since=found.days[-1] + timedelta(days=1),
        handle_seconds=handle, handled=handled, history=(found.days[0], found.days[-1]),
        calls=int(np.nansum(found.counts)),
        theta=model.theta if np.isfinite(model.theta) else None, trend=model.origin is not None,
        abandoned=abandoned, kept=_kept(found, wanted.quantile), hours=hours,
        notes=tuple(_notes(reader, found, abandoned)),
    )  # fmt: skip


def _channel(reader: Reader, given: str | None) -> str | None:
    """The channel whose contacts are calls: the one given, else the telephone where any is stated."""
    query = sql.select("channel").distinct().from_(sql.table("contacts"))
    stated = {row[0] for row in reader.rows(query.where(sql.sql(INBOUND))) if row[0]}
    if given is None and not stated:
        return None
    if (given or PHONE) in stated:
        return given or PHONE
    channels = ", ".join(sorted(stated)[:8]) or "no channel"
    if given is None:
        raise QuestionError(
            f"which contacts are calls? none has the channel '{PHONE}'; name it with --channel:"
            f" {channels}"
        )
    raise QuestionError(f"no contact has the channel '{given}'; stated: {channels}")


def _where(reader: Reader, channel: str | None, where: str | None) -> str | None:
    parts = [cuts.condition(reader, "contacts", where)] if where else []
    if channel:
        parts.append(sql.sql("channel = :c", c=sql.text(channel)))
    return sql.render(sql.all_of(parts)) if parts else None


def _handle_time(
    reader: Reader, question: Question, found: Hourly, given: float | None
) -> tuple[float, int | None]:
    """The seconds that a call takes, and how many calls say so (None: it was given)."""
    if given is not None:
        if not (np.isfinite(given) and given > 0):
            raise QuestionError(f"handle seconds {given} are no time; give more than 0")
        return float(given), None
    estimate = _estimate(reader, "handle_time", question, found)
    if estimate is None or estimate.value <= 0:
        raise QuestionError(
            "no source maps 'handle_seconds' of contacts; state how long a call takes with"
            " --handle-seconds"
        )
    return estimate.value, int(estimate.n)


def _estimate(reader: Reader, name: str, question: Question, found: Hourly) -> Any:
    metric: Metric = reader.project.metrics[name]
    if not reader.has(metric):
        return None
    span = Span(found.days[0], found.days[-1] + timedelta(days=1), "all")
    asked = Question(metrics=(name,), where=question.where)
    told = measure(reader, metric, asked, spans=(span,))
    return next((n.estimate for n in told if n.place.touchpoint is None), None)


def _share(reader: Reader, name: str, question: Question, found: Hourly) -> float | None:
    estimate = _estimate(reader, name, question, found)
    return None if estimate is None else float(estimate.value)


def _fitted(found: Hourly, until: int) -> CountModel:
    """The model of the hours of the first days; a trend needs two months to be told from noise."""
    weekdays = np.array([day.weekday() for day in found.days[:until]])
    slots = (weekdays[:, None] * HOURS + np.arange(HOURS)).ravel()
    times = np.repeat(np.arange(until), HOURS) if until >= TREND_DAYS else None
    counts = found.counts[:until].ravel()
    model = fit_counts(counts, slots, times=times) or fit_counts(counts, slots)
    if model is None or len(model.slots) < 7 * HOURS:
        raise QuestionError("a roster needs calls on every weekday of three weeks; ask for longer")
    return model


def _hours(
    model: CountModel, found: Hourly, after: int, wanted: Wanted, handle: float
) -> Iterator[Hour]:
    """The hours of the seven days that begin `after` so many days of the history."""
    slots, times = _week(found, after)
    means = model.means(slots, times=times)
    calls = model.quantiles(wanted.quantile, slots, times=times)
    for slot, mean, most in sorted(zip(slots.tolist(), means, calls, strict=True)):
        weekday, hour = divmod(slot, HOURS)
        share = float(found.open[weekday, hour])
        if share > 0:
            yield _hour(weekday, hour, share, float(mean), float(most), wanted, handle)


def _week(found: Hourly, after: int) -> tuple[np.ndarray[Any, Any], Array]:
    days = np.arange(after, after + 7)
    weekdays = (found.days[0].weekday() + days) % 7
    slots = (weekdays[:, None] * HOURS + np.arange(HOURS)).ravel()
    return slots, np.repeat(days, HOURS).astype(np.float64)


def _hour(
    weekday: int, hour: int, share: float, mean: float, most: float, wanted: Wanted, handle: float
) -> Hour:
    # Calls of an hour that is open in part come within that part.
    rate, level = most / share, wanted.service
    agents = erlang.agents_needed(
        rate, handle, target_seconds=level.seconds, service_level=level.share
    )
    # Where calls come at all somebody has to be there, be there none in most weeks.
    agents = max(agents, 1) if mean > 0 else agents
    seen = erlang.queue(rate, handle, agents=agents, target_seconds=level.seconds)
    scheduled = erlang.scheduled(agents, shrinkage=wanted.shrinkage)
    return Hour(
        weekday, hour, share, mean, most, agents, scheduled, seen.service_level, seen.occupancy
    )


def _kept(found: Hourly, quantile: float) -> float | None:
    """The share of busy hours of the last four weeks within the quantile forecast from before."""
    until = len(found.days) - HELD_OUT
    if until < FEWEST_DAYS:
        return None
    model = _fitted(found, until)
    weekdays = np.array([day.weekday() for day in found.days[until:]])
    slots = (weekdays[:, None] * HOURS + np.arange(HOURS)).ravel()
    times = np.repeat(np.arange(until, len(found.days)), HOURS)
    most = model.quantiles(quantile, slots, times=times)
    came = found.counts[until:].ravel()
    busy = np.isfinite(came) & (model.means(slots, times=times) > 0)
    return coverage(came[busy], np.zeros(int(busy.sum())), most[busy]) if busy.any() else None


def _notes(reader: Reader, found: Hourly, abandoned: float | None) -> Iterator[str]:
    if abandoned is not None and abandoned * 100 > MOST_ABANDONED:
        yield (
            f"{abandoned * 100:.1f} % of the calls were never answered. Erlang C takes callers to"
            f" wait for ever: beyond {MOST_ABANDONED:g} % it asks for too many agents, so read these"
            " as the most that are needed."
        )
    if found.outside:
        yield f"{found.outside:,} calls came outside the business hours and are not planned for."
    if reader.project.plan.company.business_hours is None:
        yield "No business_hours are stated: every hour in which calls ever came is planned for."
    unknown = int(np.isnan(found.counts[:, 0]).sum())
    if unknown:
        yield f"{unknown:,} days are in no source's time and are left out."
