"""The data: where every record of every source went, what was rejected, how fresh it is; looked at again on request."""

from __future__ import annotations

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from milepost.insight.data_account import DataAccount
from milepost.server import exporting
from milepost.server.access import Route
from milepost.server.actions.exports import exported
from milepost.server.actions.refreshing import refresh_now
from milepost.server.queries import data as queries
from milepost.server.queries.figures import FRESH_SECONDS, beats
from milepost.server.queries.numbers import numbers, plan_file
from milepost.server.web.page import page
from milepost.server.web.telling import by

HERE = "data"
# A source may be made of thousands of files; that many are named.
FILES = 5


@require_GET
def data(request: HttpRequest) -> HttpResponse:
    """The account of every source; after a refresh was asked for, with what came of it."""
    if not plan_file().exists():
        return page(request, "web/data/none.html", title=_("Data"), here=HERE)
    last = queries.last_refresh()
    # Whoever looks after a refresh sees what it brought, and nothing that was kept from before.
    (found,) = numbers(DataAccount(last.at if last else None))
    asked = last is not None and request.GET.get("refresh") == str(last.pk)
    collected = any(each.collected for each in found.sources)
    return page(
        request, "web/data/data.html", title=_("Data"), here=HERE, found=found, asked=asked,
        sources=found.sources, wrong=sum(each.wrong for each in found.sources) + len(found.absent),
        waiting=queries.waiting_months() if collected else 0, most_files=FILES,
        working=any(ago < FRESH_SECONDS for ago in beats().values()),
    )  # fmt: skip


@require_POST
def refresh(request: HttpRequest) -> HttpResponseBase:
    """Have the sources looked at again; the page that follows shows how far it is."""
    return redirect(f"{reverse('data')}?refresh={refresh_now(by(request)).pk}")


@require_POST
def rejects(request: HttpRequest, source: str) -> HttpResponseBase:
    """What was rejected of a source, as CSV. A POST, for the audit tells of it."""
    file = queries.rejects_of(source)
    if file is None:
        raise Http404
    rows = queries.rows_of(file)
    header = next(rows, [])
    exported("rejects", "csv", filtered=[source], by=by(request))
    return StreamingHttpResponse(
        exporting.as_csv(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="rejects-{source}.csv"'},
    )


ROUTES = (
    Route("data", data, "data", "see"),
    Route("data/refresh", refresh, "refresh_data", "see"),
    Route("data/rejects/<slug:source>", rejects, "data_rejects", "export"),
)
