"""Compare: two periods, segments or touchpoints side by side, and how sure the difference is."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost.insight.outline import Contents, MetricOf, Outline
from milepost.insight.sides.asking import Compare
from milepost.server.access import Route
from milepost.server.forms.lens import Lens
from milepost.server.forms.periods import choices
from milepost.server.forms.sides import Given, given, groups
from milepost.server.queries.numbers import numbers
from milepost.server.templatetags.telling import period
from milepost.server.web.looking import looking
from milepost.server.web.page import page


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Two sides of one metric."""
    (contents,) = numbers(Outline())
    metric = _metric(request.GET.get("metric", ""), contents)
    sides = given(request.GET, contents)
    found = None
    if metric:
        (found,) = numbers(Compare(metric.name, *(each.side(contents) for each in sides)))
    return page(
        request, "web/measures/compare.html", title=_("Compare"), here="compare", metric=metric,
        found=found, sides=list(zip(("a", "b"), sides, _names(sides, contents), strict=True)),
        periods=choices(contents), groups=groups(contents),
        **looking(Lens.of(request.GET, contents), contents),
    )  # fmt: skip


def _metric(name: str, contents: Contents) -> MetricOf | None:
    """The metric that is asked for; else the first that is of answers, or any."""
    usual = next((m for m in contents.metrics if m.survey), next(iter(contents.metrics), None))
    return contents.metric(name) or usual


def _names(sides: tuple[Given, Given], contents: Contents) -> list[str]:
    """What each side is, in a few words."""
    periods = {each.value: period(each.label) for each in choices(contents)}
    return [_name(each, contents, periods) for each in sides]


def _name(each: Given, contents: Contents, periods: Mapping[str, str]) -> str:
    point = contents.touchpoint(each.touchpoint)
    days = periods.get(each.period, each.period.replace("..", " – "))
    parts = (point.title if point else contents.company, days, each.group.partition("=")[2])
    return " · ".join(part for part in parts if part)


ROUTES = (Route("compare", compare, "compare", "see"),)
