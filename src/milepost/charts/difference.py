"""The difference: two numbers with their intervals, and the difference between them with its own."""

from __future__ import annotations

from typing import Any

from milepost.charts import locales
from milepost.charts.chart import Chart, Row, Table
from milepost.charts.locales import say
from milepost.charts.rowing import height, key, words_of
from milepost.charts.specified import specified
from milepost.charts.telling import REAL, n_of, texts
from milepost.charts.units import Unit, unit_of
from milepost.insight.cells import Cell


def difference(
    now: Cell,
    other: Cell,
    *,
    names: tuple[str, str],
    title: str | None = None,
    lang: str = "en",
    currency: str = "",
) -> Chart:
    """Two cells called `names`; the difference is what `now` holds against the other."""
    pair = (now, other)
    against = now.against
    unit = unit_of(now.unit, [end for cell in pair for end in (cell.value, cell.high)],
                   lang=lang, currency=currency)  # fmt: skip
    rows = [Row((*texts(cell, name, lang)[:4], say(lang, cell.verdict) if cell is now else ""))
            for cell, name in zip(pair, names, strict=True)]  # fmt: skip
    change = locales.change(against.change, now.unit, lang)
    ends = locales.interval(against.low, against.high, now.unit, lang)
    rows.append(Row((say(lang, "difference"), change, ends, "", say(lang, now.verdict))))
    header = ("segment", "value", "interval", "n", "verdict")
    heading = title or now.title
    finding = say(lang, "difference_finding", title=heading, first=names[0], second=names[1],
                  a=rows[0].texts[1], b=rows[1].texts[1], change=change, verdict=say(lang, now.verdict))  # fmt: skip
    known = now.value is not None and other.value is not None
    return Chart(
        title=heading, unit=unit.words, n=n_of(pair, lang, "n_between_segments"),
        finding=finding if known else say(lang, "nothing"),
        spec=_spec(pair, names, rows, unit, lang) if known else None,
        table=Table.of(tuple(say(lang, name) for name in header), rows),
        height=height(3, margin=120), lang=lang,
        notes=(say(lang, "ranking_key"),) if now.low is not None else (),
    )  # fmt: skip


def _spec(
    pair: tuple[Cell, Cell], names: tuple[str, str], rows: list[Row], unit: Unit, lang: str
) -> dict[str, Any]:
    now, against = pair[0], pair[0].against
    last = key(2, say(lang, "difference"), "")
    values = [
        {
            "key": key(place, name, ""), "value": unit.of(cell.value), "low": unit.of(cell.low),
            "high": unit.of(cell.high), **_told(row),
        }
        for place, (cell, name, row) in enumerate(zip(pair, names, rows, strict=False))
    ]  # fmt: skip
    changed = {
        "key": last, "value": unit.of(against.change), "low": unit.of(against.low),
        "high": unit.of(against.high), "mark": now.verdict if now.verdict in REAL else "hollow",
        **_told(rows[2]),
    }  # fmt: skip
    words = [(name, say(lang, name)) for name in ("value", "interval", "n", "verdict")]
    return specified(
        "difference",
        {"values": values, "change": [changed], "zero": [{"key": last, "value": 0}]},
        unit=unit.words, change=f"{say(lang, 'difference')} ({unit.words})", words=words_of(words),
    )  # fmt: skip


def _told(row: Row) -> dict[str, str]:
    _, value, interval, n, verdict = row.texts
    return {"value_told": value, "interval_told": interval, "n_told": n, "verdict_told": verdict}
