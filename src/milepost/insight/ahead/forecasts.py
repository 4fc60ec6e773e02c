"""What a forecast is: the counts to expect by day, how far such forecasts were off, how it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Literal

from rich.text import Text

from milepost.insight import numbers
from milepost.insight.ahead.judging import Judged, Record
from milepost.insight.answering import Shown
from milepost.insight.layout import broken, right, rule
from milepost.insight.visible import visible

_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_BAR, _WIDE = 12, 54
Method = Literal["weekday and trend", "week before"]


@dataclass(frozen=True, slots=True)
class Expect:
    """A day to come: the expected count, and the intervals that 80 and 95 of 100 such days keep."""

    day: date
    expected: float
    low_80: float
    high_80: float
    low_95: float
    high_95: float


@dataclass(frozen=True, slots=True)
class History:
    """The days that the forecast rests on: `n` known ones from `since` to `until` (exclusive)."""

    since: date
    until: date
    n: int
    zeros: int
    total: float


@dataclass(frozen=True, slots=True, repr=False)
class Forecast(Shown):
    """Counts to expect by day, by the method that was less far off before.

    `dispersion` is Pearson's of the Poisson model, `theta` the size of the negative binomial (None:
    Poisson would do), `growth` the trend in per cent a week; None where no model could be fitted.
    """

    metric: str
    definition: str
    title: str
    touchpoint: str | None
    where: str | None
    history: History
    method: Method
    dispersion: float | None
    theta: float | None
    growth: float | None
    judged: Judged | None
    days: tuple[Expect, ...]
    notes: tuple[str, ...]

    @property
    def total(self) -> float:
        """The expected count of all days together."""
        return sum(day.expected for day in self.days)

    def to_data(self) -> dict[str, Any]:
        """Plain data at full precision; days as ISO texts, coverage in per cent."""
        judged = self.judged and {
            "origins": self.judged.origins, "ahead_days": self.judged.ahead,
            "model": _record_data(self.judged.model), "naive": _record_data(self.judged.naive),
        }  # fmt: skip
        return {
            "metric": self.metric, "definition": self.definition, "touchpoint": self.touchpoint,
            "where": self.where, "history": _plain(asdict(self.history)), "method": self.method,
            "dispersion": self.dispersion, "theta": self.theta, "growth_a_week": self.growth,
            "judged": judged, "total": self.total,
            "days": [_plain(asdict(day)) for day in self.days], "notes": list(self.notes),
        }  # fmt: skip

    def lines(self, *, width: int) -> Iterator[Text]:
        """A row a day, then how far such forecasts were off."""
        where = f" where {visible(self.where)}" if self.where else ""
        at = f" at {visible(self.touchpoint)}" if self.touchpoint else ""
        first, last = self.days[0].day, self.days[-1].day
        heading = f"{self.title}{at}{where}: forecast for {first} to {last}"
        yield from broken(heading, width, style="bold")
        told = self.history
        yield from broken(
            f"from {told.n:,} days, {told.since} to {told.until - timedelta(days=1)}"
            f" ({told.total:,.0f} in all); method: {self.method}",
            width, style="dim",
        )  # fmt: skip
        yield from self._rows(width)
        yield Text(f"  {'all days':<14} {right(_count(self.total), 9)}", "bold")
        yield from (line for told in self._told() for line in broken(told, width))
        yield from (line for note in self.notes for line in broken(note, width, style="yellow"))

    def _rows(self, width: int) -> Iterator[Text]:
        """A row a day; where there is no room first the bars go, then the wider interval."""
        wide = f" {'95 %':>13}" if width >= _WIDE else ""
        yield Text(f"  {'day':<14} {'expected':>9} {'80 %':>12}{wide}", "dim")
        yield rule(width)
        most = max(day.expected for day in self.days) or 1.0
        for day in self.days:
            row = f"  {_NAMES[day.day.weekday()]} {day.day} {right(_count(day.expected), 9)}"
            row += f" {right(_ends(day.low_80, day.high_80), 12)}"
            row += f" {right(_ends(day.low_95, day.high_95), 13)}" if wide else ""
            bar = "█" * round(day.expected / most * _BAR) if width >= _WIDE + _BAR + 2 else ""
            yield Text(f"{row}  {bar}".rstrip())

    def _told(self) -> Iterator[str]:
        if self.judged:
            yield _verdict(self.judged)
            yield _kept(self.judged, self.method)
        if self.growth is not None and self.method == "weekday and trend":
            spread = "negative binomial" if self.theta else "Poisson"
            yield (
                f"Counts vary {numbers.value(self.dispersion, 'score')} times as much as Poisson's"
                f" ({spread} intervals); the trend is {numbers.change(self.growth, 'percent')} %"
                " a week."
            )


def _verdict(judged: Judged) -> str:
    how = (
        f"Tried on {judged.origins} earlier day{'' if judged.origins == 1 else 's'},"
        f" {judged.ahead} days ahead each: the model was off by {_share(judged.model.wape)} of what"
        f" came, the week before repeated by {_share(judged.naive.wape)}."
    )
    if judged.model_better:
        return f"{how} The model did better."
    return f"{how} The week before did better, so it is the forecast here; the model adds nothing."


def _kept(judged: Judged, method: Method) -> str:
    record = judged.model if method == "weekday and trend" else judged.naive
    mase = numbers.value(record.mase, "score")
    return (
        f"Its 80 % intervals held {record.within_80 * 100:.0f} % of the days, its 95 % intervals"
        f" {record.within_95 * 100:.0f} % (MASE {mase}, pinball loss {record.pinball:.2f})."
    )


def _record_data(record: Record) -> dict[str, float | None]:
    return asdict(record) | {
        "within_80": record.within_80 * 100, "within_95": record.within_95 * 100,
    }  # fmt: skip


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in data.items()}


def _share(ratio: float | None) -> str:
    return numbers.NONE if ratio is None else f"{ratio * 100:.1f} %"


def _count(number: float) -> str:
    return f"{number:,.1f}" if number < 10 else f"{number:,.0f}"


def _ends(low: float, high: float) -> str:
    return f"{low:,.0f}–{high:,.0f}"
