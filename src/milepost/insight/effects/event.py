"""Did the share price move? The market model of a share on its index, and what a day added to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from rich.text import Text

from milepost.engine.facts import Progress, silent
from milepost.engine.project import Project
from milepost.engine.reader import Reader
from milepost.engine.series import Returns, returns
from milepost.errors import QuestionError
from milepost.insight import numbers
from milepost.insight.answering import Shown, made_of
from milepost.insight.layout import broken, right, rule
from milepost.insight.visible import visible
from milepost.stats.event_study import (
    BEFORE,
    ESTIMATION,
    WINDOWS,
    Cumulative,
    EventStudy,
    event_study,
    market_model,
)
from milepost.stats.regression import r_squared

# Trading days lie 1 to 4 calendar days apart, over a long holiday a few more.
MOST_DAYS_APART = 4
# The columns that the table takes; in less every window is a line.
_TABLE = 58


@dataclass(frozen=True, slots=True)
class Market:
    """The straight line of a share's returns on its index's, in per cent, and their correlation."""

    n: int
    since: date
    until: date
    alpha: float
    beta: float
    r: float


@dataclass(frozen=True, slots=True)
class Window:
    """Abnormal returns summed from trading day `first` to `last` around the event, in per cent."""

    first: int
    last: int
    change: float
    low: float
    high: float
    p: float
    detectable: float


@dataclass(frozen=True, slots=True)
class Event:
    """The event study: its trading day, the market model before it, and each window."""

    day: date
    beta: float
    sigma: float
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Price(Shown):
    """A share on its index over all prices known, and what a day did to it (None: not told)."""

    symbol: str
    index: str
    market: Market
    event: Event | None
    notes: tuple[str, ...]

    def to_data(self) -> dict[str, Any]:
        """Plain data at full precision; returns in per cent, days as ISO texts."""
        market = asdict(self.market)
        event = self.event and asdict(self.event) | {"day": self.event.day.isoformat()}
        dates = {name: market[name].isoformat() for name in ("since", "until")}
        return {
            "method": "market model", "symbol": self.symbol, "index": self.index,
            "market": market | dates, "event": event, "notes": list(self.notes),
        }  # fmt: skip

    def lines(self, *, width: int) -> Iterator[Text]:
        """The line of the share on its index, and a row a window."""
        name, market = visible(f"{self.symbol} on {self.index}"), self.market
        yield from broken(
            f"Share price, {name}: beta {market.beta:.4f}, r {market.r:.4f}, n {market.n:,} returns,"
            f" {market.since} to {market.until}",
            width, style="bold",
        )  # fmt: skip
        if self.event:
            yield from _windows(self.event, width)
        yield from (line for note in self.notes for line in broken(note, width, style="yellow"))


def price_of(project: Project, *, progress: Progress = silent) -> Price:
    """The company's share on its index. Raises PlanError, DataError or QuestionError."""
    return made_of(project, price_around, progress=progress)


def price_around(reader: Reader, *, day: date | None = None, conf: float = 0.95) -> Price:
    """The company's share on its index, and around a day if one is given. Raises QuestionError."""
    company = reader.project.plan.company
    if company.symbol is None or company.index is None:
        raise QuestionError(
            "the plan names no share; state 'symbol' and 'index' under 'company', as the prices do"
        )
    if "prices" not in reader.columns:
        raise QuestionError("no source brings prices, which a share is followed by; map them")
    found = returns(reader, company.symbol, company.index)
    event, notes = _event(found, day, conf) if day else (None, ())
    return Price(company.symbol, company.index, _market(found), event, notes)


def has_price(reader: Reader) -> bool:
    """Whether a share can be followed: the plan names it, and a source brings prices."""
    company = reader.project.plan.company
    return bool(company.symbol and company.index) and "prices" in reader.columns


def _market(found: Returns) -> Market:
    model = market_model(found.market, found.stock) and market_model(found.stock, found.market)
    if model is None:
        raise QuestionError(
            f"{len(found.days)} returns of share and index at the same times tell no beta; map more"
            " prices"
        )
    r = float(np.sqrt(r_squared(model.fit))) * (1 if model.beta >= 0 else -1)
    return Market(len(found.days), found.days[0], found.days[-1], model.alpha, model.beta, r)


def _event(found: Returns, day: date, conf: float) -> tuple[Event | None, tuple[str, ...]]:
    apart = np.median(np.diff([one.toordinal() for one in found.days]))
    if apart > MOST_DAYS_APART:
        kind = "monthly" if apart > 20 else "weekly"
        need = "an event study needs one a trading day; this beta is all they can tell."
        return None, (f"The prices are {kind}: {need}",)
    place = next((n for n, one in enumerate(found.days) if one >= day), None)
    study = place is not None and event_study(found.stock, found.market, event=place, conf=conf)
    if place is None or not study:
        before = sum(one < day for one in found.days)
        there = f"{before:,} returns before {day} and {len(found.days) - before:,} from it on"
        need = f"{ESTIMATION + BEFORE - 1} before and {WINDOWS[-1][1] + 1} from it on"
        return None, (f"There are {there}; an event study needs {need}.",)
    return _told(study, found.days[place]), tuple(_notes(day, found.days[place]))


def _told(study: EventStudy, day: date) -> Event:
    windows = tuple(_window(ends, told) for ends, told in study.windows.items())
    return Event(day, study.model.beta, study.model.sigma, windows)


def _window(ends: tuple[int, int], told: Cumulative) -> Window:
    low, high = told.interval.low, told.interval.high
    return Window(*ends, told.change, low, high, told.p, told.detectable)


def _notes(day: date, traded: date) -> Iterator[str]:
    if traded != day:
        yield f"{day} was no trading day; the event is taken on the next, {traded}."
    yield "Other news of those days is in these figures too."


def _windows(event: Event, width: int) -> Iterator[Text]:
    yield from broken(
        f"around {event.day}: market model of {ESTIMATION} trading days ending {BEFORE} before"
        f" (beta {event.beta:.3f}, {event.sigma:.2f} % a day about it)",
        width, style="dim",
    )  # fmt: skip
    if width >= _TABLE:
        yield Text(f"  {'abnormal return':<20}{'change':>9}{'95 % interval':>18}{'p':>8}", "dim")
    yield rule(width)
    yield from (line for one in event.windows for line in _row(one, width))
    for one in event.windows:
        yield from broken(_verdict(one), width)


def _row(one: Window, width: int) -> Iterator[Text]:
    label = f"days {one.first:+d} to {one.last:+d}".replace("-", "−")
    ends, p = numbers.interval(one.low, one.high, "score"), numbers.chance(one.p)
    change = f"{numbers.change(one.change, 'score')} %"
    if width < _TABLE:
        yield from broken(f"{label}: {change} ({ends}, p {p})", width, indent=2)
        return
    yield Text(f"  {label:<20}{right(change, 9)}{right(ends, 18)}{right(p, 8)}")


def _verdict(one: Window) -> str:
    days = one.last - one.first + 1
    if one.low > 0 or one.high < 0:
        way = "up" if one.change > 0 else "down"
        return f"Over {days} days the share went {way} by more than the market explains."
    return (
        f"Over {days} days nothing stands out; only {one.detectable:.1f} % or more would have been"
        " found four times in five."
    )
