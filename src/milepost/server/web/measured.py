"""A selection of answers as a page shows it: its number, its share, its charts, and how to measure it elsewhere."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from milepost.charts.chart import Chart
from milepost.charts.trend import trend
from milepost.insight.cells import Cell
from milepost.insight.selection import Selected, Selection
from milepost.server.titles import titled
from milepost.server.web.drawing import language


@dataclass(frozen=True, slots=True)
class Measured:
    """A selection with its charts; `command` measures the same in a terminal."""

    found: Selection
    scores: Chart
    shares: Chart
    command: str


def measured(found: Selection, asked: Selected, *, address: str) -> Measured:
    """A selection for its page. `address` is that of its answers, to which days can be added."""

    def href(cell: Cell) -> str:
        last = cell.until - timedelta(days=1)
        return f"{address}&first={cell.since}&last={last}"

    lang = language()
    title = titled(found.whole.title) if found.whole else None
    return Measured(
        found,
        trend(found.cells, title=title, lang=lang, href=href),
        trend(found.shares, title=_("Share of all answers"), lang=lang, href=href),
        _command(found, asked),
    )


def _command(found: Selection, asked: Selected) -> str:
    parts = ["milepost", "measure", found.metric or "", "--every", asked.every]
    parts += ["--pooled"] if found.pooled else ["--touchpoint", asked.touchpoint or ""]
    parts += ["--since", str(asked.since)] if asked.since else []
    parts += ["--until", str(asked.until)] if asked.until else []
    return shlex.join([*parts, "--where", found.where])
