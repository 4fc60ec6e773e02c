"""What pages draw: their numbers handed to the chart room, in the reader's language, with links to what is behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language

from milepost.insight.cells import Against, Cell
from milepost.insight.customers.cohort import Cohort
from milepost.insight.one.asking import COHORTS, Bar, Bin, Cut, Happened
from milepost.insight.outline import Contents, MetricOf
from milepost.server.forms.lens import SEGMENT, Lens
from milepost.server.forms.periods import value

if TYPE_CHECKING:
    from milepost.charts.chart import Chart

_BOXES = {"top": "good", "middle": "middle", "bottom": "bad"}


@cache
def warm() -> None:
    """Load the chart room beside the first page that waits for its numbers: it takes a second."""
    Thread(target=_first, name="charts", daemon=True).start()


def _first() -> None:
    from milepost.charts.trend import trend as drawn  # noqa: PLC0415 -- loaded with the first chart

    drawn((_ONE,), lang="en")


_ONE = Cell(
    metric="", definition="", title="", unit="percent", touchpoint=None, by={},
    since=date(2000, 1, 1), until=date(2000, 2, 1), period="", complete=True, value=50.0, low=40.0,
    high=60.0, confidence=0.95, method=None, weighted=False, n=1.0, n_eff=None, clusters=None,
    respondents=None, sums=None, against=Against(""), detectable=None, verdict="",
)  # fmt: skip


def language() -> str:
    """The reader's language as the chart room names it."""
    return (get_language() or "en").partition("-")[0]


def behind(cell: Cell, lens: Lens, **more: str) -> str:
    """The address of what is behind a number, with what else the page looks through."""
    asked = {SEGMENT + name: text for name, text in lens.segments.items()}
    asked |= {"channel": lens.channel} if lens.channel else {}
    asked |= {"touchpoint": cell.touchpoint} if cell.touchpoint else {}
    query = {"period": value(cell.since, cell.until), **asked, **more}
    return f"{reverse('behind', args=(cell.metric,))}?{urlencode(query)}"


def trend(
    cells: Sequence[Cell], contents: Contents, lens: Lens, *,
    title: str | None = None, happened: Iterable[Happened] = (),
) -> Chart:  # fmt: skip
    """A number over time; each point leads to what is behind it."""
    from milepost.charts import trend as charts  # noqa: PLC0415 -- loaded with the first chart

    events = [charts.Event(each.day, each.text) for each in happened]
    return charts.trend(
        cells, title=title, lang=language(), currency=contents.currency or "", events=events,
        href=lambda cell: behind(cell, lens),
    )  # fmt: skip


def ranking(cut: Cut, contents: Contents, lens: Lens, *, title: str) -> Chart:
    """The values of one segment, each beside all others."""
    from milepost.charts.ranking import ranking as drawn  # noqa: PLC0415 -- the same

    return drawn(
        cut.cells, title=title, mean=cut.whole, lang=language(), currency=contents.currency or "",
        href=_of_value(cut.name, contents, lens),
    )  # fmt: skip


def _of_value(name: str, contents: Contents, lens: Lens) -> Callable[[Cell], str | None]:
    known = {segment.name for segment in contents.segments}

    def href(cell: Cell) -> str | None:
        found = cell.by.get(name)
        if found is None:
            return None
        if name in known:
            return behind(cell, lens, **{SEGMENT + name: found})
        return behind(cell, lens, channel=found) if name == "channel" else None

    return href


def places(cells: Sequence[Cell], contents: Contents, *, title: str) -> Chart:
    """A metric at every touchpoint where there is one."""
    from milepost.charts.ranking import ranking as drawn  # noqa: PLC0415 -- the same

    def name(cell: Cell) -> str:
        point = contents.touchpoint(cell.touchpoint or "")
        return point.title if point else contents.company

    return drawn(
        cells, title=title, lang=language(), currency=contents.currency or "", name=name,
        href=lambda cell: behind(cell, Lens()),
    )  # fmt: skip


def distribution(bars: Sequence[Bar], *, title: str) -> Chart:
    """How many gave which score."""
    from milepost.charts import distribution as charts  # noqa: PLC0415 -- the same

    shown = [charts.Bar(f"{bar.score:g}", bar.count, _BOXES.get(bar.box)) for bar in bars]  # type: ignore[arg-type]
    return charts.distribution(shown, title=title, lang=language())


def histogram(bins: Sequence[Bin], metric: MetricOf, contents: Contents, *, title: str) -> Chart:
    """How long it took, or how much it was."""
    from milepost.charts import histogram as charts  # noqa: PLC0415 -- the same

    shown = [charts.Bin(each.low, each.high, each.ended) for each in bins]
    return charts.histogram(
        shown, title=title, unit=metric.unit, lang=language(), currency=contents.currency or ""
    )


def cohorts(found: Sequence[Cohort], *, title: str) -> Chart:
    """Who comes back, or stays, by when they came first."""
    from milepost.charts.cohort_map import cohort_map  # noqa: PLC0415 -- the same

    return cohort_map(found, title=title, age=COHORTS, lang=language())
