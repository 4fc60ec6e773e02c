"""Shares over time: what each period is made of, such as its answers by channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from milepost.charts import locales
from milepost.charts.chart import Chart, Row, Table
from milepost.charts.locales import say
from milepost.charts.rowing import words_of
from milepost.charts.specified import specified

_HEIGHT = 260
# Colours for so many parts can be told apart; the smallest of more are drawn as one.
_MOST_PARTS = 6


@dataclass(frozen=True, slots=True)
class Part:
    """How many of a period, which begins on `day`, are of a name (None: not stated)."""

    day: date
    period: str
    name: str | None
    n: float


def shares(parts: Sequence[Part], *, title: str, every: str = "month", lang: str = "en") -> Chart:
    """Each period's parts in per cent of it, the largest part of all first."""
    sizes: dict[str | None, float] = {}
    periods: dict[date, str] = {}
    for part in parts:
        sizes[part.name] = sizes.get(part.name, 0) + part.n
        periods[part.day] = part.period
    names = sorted(sizes, key=lambda name: -sizes[name])
    totals = {day: sum(part.n for part in parts if part.day == day) for day in sorted(periods)}
    rows = [_table_row(part, totals, lang) for part in sorted(parts, key=lambda p: p.day)]
    header = tuple(say(lang, word) for word in ("period", "channel", "n", "share"))
    filled = any(totals.values())
    return Chart(
        title=title, unit=say(lang, "percent"),
        n=say(lang, "n_total", n=locales.count(sum(totals.values()), lang)),
        finding=_finding(title, parts, totals, lang) if filled else say(lang, "nothing"),
        spec=_spec(parts, names, totals, every, lang) if filled else None,
        table=Table.of(header, rows), height=_HEIGHT, lang=lang,
        notes=tuple(_notes(names, lang)),
    )  # fmt: skip


def _called(name: str | None, lang: str) -> str:
    return say(lang, "not_stated") if name is None else name


def _share(part: Part, totals: dict[date, float]) -> float | None:
    return 100 * part.n / totals[part.day] if totals[part.day] else None


def _table_row(part: Part, totals: dict[date, float], lang: str) -> Row:
    share = locales.value(_share(part, totals), "percent", lang)
    return Row(
        (
            locales.period(part.period, part.day, lang),
            _called(part.name, lang),
            locales.count(part.n, lang),
            share,
        )
    )


def _finding(title: str, parts: Sequence[Part], totals: dict[date, float], lang: str) -> str:
    last = max(day for day, total in totals.items() if total)
    most = max((part for part in parts if part.day == last), key=lambda part: part.n)
    share = locales.value(_share(most, totals), "percent", lang)
    return say(lang, "shares_finding", title=title, period=locales.period(most.period, most.day, lang),
               name=_called(most.name, lang), share=share)  # fmt: skip


def _kept(names: Sequence[str | None]) -> Sequence[str | None]:
    return names if len(names) <= _MOST_PARTS else names[: _MOST_PARTS - 1]


def _notes(names: Sequence[str | None], lang: str) -> list[str]:
    rest = names[len(_kept(names)) :]
    return (
        [say(lang, "shares_other", names=", ".join(_called(n, lang) for n in rest))] if rest else []
    )


def _spec(
    parts: Sequence[Part],
    names: Sequence[str | None],
    totals: dict[date, float],
    every: str,
    lang: str,
) -> dict[str, Any]:
    kept = _kept(names)
    sums: dict[tuple[date, int], float] = {}
    for part in parts:
        place = kept.index(part.name) if part.name in kept else len(kept)
        sums[part.day, place] = sums.get((part.day, place), 0) + part.n
    labels = [*(_called(name, lang) for name in kept), say(lang, "other")]
    periods = {part.day: locales.period(part.period, part.day, lang) for part in parts}
    data = [
        {
            "at": day.isoformat(), "name": labels[place], "order": place,
            "share": 100 * n / totals[day], "period_told": periods[day], "channel_told": labels[place],
            "n_told": locales.count(n, lang),
            "share_told": locales.value(100 * n / totals[day], "percent", lang),
        }
        for (day, place), n in sorted(sums.items())
        if totals[day]
    ]  # fmt: skip
    words = [(name, say(lang, name)) for name in ("period", "channel", "n", "share")]
    return specified("shares", {"parts": data}, share=say(lang, "percent"),
                     dates=locales.axis_dates(lang, every), words=words_of(words))  # fmt: skip
