"""How a metric's answers or values are spread, drawn as insight counts them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from milepost.charts import distribution, histogram
from milepost.charts.chart import Chart
from milepost.insight.one.asking import Bar, Bin

_BOXES: dict[str, distribution.Box] = {"top": "good", "middle": "middle", "bottom": "bad"}


# The address of what is behind the values above one number up to another.
Href = Callable[[float, float], str]


def by_score(
    bars: Sequence[Bar], *, title: str, href: Href | None = None, lang: str = "en"
) -> Chart:
    """How many gave which score, the highest on top."""
    shown = [
        distribution.Bar(
            f"{bar.score:g}", bar.count, _BOXES.get(bar.box),
            href(bar.score, bar.score) if href else None,
        )
        for bar in bars
    ]  # fmt: skip
    return distribution.distribution(shown[::-1], title=title, lang=lang)


def by_size(
    bins: Sequence[Bin], *, title: str, unit: str, median: float | None = None,
    href: Href | None = None, lang: str = "en", currency: str = "",
) -> Chart:  # fmt: skip
    """How long it took, or how much it was; what has not ended is counted beside it."""
    shown = [
        histogram.Bin(each.low, each.high, each.ended, href(each.low, each.high) if href else None)
        for each in bins
    ]
    return histogram.histogram(
        shown, title=title, unit=unit, median=median,
        waiting=sum(each.open for each in bins), lang=lang, currency=currency,
    )  # fmt: skip
