"""Digests: the scorecard by mail, set up, listed, changed and left."""

from __future__ import annotations

from uuid import UUID

from django.contrib.messages import success
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.insight.outline import Outline
from milepost.server.access import Route
from milepost.server.actions import digests as actions
from milepost.server.forms.digests import WEEKDAYS, DigestForm
from milepost.server.forms.lens import Lens
from milepost.server.forms.sharing import fixed
from milepost.server.forms.told_filters import Filter, filters_of
from milepost.server.models import Company, Digest
from milepost.server.models.sharing import QUERY_LENGTH
from milepost.server.queries import digests as queries
from milepost.server.queries.numbers import numbers
from milepost.server.queries.rules import zone_of
from milepost.server.web.looking import outline
from milepost.server.web.page import page
from milepost.server.web.telling import by

HERE = "digests"


@require_GET
def digests(request: HttpRequest) -> HttpResponse:
    """The digests that one made or gets."""
    me = by(request)
    mine = set(queries.changeable(me).values_list("pk", flat=True))
    contents = outline()
    rows = [
        (
            each, each.pk in mine, me in each.recipients.all(), str(WEEKDAYS[each.weekday][1]),
            filters_of(each.query, contents),
        )
        for each in queries.visible(me)
    ]  # fmt: skip
    zone = zone_of(Company.load())
    return page(
        request, "web/digests/list.html", title=_("Digests"), here=HERE, rows=rows, zone=zone
    )


@require_http_methods(["GET", "HEAD", "POST"])
def digest_new(request: HttpRequest) -> HttpResponseBase:
    """Make a digest of the map through the lens of this address."""
    (contents,) = numbers(Outline())
    lens = fixed(Lens.of(request.GET, contents)).at(None)
    me = by(request)
    first = {"title": contents.company, "recipients": [me.pk]}
    form = DigestForm(request.POST or None, initial=first)
    if form.is_valid() and len(lens.query) <= QUERY_LENGTH:
        actions.keep(Digest(member=me, query=lens.query), me, **form.cleaned_data)
        success(request, _("The digest is made."))
        return redirect("digests")
    return _form(
        request, form, title=_("A digest by mail"), filters=filters_of(lens.query, contents)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def digest_edit(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Change when a digest goes, and to whom."""
    found = get_object_or_404(queries.changeable(by(request)), key=key)
    now = {
        "title": found.title, "every": found.every, "weekday": found.weekday, "hour": found.hour,
        "active": found.active, "recipients": [each.pk for each in found.recipients.all()],
    }  # fmt: skip
    form = DigestForm(request.POST or None, initial=now)
    if form.is_valid():
        actions.keep(found, by(request), **form.cleaned_data)
        success(request, _("The digest is changed."))
        return redirect("digests")
    filters = filters_of(found.query, outline())
    return _form(request, form, title=found.title, digest=found, filters=filters)


@require_POST
def digest_leave(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Get a digest no more."""
    me = by(request)
    found = get_object_or_404(Digest, key=key, recipients=me)
    actions.leave(found, me)
    success(request, _("You get “%(title)s” no more.") % {"title": found.title})
    return redirect("digests")


@require_POST
def digest_remove(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Forget a digest."""
    found = get_object_or_404(queries.changeable(by(request)), key=key)
    actions.remove(found, by(request))
    success(request, _("“%(title)s” is sent no more.") % {"title": found.title})
    return redirect("digests")


def _form(
    request: HttpRequest, form: DigestForm, *, title: str, filters: list[Filter],
    digest: Digest | None = None,
) -> HttpResponse:  # fmt: skip
    return page(
        request, "web/digests/edit.html", title=title, here=HERE, form=form, digest=digest,
        filters=filters, status=400 if form.errors else 200,
    )  # fmt: skip


ROUTES = (
    Route("digests", digests, "digests", "see"),
    Route("digests/new", digest_new, "digest_new", "share"),
    Route("digests/<uuid:key>", digest_edit, "digest_edit", "share"),
    Route("digests/<uuid:key>/leave", digest_leave, "digest_leave", "see"),
    Route("digests/<uuid:key>/remove", digest_remove, "digest_remove", "share"),
)
