"""One touchpoint: what it is for, its signals over time, the words said there, what it is worth next to others."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from milepost.insight.journey.asking import JourneyMap, MapOf, OnePoint, PointTold
from milepost.insight.outline import Contents, Outline, PointOf
from milepost.plan.model import KINDS, Period
from milepost.server.access import Route
from milepost.server.forms.lens import Lens
from milepost.server.forms.periods import choices, value
from milepost.server.queries.answered_here import keys_of
from milepost.server.queries.numbers import numbers
from milepost.server.titles import titled
from milepost.server.web import drawing
from milepost.server.web.home import Row, rows_of
from milepost.server.web.looking import looking
from milepost.server.web.page import page


@require_GET
def touchpoint(request: HttpRequest, name: str) -> HttpResponse:
    """One touchpoint in the period that is looked at."""
    (contents,) = numbers(Outline())
    point = contents.touchpoint(name)
    if point is None:
        raise Http404(f"no touchpoint {name}")
    lens = Lens.of(request.GET, contents).at(None)
    (found,) = numbers(JourneyMap(lens.every, lens.until, lens.where()))
    told: PointTold
    (told,) = numbers(
        OnePoint(name, cast(Period, found.every), found.since, found.until, lens.where())
    )
    row = rows_of(found, contents).get(name)
    here = keys_of(each.response_id for each in told.said)
    return page(
        request, "web/map/touchpoint.html", title=point.title, here="home", point=point, row=row,
        map=found, kinds=_kinds(row, told, contents, lens), moments=_moments(found),
        said=[(each, here.get(each.response_id)) for each in told.said],
        periods=choices(contents, lens.every), period=value(found.since, found.until),
        period_query=f"period={value(found.since, found.until)}", journey=_journey(point, contents),
        **looking(lens, contents),
    )  # fmt: skip


def _kinds(
    row: Row | None, told: PointTold, contents: Contents, lens: Lens
) -> list[tuple[str, Any, list[Any]]]:
    """Of each kind of signal its column of the map, and a chart of each signal over time."""
    columns = {column.kind: column for column in row.columns} if row else {}
    return [
        (
            kind, columns.get(kind),
            [
                drawing.trend(
                    course.cells, contents, lens, title=titled(course.label),
                    # Their words stand under the chart: once is enough.
                    happened=told.happened if course.headline else (),
                )
                for course in told.courses
                if course.kind == kind
            ],
        )
        for kind in KINDS
    ]  # fmt: skip


def _moments(found: MapOf) -> list[tuple[Any, int]]:
    """The touchpoints that can be compared, with the part of the worst one's customers each let down."""
    most = max((moment.bad for moment in found.moments), default=0)
    return [(moment, round(100 * moment.bad / most) if most else 0) for moment in found.moments]


def _journey(point: PointOf, contents: Contents) -> str:
    return dict(contents.journeys).get(point.journey, point.journey)


ROUTES = (Route("touchpoints/<slug:name>", touchpoint, "touchpoint", "see"),)
