"""What pages draw: their numbers handed to the chart room, in the reader's language, with links to what is behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache, partial
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import get_language, gettext

from milepost.insight.cells import Against, Cell
from milepost.insight.customers.cohort import Cohort
from milepost.insight.one.asking import COHORTS, Cut, Happened, One
from milepost.insight.outline import Contents, MetricOf
from milepost.server.forms.lens import SEGMENT, Lens
from milepost.server.forms.periods import value
from milepost.server.templatetags.telling import sentence

if TYPE_CHECKING:
    from milepost.charts.chart import Chart


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
    from milepost.charts.locales import language as known  # noqa: PLC0415 -- loaded with the first chart

    return known(get_language())


def behind(cell: Cell, lens: Lens, **more: str) -> str:
    """The address of what is behind a number, with what else the page looks through."""
    asked = {SEGMENT + name: text for name, text in lens.segments.items()}
    asked |= {"channel": lens.channel} if lens.channel else {}
    asked |= {"touchpoint": cell.touchpoint} if cell.touchpoint else {}
    query = {"period": value(cell.since, cell.until), **asked, **more}
    return f"{reverse('behind', args=(cell.metric,))}?{urlencode(query)}"


def trend(
    cells: Sequence[Cell], contents: Contents, lens: Lens | None, *,
    title: str | None = None, happened: Iterable[Happened] = (),
) -> Chart:  # fmt: skip
    """A number over time; each point leads to what is behind it, or nowhere without a lens."""
    from milepost.charts import trend as charts  # noqa: PLC0415 -- loaded with the first chart

    events = [charts.Event(each.day, sentence(each.text)) for each in happened]
    return charts.trend(
        cells, title=title, lang=language(), currency=contents.currency or "", events=events,
        href=partial(behind, lens=lens) if lens else None,
    )  # fmt: skip


def ranking(cut: Cut, contents: Contents, lens: Lens | None, *, title: str) -> Chart:
    """The values of one segment, each beside all others; without a lens they lead nowhere."""
    from milepost.charts.ranking import ranking as drawn  # noqa: PLC0415 -- the same

    return drawn(
        cut.cells, title=title, mean=cut.whole, lang=language(), currency=contents.currency or "",
        href=_of_value(cut.name, contents, lens) if lens else None,
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


def spread(one: One, metric: MetricOf, contents: Contents, lens: Lens | None) -> Chart | None:
    """How many gave which score, how long it took, or how much it was; without a lens bars lead nowhere."""
    from milepost.charts.spread import by_score, by_size  # noqa: PLC0415 -- the same

    href = _of_bar(one.cell, lens) if one.cell and lens else None
    if len(one.bars) > 1:
        return by_score(one.bars, title=gettext("Answers by score"), href=href, lang=language())
    if len(one.bins) > 1:
        return by_size(
            one.bins, title=gettext("How it is spread"), unit=metric.unit, median=one.median, href=href,
            lang=language(), currency=contents.currency or "",
        )  # fmt: skip
    return None


def _of_bar(cell: Cell, lens: Lens) -> Callable[[float, float], str]:
    def href(least: float, most: float) -> str:
        return behind(cell, lens, least=repr(least), most=repr(most))

    return href


def cohorts(found: Sequence[Cohort], *, title: str) -> Chart:
    """Who comes back, or stays, by when they came first."""
    from milepost.charts.cohort_map import cohort_map  # noqa: PLC0415 -- the same

    return cohort_map(found, title=title, age=gettext(COHORTS), lang=language())
