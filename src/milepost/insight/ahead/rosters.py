"""What a roster is: the agents of each hour of a week, what they rest on, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from rich.text import Text

from milepost.insight.answering import Shown
from milepost.insight.layout import broken, right, rule
from milepost.insight.visible import visible
from milepost.plan.calendar import WEEKDAYS


@dataclass(frozen=True, slots=True)
class Level:
    """The service wanted: `share` (0..1) of the calls answered within `seconds`."""

    share: float
    seconds: float

    def __str__(self) -> str:
        return f"{self.share * 100:g} % of calls answered within {self.seconds:g} seconds"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the roster is for: service, `shrinkage` and `quantile` (0..1), and what may be given."""

    service: Level
    shrinkage: float
    quantile: float
    handle_seconds: float | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the week (`weekday` 0 is Monday), with the calls and agents of the whole hour.

    `calls` is the upper quantile staffed for, `agents` those at work, `scheduled` with shrinkage.
    `open` is the share of the hour that is open; service level and occupancy are 0..1.
    """

    weekday: int
    hour: int
    open: float
    expected: float
    calls: float
    agents: int
    scheduled: int
    service_level: float
    occupancy: float


@dataclass(frozen=True, slots=True, repr=False)
class Roster(Shown):
    """Agents by weekday and hour of the seven days from `since`, and what they rest on.

    `abandoned` is the share of calls never answered (0..1) and `kept` the share of hours of the last
    four weeks, forecast from before, with no more calls than staffed for; None where not known.
    """

    wanted: Wanted
    since: date
    handle_seconds: float
    handled: int | None
    history: tuple[date, date]
    calls: int
    theta: float | None
    trend: bool
    abandoned: float | None
    kept: float | None
    hours: tuple[Hour, ...]
    notes: tuple[str, ...]

    @property
    def agent_hours(self) -> float:
        """The paid hours of the whole week."""
        return float(sum(hour.scheduled * hour.open for hour in self.hours))

    def to_data(self) -> dict[str, Any]:
        """Plain data at full precision; shares in per cent."""
        return {
            "method": "Erlang C", "since": self.since.isoformat(),
            "service": {"share": self.wanted.service.share * 100,
                        "seconds": self.wanted.service.seconds},
            "shrinkage": self.wanted.shrinkage * 100, "quantile": self.wanted.quantile * 100,
            "channel": self.wanted.channel, "handle_seconds": self.handle_seconds,
            "handled": self.handled, "calls": self.calls,
            "history": [day.isoformat() for day in self.history], "theta": self.theta,
            "trend": self.trend, "abandoned": _percent(self.abandoned),
            "kept": _percent(self.kept), "agent_hours": self.agent_hours,
            "hours": [_hour_data(hour) for hour in self.hours], "notes": list(self.notes),
        }  # fmt: skip

    def lines(self, *, width: int) -> Iterator[Text]:
        """A row an hour, a column a weekday, and what the roster rests on."""
        last = self.since + timedelta(days=6)
        yield from broken(
            f"Agents to schedule by weekday and hour, {self.since} to {last}", width, style="bold"
        )
        yield from broken(self._rests(), width, style="dim")
        yield from _grid(self, width)
        yield from (line for told in self._told() for line in broken(told, width))
        yield from (line for note in self.notes for line in broken(note, width, style="yellow"))

    def _rests(self) -> str:
        first, last = self.history
        channel = f" by {visible(self.wanted.channel)}" if self.wanted.channel else ""
        handled = f" (mean of {self.handled:,} calls)" if self.handled else ""
        return (
            f"for {self.wanted.service}; from {self.calls:,} calls{channel}, {first} to {last};"
            f" handle time {self.handle_seconds:.0f} s{handled};"
            f" {self.wanted.shrinkage * 100:g} % shrinkage"
        )

    def _told(self) -> Iterator[str]:
        wanted = f"{self.wanted.quantile * 100:g}"
        yield (
            f"Staffed so that {wanted} of 100 such hours bring no more calls than planned for,"
            f" by Erlang C; {self.agent_hours:,.0f} agent-hours in the week."
        )
        if self.kept is not None:
            yield (
                f"Tried on the last four weeks, forecast from before: {self.kept * 100:.0f} of 100"
                f" hours brought no more calls than that (wanted {wanted})."
            )


def _grid(told: Roster, width: int) -> Iterator[Text]:
    size = 6 if width >= 60 else 4
    names = [day[: 3 if size > 4 else 2].title() for day in WEEKDAYS]
    yield Text("  hour  " + "".join(right(name, size) for name in names), "dim")
    yield rule(width)
    by = {(hour.weekday, hour.hour): hour for hour in told.hours}
    used = sorted({hour.hour for hour in told.hours if hour.scheduled})
    for hour in range(used[0], used[-1] + 1):
        cells = (by.get((weekday, hour)) for weekday in range(7))
        row = "".join(right(str(cell.scheduled) if cell else "·", size) for cell in cells)
        yield Text(f"  {hour:02d}:00 {row}")
    sums = (sum(by[w, h].scheduled * by[w, h].open for w, h in by if w == day) for day in range(7))
    yield Text("  hours " + "".join(right(f"{total:,.0f}", size) for total in sums), "bold")


def _hour_data(hour: Hour) -> dict[str, Any]:
    return asdict(hour) | {
        "weekday": WEEKDAYS[hour.weekday], "service_level": hour.service_level * 100,
        "occupancy": hour.occupancy * 100, "open": hour.open * 100,
    }  # fmt: skip


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100
