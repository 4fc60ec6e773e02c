"""Tags: put on one answer or on many, and the list of them."""

from __future__ import annotations

from uuid import UUID

from django.contrib.messages import error, success
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.server.access import Route
from milepost.server.actions import tagging
from milepost.server.forms.filters import ResponseFilters
from milepost.server.forms.tags import ALL, PUT, Bulk, TagForm, Tagged, ticked
from milepost.server.models import Response, Tag
from milepost.server.queries import responses as queries
from milepost.server.queries.tags import counted
from milepost.server.web.page import page
from milepost.server.web.telling import by

_HERE = "responses"


@require_POST
def tag_one(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Put a tag on one answer."""
    found = get_object_or_404(Response, key=key)
    form = Tagged(request.POST)
    if form.is_valid():
        tag = tagging.named(form.cleaned_data["tag"], by(request))
        tagging.put(tag, Response.objects.filter(pk=found.pk), by(request))
    else:
        error(request, str(form.errors["tag"][0]))
    return redirect("response", key)


@require_POST
def untag_one(request: HttpRequest, key: UUID, tag: int) -> HttpResponseBase:
    """Take a tag off one answer."""
    found = get_object_or_404(Response, key=key)
    tagging.take(
        get_object_or_404(Tag, pk=tag, taggings__response=found),
        Response.objects.filter(pk=found.pk),
        by(request),
    )
    return redirect("response", key)


@require_POST
def tag_many(request: HttpRequest) -> HttpResponseBase:
    """Put a tag on many answers, or take it off; for all that a search finds it is asked once more."""
    filters, form = ResponseFilters(request.POST), Bulk(request.POST)
    back = f"{reverse('responses')}?{filters.query()}"
    if not form.is_valid():
        error(request, str(next(iter(form.errors.values()))[0]))
        return redirect(back)
    given = form.cleaned_data
    chosen = queries.chosen(filters.wanted)
    if given["of"] != ALL:
        chosen = chosen.filter(key__in=ticked(request.POST.getlist("ticked")))
    elif not given["confirmed"]:
        return page(
            request, "web/responses/tag_all.html", title=_("Tag all answers found?"), here=_HERE,
            filters=filters, given=given, many=chosen.order_by()[: tagging.MOST + 1].count(),
            most=tagging.MOST, put=given["what"] == PUT,
        )  # fmt: skip
    _change(request, given["add_tag"], given["what"], chosen)
    return redirect(back)


def _change(request: HttpRequest, name: str, what: str, chosen: queries.Responses) -> None:
    try:
        if what == PUT:
            many = tagging.put(tagging.named(name, by(request)), chosen, by(request))
            told = ngettext(
                "%(many)d answer is tagged “%(tag)s”.",
                "%(many)d answers are tagged “%(tag)s”.",
                many,
            )
        else:
            tag = Tag.objects.filter(key=name.casefold()).first()
            many = tagging.take(tag, chosen, by(request)) if tag else 0
            told = ngettext(
                "“%(tag)s” is taken off %(many)d answer.",
                "“%(tag)s” is taken off %(many)d answers.",
                many,
            )
    except tagging.TooManyError as wrong:
        error(request, f"{wrong}."[:1].upper() + f"{wrong}."[1:])
    else:
        success(request, told % {"many": many, "tag": name})


@require_GET
def tags(request: HttpRequest) -> HttpResponse:
    """All tags with their colours and counts."""
    return page(request, "web/responses/tags.html", title=_("Tags"), here=_HERE, tags=counted())


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, tag: int) -> HttpResponseBase:
    """Give a tag another name or colour."""
    found = get_object_or_404(counted(), pk=tag)
    form = TagForm(request.POST or None, initial={"name": found.name, "colour": found.colour})
    if form.is_valid():
        try:
            tagging.edit(found, by(request), **form.cleaned_data)
        except tagging.TagTakenError as wrong:
            form.add_error("name", ValidationError(str(wrong)))
        else:
            return redirect("tags")
    return page(
        request, "web/responses/tag.html", title=found.name, here=_HERE, tag=found, form=form,
        status=400 if form.errors else 200,
    )  # fmt: skip


@require_POST
def remove(request: HttpRequest, tag: int) -> HttpResponseBase:
    """Take a tag off everything, and away."""
    found = get_object_or_404(Tag, pk=tag)
    tagging.remove(found, by(request))
    success(request, _("“%(tag)s” is removed.") % {"tag": found.name})
    return redirect("tags")


ROUTES = (
    Route("responses/tag", tag_many, "tag_responses", "release"),
    Route("responses/<uuid:key>/tag", tag_one, "tag_response", "see"),
    Route("responses/<uuid:key>/untag/<int:tag>", untag_one, "untag_response", "see"),
    Route("tags", tags, "tags", "see"),
    Route("tags/<int:tag>", edit, "edit_tag", "release"),
    Route("tags/<int:tag>/remove", remove, "remove_tag", "release"),
)
