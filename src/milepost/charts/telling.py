"""What is told of a cell beside its mark: its texts as the terminal writes them, and its n."""

from __future__ import annotations

from collections.abc import Sequence

from milepost.charts import locales
from milepost.charts.locales import say
from milepost.insight.cells import Cell
from milepost.insight.words import BETTER, HIGHER, LOWER, WORSE

# Verdicts of a change that is told apart from chance.
REAL = (BETTER, WORSE, HIGHER, LOWER)


def texts(cell: Cell, name: str, lang: str) -> tuple[str, ...]:
    """A cell as the terminal writes it: its name, value, interval, n, change and verdict."""
    return (
        name, locales.value(cell.value, cell.unit, lang),
        locales.interval(cell.low, cell.high, cell.unit, lang), locales.count(cell.n, lang),
        locales.change(cell.against.change, cell.unit, lang), say(lang, cell.verdict),
    )  # fmt: skip


def n_of(cells: Sequence[Cell], lang: str, between: str) -> str:
    """How many stand behind cells; `between` names the words for where they differ."""
    counts = [cell.n for cell in cells if cell.n is not None]
    if not counts:
        return say(lang, "counted") if cells else ""
    least, most = (locales.count(end, lang) for end in (min(counts), max(counts)))
    return say(lang, "n_is" if least == most else between, n=least, least=least, most=most)
