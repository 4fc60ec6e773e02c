"""The distribution of answers: how many gave each score or choice, by the end of the scale it is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from milepost.charts import locales
from milepost.charts.chart import Chart, Row, Table
from milepost.charts.locales import say
from milepost.charts.rowing import height, key, words_of
from milepost.charts.specified import specified

Box = Literal["good", "middle", "bad"]
_MOST_DRAWN = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """One answer: a score or the words of a choice, how many gave it, and its end of the scale."""

    label: str
    n: float
    box: Box | None = None
    href: str | None = None


def distribution(bars: Sequence[Bar], *, title: str, lang: str = "en") -> Chart:
    """Answers in the order of `bars`, each with its share of all of them."""
    total = sum(bar.n for bar in bars)
    n, shares = locales.count(total, lang), [_share(bar, total) for bar in bars]
    rows = [
        Row(
            (bar.label, locales.count(bar.n, lang), locales.value(share, "percent", lang)), bar.href
        )
        for bar, share in zip(bars, shares, strict=True)
    ]
    header = (say(lang, "score"), say(lang, "answers"), say(lang, "share"))
    drawn = list(zip(bars, shares, rows, strict=True))[:_MOST_DRAWN]
    return Chart(
        title=title, unit=say(lang, "percent"), n=say(lang, "n_is", n=n) if total else "",
        finding=_finding(title, rows, shares, n, lang) if total else say(lang, "nothing"),
        spec=_spec(drawn, lang) if total else None, table=Table.of(header, rows),
        height=height(len(drawn), margin=14), lang=lang,
    )  # fmt: skip


def _share(bar: Bar, total: float) -> float | None:
    return 100 * bar.n / total if total else None


def _finding(
    title: str, rows: Sequence[Row], shares: Sequence[float | None], n: str, lang: str
) -> str:
    most = max(range(len(rows)), key=lambda place: shares[place] or 0)
    label, _, share = rows[most].texts
    return say(lang, "distribution_finding", title=title, label=label, share=share, n=n)


def _spec(drawn: Sequence[tuple[Bar, float | None, Row]], lang: str) -> dict[str, Any]:
    words = [
        ("score", say(lang, "score")),
        ("n", say(lang, "answers")),
        ("share", say(lang, "share")),
    ]
    rows = [
        {
            "key": key(place, bar.label, f"{row.texts[2]} · {row.texts[1]}"), "value": share,
            "box": bar.box, "score_told": bar.label, "n_told": row.texts[1],
            "share_told": row.texts[2], **({"href": bar.href} if bar.href else {}),
        }
        for place, (bar, share, row) in enumerate(drawn)
    ]  # fmt: skip
    boxed = all(bar.box for bar, _, _ in drawn)
    linked = any(bar.href for bar, _, _ in drawn)
    return specified("bars", {"rows": rows}, boxed=boxed, linked=linked, words=words_of(words))
