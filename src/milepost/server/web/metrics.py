"""Metrics: the list of them, one from every side, and who and what is behind its numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from milepost import clock
from milepost.insight.behind import Behind, Rows, Within
from milepost.insight.one.asking import One, OneMetric
from milepost.insight.outline import Contents, MetricOf, Outline
from milepost.plan.model import KINDS
from milepost.server.access import Route, may
from milepost.server.forms.lens import Lens
from milepost.server.queries.answered_here import keys_of
from milepost.server.queries.numbers import numbers
from milepost.server.queries.reworded import reworded
from milepost.server.templatetags.telling import NONE, amid
from milepost.server.titles import titled
from milepost.server.web import drawing
from milepost.server.web.looking import looking
from milepost.server.web.page import page

HERE = "metrics_list"
SHOWN = 50
LENGTHS = (
    ("day", gettext_lazy("Day")), ("week", gettext_lazy("Week")), ("month", gettext_lazy("Month")),
    ("quarter", gettext_lazy("Quarter")), ("year", gettext_lazy("Year")),
)  # fmt: skip
# What tells who somebody is: for those alone who may see people.
_WHO = frozenset(
    ("customer_id", "account_id", "visitor_id", "author", "referrer_id", "referred_id")
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A row behind a number: its cells, its words, and the page of the answer if it was given here."""

    cells: tuple[object, ...]
    comment: str
    locale: str
    key: str | None


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Every metric that the sources bring, by what it tells."""
    (contents,) = numbers(Outline())
    kinds = [(kind, [m for m in contents.metrics if m.kind == kind]) for kind in KINDS]
    return page(
        request, "web/measures/list.html", title=_("Metrics"), here=HERE,
        kinds=[(kind, found) for kind, found in kinds if found],
        **looking(Lens.of(request.GET, contents), contents),
    )  # fmt: skip


@require_GET
def metric(request: HttpRequest, name: str) -> HttpResponse:
    """One metric: over time, by segment, touchpoint and channel, its distribution, its definition."""
    (contents,) = numbers(Outline())
    known = _known(contents, name)
    lens = Lens.of(request.GET, contents)
    asked = OneMetric(name, lens.touchpoint, lens.every, lens.since, lens.until, lens.where())
    (found,) = numbers(asked)
    point = contents.touchpoint(lens.touchpoint or "")
    return page(
        request, "web/measures/metric.html", title=titled(known.title), here=HERE, metric=known, one=found,
        point=point, charts=_charts(found, known, contents, lens), lengths=LENGTHS, days=True,
        every=lens.every or contents.every, points=_points(found, contents),
        behind=drawing.behind(found.cell, lens) if found.cell else None, **looking(lens, contents),
    )  # fmt: skip


@require_GET
def behind(request: HttpRequest, name: str) -> HttpResponse:
    """The answers or rows behind one number."""
    (contents,) = numbers(Outline())
    known = _known(contents, name)
    lens = Lens.of(request.GET, contents)
    order = next(
        (o for o in ("worst", "best", "latest") if o == request.GET.get("order")), "latest"
    )
    said = request.GET.get("said") == "on"
    number = _page(request.GET.get("page", ""))
    first, last = _span(lens, contents)
    within = _within(request.GET)
    asked = Behind(
        name, lens.touchpoint, first, last, lens.where(), order,  # type: ignore[arg-type]
        said and known.survey, within, SHOWN, (number - 1) * SHOWN,
    )  # fmt: skip
    (found,) = numbers(asked)
    whole = may(request.user, "people")
    return page(
        request, "web/measures/behind.html", title=_("Behind %(title)s") % {"title": titled(known.title)},
        here=HERE, metric=known, found=found, order=order, said=said, number=number,
        columns=_columns(found, whole), rows=_rows(found, whole), first=first,
        last=last - timedelta(days=1), point=contents.touchpoint(lens.touchpoint or ""),
        within=within, everything=_without(request.GET, "least", "most", "page"),
        more=found.count > number * SHOWN, orders=ORDERS if known.survey else (),
        points=contents.touchpoints, days=True, **looking(lens, contents),
    )  # fmt: skip


ORDERS = (
    ("latest", gettext_lazy("The latest first")), ("worst", gettext_lazy("The lowest first")),
    ("best", gettext_lazy("The highest first")),
)  # fmt: skip


def _known(contents: Contents, name: str) -> MetricOf:
    found = contents.metric(name)
    if found is None:
        raise Http404(f"no metric {name}")
    return found


def _points(found: One, contents: Contents) -> list[Any]:
    """The touchpoints at which there is such a number."""
    there = set(found.touchpoints)
    return [point for point in contents.touchpoints if point.name in there]


def _charts(found: One, known: MetricOf, contents: Contents, lens: Lens) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if found.trend:
        zone = ZoneInfo(contents.timezone)
        marks = (*found.happened, *reworded(known.question_type, lens.touchpoint, zone))
        made["trend"] = drawing.trend(
            found.trend, contents, lens, title=_("Over time"), happened=marks
        )
    made["cuts"] = [
        (
            cut,
            drawing.ranking(cut, contents, lens, title=_("By %(name)s") % {"name": amid(cut.name)}),
        )
        for cut in found.cuts
    ]
    made["spread"] = drawing.spread(found, known, contents, lens)
    if found.cohorts:
        made["cohorts"] = drawing.cohorts(found.cohorts, title=_("By the month they came first"))
    return made


def _span(lens: Lens, contents: Contents) -> tuple[date, date]:
    """The days looked at: those of the lens, else all that hold data."""
    today = clock.today(contents.timezone)
    first = lens.since or contents.first or today
    return first, max(lens.until or today + timedelta(days=1), first + timedelta(days=1))


def _within(data: QueryDict) -> Within | None:
    """The bar of the address, if it says one."""
    least, most = (_number(data.get(name, "")) for name in ("least", "most"))
    return None if least is None or most is None or most < least else Within(least, most)


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _without(data: QueryDict, *names: str) -> str:
    """The rest of an address."""
    rest = data.copy()
    for name in names:
        rest.pop(name, None)
    return rest.urlencode()


def _page(text: str) -> int:
    return min(int(text), 10_000) if text.isascii() and text.isdigit() and int(text) else 1


def _columns(found: Rows, whole: bool) -> list[str]:
    """The columns that say anything in these rows, without those that one may not see."""
    apart = {"comment", "locale", *(() if whole else _WHO)}
    filled = [
        name
        for at, name in enumerate(found.columns)
        if any(row[at] not in (None, "") for row in found.rows)
    ]
    return [name for name in filled if name not in apart]


def _rows(found: Rows, whole: bool) -> list[Listed]:
    """The rows with their words apart; those of answers given here lead to them."""
    dicts = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    here = keys_of(str(row["response_id"]) for row in dicts if row.get("response_id"))
    columns = _columns(found, whole)
    return [
        Listed(
            tuple(_told(row[name]) for name in columns), str(row.get("comment") or ""),
            str(row.get("locale") or ""), here.get(str(row.get("response_id"))),
        )
        for row in dicts
    ]  # fmt: skip


def _told(value: object) -> object:
    """A whole number as one, a gap as a dash."""
    if value is None or value == "":
        return NONE
    return int(value) if isinstance(value, float) and value.is_integer() else value


ROUTES = (
    Route("metric", metrics, "metrics_list", "see"),
    Route("metric/<slug:name>", metric, "metric", "see"),
    Route("metric/<slug:name>/behind", behind, "behind", "see"),
)
