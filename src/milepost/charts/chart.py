"""A chart: what it shows, in words, as a drawing's specification, and as a table that says the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from milepost.charts.locales import count, say
from milepost.charts.palette import DARK, LIGHT, config
from milepost.insight.cells import Cell

# Leads from a cell to what stands behind it.
Href = Callable[[Cell], str | None]
# Rows of a table twin: a page of more is slow to open.
MOST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: the texts of its columns; `href` leads to what stands behind it."""

    texts: tuple[str, ...]
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a chart as text in the reader's language.

    `left_out` rows are not among them; they come after these, or before them where `latest`.
    The first column names the row; the others are numbers, or words about them.
    """

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: int = 0
    latest: bool = False

    @classmethod
    def of(cls, header: tuple[str, ...], rows: list[Row], *, latest: bool = False) -> Table:
        """The table of `rows`, of which the first thousand are kept; of those in time the `latest`."""
        kept = rows[-MOST_ROWS:] if latest else rows[:MOST_ROWS]
        return cls(header, tuple(kept), len(rows) - len(kept), latest)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with what must stand beside it.

    `unit` and `n` are words for its caption, `finding` the sentence for those who do not see it,
    `notes` what its marks mean and what must be known of it. `spec` is Vega-Lite without width and
    colours, None where there is nothing to draw; `height` its height in pixels.
    """

    title: str
    unit: str
    n: str
    finding: str
    spec: dict[str, Any] | None
    table: Table
    height: int
    notes: tuple[str, ...] = ()
    lang: str = "en"

    @property
    def rest(self) -> str:
        """What is said of rows that the table leaves out."""
        name = "left_out_earlier" if self.table.latest else "left_out"
        return say(self.lang, name, count=count(self.table.left_out, self.lang))

    @property
    def drawing(self) -> dict[str, Any]:
        """What a browser draws it from: the specification, and its looks in light and in dark."""
        return {
            "spec": self.spec, "height": self.height,
            "light": config(LIGHT, self.lang), "dark": config(DARK, self.lang),
        }  # fmt: skip
