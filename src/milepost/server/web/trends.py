"""Saved searches: kept under a name, each with a page of what becomes of the answers it finds."""

from __future__ import annotations

from uuid import UUID

from django.contrib.messages import error, success
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.insight.outline import Outline
from milepost.server.access import Route
from milepost.server.actions import trends as actions
from milepost.server.forms.filters import ResponseFilters
from milepost.server.forms.lens import SEGMENT
from milepost.server.forms.trends import Showing, TrendForm
from milepost.server.models.trends import QUERY_LENGTH
from milepost.server.queries import trends as queries
from milepost.server.queries.conditions import condition
from milepost.server.queries.numbers import numbers
from milepost.server.web.measured import measured
from milepost.server.web.page import page
from milepost.server.web.telling import by

HERE = "responses"


@require_GET
def trends(request: HttpRequest) -> HttpResponse:
    """The searches that one has kept, and those that everybody sees."""
    found = list(queries.visible(by(request)))
    return page(
        request, "web/trends/list.html", title=_("Saved searches"), here=HERE,
        rows=[(each, _told(each.query)) for each in found],
    )  # fmt: skip


@require_GET
def trend(request: HttpRequest, key: UUID) -> HttpResponse:
    """What becomes of the answers that a search finds."""
    found = get_object_or_404(queries.visible(by(request)), key=key)
    filters, showing = ResponseFilters(QueryDict(found.query)), Showing(request.GET)
    told = condition(filters.wanted)
    shown = contents = None
    if not told.cannot:
        metric = request.GET.get("metric") or None
        asked = told.selected(metric=metric, every=showing.period)
        contents, selection = numbers(Outline(), asked)
        address = f"{reverse('responses')}?{filters.query()}"
        shown = measured(selection, asked, address=address)
    return page(
        request, "web/trends/trend.html", title=found.name, here=HERE, trend=found,
        filters=filters, told=_told(found.query), cannot=[_label(name) for name in told.cannot],
        shown=shown, showing=showing, lens=filters.lens, contents=contents,
        mine=queries.changeable(by(request)).filter(pk=found.pk).exists(),
    )  # fmt: skip


@require_POST
def keep(request: HttpRequest) -> HttpResponseBase:
    """Keep a search under a name."""
    filters, form = (
        ResponseFilters(QueryDict(request.POST.get("query", ""))),
        TrendForm(request.POST),
    )
    query = filters.query()
    if not form.is_valid() or not query or len(query) > QUERY_LENGTH:
        error(request, _("A saved search needs a name and a filter."))
        return redirect(f"{reverse('responses')}?{query}")
    try:
        made = actions.keep(by(request), query=query, **form.cleaned_data)
    except actions.NameTakenError as wrong:
        error(request, f"{wrong}."[:1].upper() + f"{wrong}."[1:])
        return redirect(f"{reverse('responses')}?{query}")
    return redirect("trend", made.key)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Give a saved search another name, or show it to others."""
    found = get_object_or_404(queries.changeable(by(request)), key=key)
    form = TrendForm(request.POST or None, initial={"name": found.name, "shared": found.shared})
    if form.is_valid():
        try:
            actions.edit(found, by(request), **form.cleaned_data)
        except actions.NameTakenError as wrong:
            form.add_error("name", ValidationError(f"{wrong}."))
        else:
            return redirect("trend", key)
    return page(
        request, "web/trends/edit.html", title=_("Edit a saved search"), here=HERE, trend=found,
        form=form, status=400 if form.errors else 200,
    )  # fmt: skip


@require_POST
def forget(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Keep a search no longer."""
    found = get_object_or_404(queries.changeable(by(request)), key=key)
    actions.forget(found, by(request))
    success(request, _("“%(name)s” is kept no longer.") % {"name": found.name})
    return redirect("trends")


def _told(query: str) -> list[tuple[str, str]]:
    """A filter as people read it: what it asks for, and which value; of a tick only what it is."""
    return [
        (_label(name), "" if text == "on" else str(text)) for name, text in QueryDict(query).items()
    ]


def _label(name: str) -> str:
    field = ResponseFilters.base_fields.get(name)
    return str(field.label) if field and field.label else name.removeprefix(SEGMENT)


ROUTES = (
    Route("trends", trends, "trends", "see"),
    Route("trends/new", keep, "keep_trend", "see"),
    Route("trends/<uuid:key>", trend, "trend", "see"),
    Route("trends/<uuid:key>/edit", edit, "edit_trend", "see"),
    Route("trends/<uuid:key>/forget", forget, "forget_trend", "see"),
)
