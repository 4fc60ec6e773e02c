"""One page for a board: the headline numbers, the journey as a strip, the worst moment and the biggest change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from milepost import clock
from milepost.insight.card import Line, Stop
from milepost.insight.cells import LONGEST_COURSE, Cell
from milepost.insight.journey.asking import JourneyMap, MapOf
from milepost.insight.one.asking import OneMetric
from milepost.insight.outline import Contents, Outline
from milepost.plan.calendar import Calendar
from milepost.plan.model import Period, Weekday
from milepost.server.access import Route, rights
from milepost.server.forms.lens import Lens
from milepost.server.forms.periods import choices, value
from milepost.server.queries.numbers import numbers
from milepost.server.templatetags.telling import tone
from milepost.server.web.looking import looking

# What can be read from the end of a table.
_NUMBERS, _STOPS = 4, 16
_WIDTH, _HEIGHT = 620, 150


@dataclass(frozen=True, slots=True)
class Step:
    """A touchpoint in the strip: its headline number, if there is one, and its tone."""

    stop: Stop
    line: Line | None
    tone: str


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The page in the period that is looked at."""
    (contents,) = numbers(Outline())
    lens = Lens.of(request.GET, contents)
    (found,) = numbers(JourneyMap(lens.every, lens.until, lens.where()))
    leads, trend = leading(found), ()
    if leads:
        (one,) = numbers(course_of(leads, found, contents, lens.where()))
        trend = one.trend
    return render(
        request, "web/board/page.html",
        {
            "title": contents.company, "map": found, "can": rights(request.user),
            "periods": choices(contents, lens.every),
            "period": value(found.since, found.until) if lens.until else "",
            **told(found, contents, leads, trend), **looking(lens, contents),
        },
    )  # fmt: skip


def told(
    found: MapOf, contents: Contents, leads: Cell | None, trend: Sequence[Cell]
) -> dict[str, Any]:
    """What the page shows of a map, and of the numbers `trend` over time."""
    card = found.answer.scorecard
    steps = list(_steps(found))
    cells = [cell for cell in trend if cell.complete and cell.until <= found.until]
    return {
        "card": card, "numbers": _numbers(found), "steps": steps[:_STOPS],
        "left_out": max(len(steps) - _STOPS, 0), "leads": leads,
        "where": _place(leads, contents), "trend": cells[-LONGEST_COURSE:],
        "course": _drawn(cells[-LONGEST_COURSE:]), "ends": _ends(cells[-LONGEST_COURSE:]), "today": clock.today(contents.timezone),
    }  # fmt: skip


def leading(found: MapOf) -> Cell | None:
    """The number whose course is shown: that of the biggest change, else the first of the page."""
    if found.biggest:
        return found.biggest.cell
    first = next(iter(_numbers(found)), None)
    if first is not None:
        return first[1].cell
    return next((step.line.cell for step in _steps(found) if step.line), None)


def course_of(leads: Cell, found: MapOf, contents: Contents, where: str | None) -> OneMetric:
    """The question of a number over the periods up to the page's."""
    since, until = stretch(contents, found.until, cast(Period, found.every))
    return OneMetric(leads.metric, leads.touchpoint, cast(Period, found.every), since, until, where)


def stretch(contents: Contents, until: date, every: Period | None = None) -> tuple[date, date]:
    """The first and the last (exclusive) day of so many periods as a course shows, up to a day."""
    calendar = Calendar(cast(Weekday, contents.week_starts), contents.year_starts)
    length = every or cast(Period, contents.every)
    span = calendar.span_of(date.fromordinal(until.toordinal() - 1), length)
    for _step in range(LONGEST_COURSE - 1):
        span = calendar.previous(span)
    return span.since, until


def _numbers(found: MapOf) -> list[tuple[str, Line]]:
    """The company's own numbers, the headline first; else the goals of its journeys; each with its place."""
    card = found.answer.scorecard
    stops = card.stops if card else ()
    own = [(stop.title, line) for stop in stops if stop.name is None for line in stop.lines]
    goals = [
        (goal.title, Line("perception", goal.cell.metric, goal.label or goal.cell.title, True, goal.cell))
        for goal in found.goals
        if goal.cell
    ]  # fmt: skip
    known = [(title, line) for title, line in own or goals if _value(line) is not None]
    felt = {"perception": 0, "outcome": 1, "interaction": 2}
    known.sort(key=lambda pair: (not pair[1].headline, felt.get(pair[1].kind, 3)))
    return known[:_NUMBERS]


def _steps(found: MapOf) -> Iterator[Step]:
    card = found.answer.scorecard
    for stop in card.stops if card else ():
        if stop.name is None:
            continue
        lines = [line for line in stop.lines if not line.of_company]
        lead = next((line for line in lines if line.headline), next(iter(lines), None))
        yield Step(stop, lead, _tone(lead.cell if lead else None))


def _tone(cell: Cell | None) -> str:
    """What a number's target says of it, else its change."""
    if cell is None or cell.value is None:
        return "none"
    return tone(cell.target_verdict) or tone(cell.verdict)


def _value(line: Line) -> float | None:
    return line.cell.value if line.cell else None


def _place(leads: Cell | None, contents: Contents) -> str:
    point = contents.touchpoint(leads.touchpoint or "") if leads else None
    return point.title if point else contents.company


def _ends(cells: Sequence[Cell]) -> tuple[float, float] | None:
    values = [cell.value for cell in cells if cell.value is not None]
    return (min(values), max(values)) if values else None


def _drawn(cells: Sequence[Cell]) -> Any:
    from milepost.charts.spark import spark  # noqa: PLC0415 -- loaded with the first drawing

    values = [cell.value for cell in cells]
    if sum(each is not None for each in values) < 2:
        return None
    low, high = [cell.low for cell in cells], [cell.high for cell in cells]
    return spark(values, low=low, high=high, width=_WIDTH, height=_HEIGHT)


ROUTES = (Route("board", board, "board", "see"),)
