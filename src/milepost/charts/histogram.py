"""The histogram of durations and amounts, in bins that grow with the value where the values do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import exp, floor, log, sqrt
from typing import Any

from milepost.charts import locales
from milepost.charts.chart import Chart, Row, Table
from milepost.charts.locales import say
from milepost.charts.rowing import words_of
from milepost.charts.specified import specified
from milepost.charts.units import Unit, unit_of

_HEIGHT, _MOST_BINS = 240, 30
# Values that reach further than this, the largest to the smallest, are drawn by their logarithm.
_WIDE = 20


@dataclass(frozen=True, slots=True)
class Bin:
    """How many values lie from `low` up to `high`, in the metric's unit."""

    low: float
    high: float
    n: float
    href: str | None = None


def histogram(
    bins: Sequence[Bin], *, title: str, unit: str, median: float | None = None, waiting: int = 0,
    lang: str = "en", currency: str = "",
) -> Chart:  # fmt: skip
    """At most thirty bars of `bins`, which may be finer.

    `median` is theirs where it is known better than bins tell it; `waiting` have no value yet.
    """
    filled = sorted((one for one in bins if one.n > 0), key=lambda one: one.low)
    log_scale = _wide(filled)
    drawn = _coarser(_above_zero(filled) if log_scale else _wide_enough(filled), log_scale)
    total = sum(one.n for one in filled)
    half = _median(filled) if median is None else median
    axis = unit_of(unit, [half], lang=lang, currency=currency)
    n, middle = locales.count(total, lang), locales.value(half, unit, lang)
    rows = [
        Row((_from_to(one, unit, lang), locales.count(one.n, lang),
             locales.value(100 * one.n / total, "percent", lang)), one.href)
        for one in drawn
    ]  # fmt: skip
    header = (say(lang, "from_to"), say(lang, "n"), say(lang, "share"))
    finding = say(lang, "histogram_finding", title=title, n=n, median=middle)
    return Chart(
        title=title, unit=axis.words, n=say(lang, "n_is", n=n),
        finding=finding if filled else say(lang, "nothing"),
        spec=_spec(drawn, rows, _place(half, drawn, log_scale), middle, axis, log_scale, lang)
        if filled
        else None,
        table=Table.of(header, rows), height=_HEIGHT, lang=lang,
        notes=tuple(_notes(log_scale, waiting, lang)),
    )  # fmt: skip


def _notes(log_scale: bool, waiting: int, lang: str) -> Iterator[str]:
    if log_scale:
        yield say(lang, "histogram_log")
    if waiting:
        yield say(lang, "histogram_waiting", count=locales.count(waiting, lang))


def _wide(bins: Sequence[Bin]) -> bool:
    above = [one for one in bins if one.high > 0]
    if not above or bins[0].low < 0:
        return False
    least = next(one.low or one.high for one in above)
    return above[-1].high / least > _WIDE


def _wide_enough(bins: Sequence[Bin]) -> list[Bin]:
    """Bins with a width: one of a single value, such as zero, reaches to the next."""
    ends = [one.low for one in bins[1:]] + [bins[-1].low + 1] if bins else []
    return [
        one if one.high > one.low else replace(one, high=end)
        for one, end in zip(bins, ends, strict=True)
    ]


def _above_zero(bins: Sequence[Bin]) -> list[Bin]:
    """Bins that a logarithm can show: one that begins at zero begins at half its next instead."""
    end = next(one.low or one.high for one in bins if one.high > 0)
    return [
        one if one.low > 0 else replace(one, low=end / 2, high=max(one.high, end)) for one in bins
    ]


def _coarser(bins: Sequence[Bin], log_scale: bool) -> list[Bin]:
    """At most thirty bins of equal width on the scale, each made of whole finer ones."""
    if len(bins) <= _MOST_BINS:
        return list(bins)
    there, back = (log, exp) if log_scale else (float, float)
    start, end = there(bins[0].low), there(bins[-1].high)
    width = (end - start) / _MOST_BINS
    counts: dict[int, float] = {}
    for one in bins:
        place = min(floor((there((one.low + one.high) / 2) - start) / width), _MOST_BINS - 1)
        counts[place] = counts.get(place, 0) + one.n
    return [
        Bin(back(start + place * width), back(start + (place + 1) * width), n)
        for place, n in sorted(counts.items())
    ]


def _median(bins: Sequence[Bin]) -> float | None:
    """The value below which half of all lie: of its bin the share that is needed."""
    total = sum(one.n for one in bins)
    for one, until in zip(bins, accumulate(one.n for one in bins), strict=True):
        if until >= total / 2:
            return one.high - (one.high - one.low) * (until - total / 2) / one.n
    return None


def _place(half: float | None, drawn: Sequence[Bin], log_scale: bool) -> float | None:
    """Where the median stands on the scale: a logarithm has no zero, so it stands in the bar of zero."""
    if log_scale and half is not None and half <= 0:
        return sqrt(drawn[0].low * drawn[0].high)
    return half


def _from_to(one: Bin, unit: str, lang: str) -> str:
    return f"{locales.value(one.low, unit, lang)} – {locales.value(one.high, unit, lang)}"


def _spec(
    bins: Sequence[Bin],
    rows: Sequence[Row],
    half: float | None,
    middle: str,
    unit: Unit,
    log_scale: bool,
    lang: str,
) -> dict[str, Any]:
    words = [("bin", say(lang, "from_to")), ("n", say(lang, "n")), ("share", say(lang, "share"))]
    data = [
        {
            "low": unit.of(one.low), "high": unit.of(one.high), "n": one.n,
            "bin_told": row.texts[0], "n_told": row.texts[1], "share_told": row.texts[2],
            **({"href": one.href} if one.href else {}),
        }
        for one, row in zip(bins, rows, strict=True)
    ]  # fmt: skip
    return specified(
        "histogram",
        {"bins": data, "median": [{"value": unit.of(half), "label": say(lang, "median", value=middle)}]},
        unit=unit.words, count=say(lang, "count"), log=log_scale,
        linked=any(one.href for one in bins), words=words_of(words),
    )  # fmt: skip
