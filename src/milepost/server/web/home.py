"""The first page after signing in: the journey map, and what waits to be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.insight.card import Line, Stop
from milepost.insight.cells import Cell
from milepost.insight.journey.asking import GoalOf, JourneyMap, MapOf, Recent, Shift
from milepost.insight.outline import Contents, Outline, PointOf
from milepost.plan.model import KINDS
from milepost.server.access import Route, may
from milepost.server.forms.lens import Lens
from milepost.server.forms.periods import choices, value
from milepost.server.models import Company
from milepost.server.queries.numbers import numbers, plan_file
from milepost.server.queries.plans import begun, standing
from milepost.server.queries.rules import zone_of
from milepost.server.queries.views import views_of
from milepost.server.queries.waiting import steps, waiting
from milepost.server.web.looking import looking
from milepost.server.web.page import page
from milepost.server.web.telling import by


@dataclass(frozen=True, slots=True)
class Column:
    """One kind of signal at a stop: its lines, each with its latest settled number, or why there are none."""

    kind: str
    lines: tuple[tuple[Line, Cell | None], ...]
    gap: bool
    unwanted: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """A stop as the map shows it. `stale` says that nothing of its period is known there."""

    stop: Stop
    point: PointOf | None
    columns: tuple[Column, ...]
    fresh: date | None
    stale: bool
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class Track:
    """A journey with its goal and its rows."""

    goal: GoalOf
    rows: tuple[Row, ...]


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The journey map; without a plan the first steps towards one."""
    if not plan_file().exists():
        return page(request, "web/home.html", title=_("Home"), here="home", **_tasks(request))
    (contents,) = numbers(Outline())
    lens = Lens.of(request.GET, contents)
    (found,) = numbers(JourneyMap(lens.every, lens.until, lens.where()))
    mine = request.GET.get("mine") == "on"
    return page(
        request, "web/map/home.html", title=contents.company, here="home", map=found, mine=mine, **drawn(found, contents, _owned(request, contents, mine)),
        periods=choices(contents, lens.every), period=value(found.since, found.until),
        views=views_of(by(request)), begun=bool(contents.touchpoints) or begun(standing()), **looking(lens, contents), **_tasks(request),
    )  # fmt: skip


def drawn(found: MapOf, contents: Contents, only: frozenset[str] | None) -> dict[str, Any]:
    """The map's rows by journey, with those of the company first; `only` some touchpoints."""
    rows = rows_of(found, contents)
    tracks = [
        Track(goal, tuple(rows[n] for n in goal.touchpoints if n in rows and (only is None or n in only)))
        for goal in found.goals
    ]  # fmt: skip
    return {
        "whole": rows.get(None) if only is None else None,
        "tracks": [track for track in tracks if track.rows],
        "period_query": f"period={value(found.since, found.until)}",
        "recent": [(each, _title(each, contents)) for each in found.recent if each.rolling],
    }


def rows_of(found: MapOf, contents: Contents) -> dict[str | None, Row]:
    """The map's rows by touchpoint; None: the company."""
    card = found.answer.scorecard
    return {stop.name: _row(stop, found, contents) for stop in (card.stops if card else ())}


def _row(stop: Stop, found: MapOf, contents: Contents) -> Row:
    unwanted: Mapping[str, str] = found.unwanted.get(stop.name or "", {})
    fresh = found.fresh.get(stop.name)
    columns = tuple(
        Column(
            kind, tuple((line, _settled(line, found)) for line in stop.lines if line.kind == kind),
            kind in stop.gaps,
            unwanted.get(kind),
        )
        for kind in KINDS
    )  # fmt: skip
    stale = stop.name is not None and fresh is not None and fresh < found.since
    shifts = tuple(each for each in found.shifts if each.touchpoint == stop.name)
    return Row(stop, contents.touchpoint(stop.name or ""), columns, fresh, stale, shifts)


def _settled(line: Line, found: MapOf) -> Cell | None:
    """The latest earlier number of a line whose windows are still open."""
    return found.settled.get((line.metric, line.cell.touchpoint)) if line.cell else None


def _title(each: Recent, contents: Contents) -> str:
    point = contents.touchpoint(each.touchpoint) if each.touchpoint else None
    return point.title if point else contents.company


def _owned(request: HttpRequest, contents: Contents, mine: bool) -> frozenset[str] | None:
    """The touchpoints that belong to whoever looks; None for all."""
    if not mine:
        return None
    email = by(request).email.lower()
    return frozenset(p.name for p in contents.touchpoints if (p.owner or "").lower() == email)


def _tasks(request: HttpRequest) -> dict[str, Any]:
    """What is not set up yet, and what somebody should look at."""
    company = Company.load()
    first = [(each, may(request.user, each.right)) for each in steps(company)]
    found = [each for each in waiting(company, zone_of(company)) if may(request.user, each.right)]
    return {"waiting": found, "steps": first if not all(each.done for each, _ in first) else []}


ROUTES = (Route("", home, "home", "see"),)
