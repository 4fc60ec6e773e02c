"""Links for others: made of the page one looks at, listed, and taken back."""

from __future__ import annotations

from uuid import UUID

from django.contrib.messages import success
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost import clock
from milepost.insight.outline import Outline
from milepost.server.access import Route, may
from milepost.server.actions import sharing as actions
from milepost.server.addresses import absolute
from milepost.server.forms.lens import Lens
from milepost.server.forms.sharing import ShareForm, fixed
from milepost.server.forms.told_filters import filters_of
from milepost.server.models import Share
from milepost.server.models.sharing import KINDS, QUERY_LENGTH
from milepost.server.queries import sharing as queries
from milepost.server.queries.numbers import numbers
from milepost.server.titles import titled
from milepost.server.web.looking import outline
from milepost.server.web.page import page
from milepost.server.web.telling import by

HERE = "digests"


@require_GET
def shares(request: HttpRequest) -> HttpResponse:
    """The links that were made, and whether they still open."""
    now, contents = clock.now(), outline()
    found = [
        (
            each,
            _state(each, opens=each.expires_at > now and may(each.member, "share")),
            filters_of(each.query, contents),
        )
        for each in queries.visible(by(request))
    ]
    return page(request, "web/sharing/list.html", title=_("Shared links"), here=HERE, rows=found)


@require_http_methods(["GET", "HEAD", "POST"])
def share_new(request: HttpRequest) -> HttpResponseBase:
    """Make a link to the map, its one page, or a metric, through the lens of this address."""
    (contents,) = numbers(Outline())
    kind = next((each for each in KINDS if each == request.GET.get("kind")), KINDS[0])
    metric = contents.metric(request.GET.get("metric", "")) if kind == "metric" else None
    if kind == "metric" and metric is None:
        raise Http404("no such metric")
    lens = fixed(Lens.of(request.GET, contents))
    what = titled(metric.title) if metric else contents.company
    form = ShareForm(request.POST or None, initial={"title": what, "days": 30})
    if form.is_valid() and len(lens.query) <= QUERY_LENGTH:
        share, token = actions.make(
            by(request), kind=kind, metric=metric.name if metric else "", query=lens.query,
            **form.cleaned_data,
        )  # fmt: skip
        return page(
            request, "web/sharing/made.html", title=_("The link is made"), here=HERE, share=share,
            address=absolute("shared", token),
        )  # fmt: skip
    return page(
        request, "web/sharing/new.html", title=_("Share a page"), here=HERE, form=form, kind=kind,
        metric=metric, filters=filters_of(lens.query, contents), lens=lens,
        status=400 if form.errors else 200,
    )  # fmt: skip


@require_POST
def share_revoke(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Take a link back."""
    share = get_object_or_404(queries.visible(by(request)), key=key)
    actions.revoke(share, by(request))
    success(request, _("“%(title)s” opens nothing any more.") % {"title": share.title})
    return redirect("shares")


def _state(share: Share, *, opens: bool) -> str:
    if share.revoked_at:
        return "revoked"
    return "open" if opens else "ended"


ROUTES = (
    Route("sharing", shares, "shares", "share"),
    Route("sharing/new", share_new, "share_new", "share"),
    Route("sharing/<uuid:key>/revoke", share_revoke, "share_revoke", "share"),
)
