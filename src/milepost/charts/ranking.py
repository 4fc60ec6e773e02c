"""The ranking: one number in each segment, in an order that says how far it can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from milepost.charts import locales
from milepost.charts.chart import Chart, Href, Row, Table
from milepost.charts.locales import say
from milepost.charts.order import like_first
from milepost.charts.rowing import height, key, words_of
from milepost.charts.specified import specified
from milepost.charts.telling import REAL, n_of, texts
from milepost.charts.units import Unit, unit_of
from milepost.insight.cells import Cell

# So many rows can be read; of more the ends are drawn.
MOST_DRAWN = 40
_MOST_NAMED = 5


def ranking(
    cells: Sequence[Cell],
    *,
    title: str | None = None,
    mean: Cell | None = None,
    lang: str = "en",
    currency: str = "",
    href: Href | None = None,
    name: Callable[[Cell], str] | None = None,
) -> Chart:
    """One metric of one period in the segments of `cells`, the best first; `mean` is that of all.

    Cells that are asked against the rest show which differ from it. `name` is what a row is called,
    its segments' values if it is None.
    """
    called = name or (lambda cell: segment_name(cell, lang))
    known = sorted((c for c in cells if c.value is not None), key=_rank)
    unknown = [cell for cell in cells if cell.value is None]
    unit = unit_of(cells[0].unit if cells else "count",
                   [end for cell in known for end in (cell.value, cell.high)],
                   lang=lang, currency=currency)  # fmt: skip
    heading = title or (cells[0].title if cells else "")
    drawn = _ends(known)
    rows = [Row(texts(c, called(c), lang), href(c) if href else None) for c in [*known, *unknown]]
    header = ("segment", "value", "interval", "n", "change", "verdict")
    return Chart(
        title=heading, unit=unit.words, n=n_of(known, lang, "n_between_segments"),
        finding=_finding(heading, known, called, lang) if known else say(lang, "nothing"),
        spec=_spec(drawn, mean, unit, called, lang, href) if known else None,
        table=Table.of(tuple(say(lang, word) for word in header), rows),
        height=height(len(drawn)), lang=lang, notes=tuple(_notes(known, drawn, called, lang)),
    )  # fmt: skip


def _rank(cell: Cell) -> float:
    """The best first: where low is good, the lowest."""
    return (cell.value or 0.0) * (1 if cell.good == "low" else -1)


def segment_name(cell: Cell, lang: str) -> str:
    """A cell's segments as a row is called by them."""
    return " · ".join(say(lang, "not_stated") if v is None else v for v in cell.by.values())


def _ends(cells: list[Cell]) -> list[Cell]:
    if len(cells) <= MOST_DRAWN:
        return cells
    half = MOST_DRAWN // 2
    return cells[:half] + cells[-half:]


def _finding(title: str, cells: Sequence[Cell], called: Callable[[Cell], str], lang: str) -> str:
    first, last = cells[0], cells[-1]
    text = say(lang, "ranking_finding", title=title, first=called(first), last=called(last),
               value=locales.value(first.value, first.unit, lang),
               lowest=locales.value(last.value, last.unit, lang))  # fmt: skip
    return f"{text} {_order(cells, called, lang)}".strip()


def _order(cells: Sequence[Cell], called: Callable[[Cell], str], lang: str) -> str:
    """What can be said of the order."""
    if len(cells) < 2:
        return ""
    like = like_first(cells)
    if not like:
        return say(lang, "ranking_clear")
    if len(like) == len(cells) - 1:
        return say(lang, "ranking_untold")
    names = [called(cell) for cell in like[:_MOST_NAMED]]
    more = len(like) - len(names)
    rest = [say(lang, "more", count=locales.count(more, lang))] if more else []
    return say(lang, "ranking_tied", names=", ".join(names + rest))


def _notes(
    cells: Sequence[Cell], drawn: Sequence[Cell], called: Callable[[Cell], str], lang: str
) -> Iterator[str]:
    if order := _order(cells, called, lang):
        yield order
    if any(cell.low is not None for cell in cells):
        yield say(lang, "ranking_key")
    if any(_mark(cell) in REAL for cell in cells):
        yield say(lang, "ranking_marks")
    if len(drawn) < len(cells):
        yield say(lang, "ranking_cut", shown=len(drawn), count=locales.count(len(cells), lang))


def _mark(cell: Cell) -> str:
    """What is compared with itself of a period before says nothing about the others."""
    return cell.verdict if cell.against.what == "rest" and cell.verdict in REAL else "dot"


def _spec(
    cells: Sequence[Cell],
    mean: Cell | None,
    unit: Unit,
    called: Callable[[Cell], str],
    lang: str,
    href: Href | None,
) -> dict[str, Any]:
    words = [(name, say(lang, name)) for name in ("segment", "value", "interval", "n", "verdict")]
    label = say(lang, "mean", value=locales.value(mean.value, mean.unit, lang)) if mean else ""
    return specified(
        "ranking",
        {
            "rows": [_row(i, cell, called(cell), unit, lang, href) for i, cell in enumerate(cells)],
            "mean": [{"value": unit.of(mean.value), "label": label}] if mean else [],
        },
        unit=unit.words, linked=href is not None, words=words_of(words),
    )  # fmt: skip


def _row(
    place: int, cell: Cell, name: str, unit: Unit, lang: str, href: Href | None
) -> dict[str, Any]:
    _, value, interval, n, _, verdict = texts(cell, name, lang)
    row = {
        "key": key(place, name, f"n {n}"), "value": unit.of(cell.value), "low": unit.of(cell.low),
        "high": unit.of(cell.high), "mark": _mark(cell), "segment_told": name,
        "value_told": value, "interval_told": interval, "n_told": n, "verdict_told": verdict,
    }  # fmt: skip
    return row | ({"href": href(cell)} if href else {})
