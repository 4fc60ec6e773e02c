"""Answers: the feed, one answer, getting in touch, quarantine, and taking them away as a table."""

from __future__ import annotations

from uuid import UUID

from django.contrib.messages import error, success, warning
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from milepost.server import exporting
from milepost.server.access import Route
from milepost.server.actions import answers as actions
from milepost.server.actions.exports import exported
from milepost.server.forms.filters import ResponseFilters
from milepost.server.forms.trends import TrendForm
from milepost.server.models import Company, Person, Response, Tag
from milepost.server.queries import answer_table, nearby, tags
from milepost.server.queries import responses as queries
from milepost.server.queries.paging import counted, many
from milepost.server.queries.rules import zone_of
from milepost.server.queries.wording import Wording
from milepost.server.web.page import page
from milepost.server.web.telling import by

HERE = "responses"
# So many other answers of a person stand beside one of theirs.
_OTHERS = 20
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def responses(request: HttpRequest) -> HttpResponse:
    """What people answered, the latest first: those that count, or those set aside."""
    filters = ResponseFilters(request.GET)
    wanted = filters.wanted
    since = queries.looked_at_since(wanted)
    found = queries.responses({**wanted, "first": since or wanted.get("first")})
    sides = {aside: found.filter(quarantined=aside) for aside in (False, True)}
    chosen = sides[bool(wanted.get("quarantined"))]
    shown = queries.listed(chosen, before=queries.place(request.GET.get("before", "")))
    tagged = tags.beside(shown.rows)
    return page(
        request, "web/responses/list.html", title=_("Responses"), here=HERE, filters=filters,
        lens=filters.lens, listed=shown,
        rows=[_row(each, tagged.get(each.pk, [])) for each in shown.rows],
        since=since, counted=many(counted(sides[False])), quarantined=many(counted(sides[True])),
        whose=Person.objects.filter(key=wanted["person"]).first() if "person" in wanted else None,
        tags=Tag.objects.all(), saving=TrendForm(),
    )  # fmt: skip


def _row(each: Response, tagged: list[Tag]) -> tuple[Response, str | None, bool, list[Tag]]:
    return each, queries.class_of(each), queries.is_low(each), tagged


@require_GET
def response(request: HttpRequest, key: UUID) -> HttpResponse:
    """One answer with all that belongs to it."""
    rows = Response.objects.select_related(
        "person", "program", "survey", "version", "invitation__event", "contacted_by"
    )
    found = get_object_or_404(rows, key=key)
    filters = ResponseFilters(request.GET)
    others = nearby.others_of(found, most=_OTHERS)
    return page(
        request, "web/responses/response.html", title=_title(found), here=HERE, response=found,
        group=queries.class_of(found), low=queries.is_low(found), further=queries.further(found),
        signals=queries.signals(found), history=queries.history(found),
        question=Wording().first(found.version, found.locale),
        sendings=found.invitation.messages.order_by("ordinal") if found.invitation else (),
        tagged=Tag.objects.filter(taggings__response=found), tags=Tag.objects.all(), filters=filters,
        others=[(each, queries.class_of(each), queries.is_low(each)) for each in others],
        beside=nearby.beside(_within(filters), found),
    )  # fmt: skip


def _within(filters: ResponseFilters) -> queries.Responses:
    """The search from which an answer was opened, as far back as its list looks."""
    wanted = filters.wanted
    first = queries.looked_at_since(wanted) or wanted.get("first")
    return queries.chosen({**wanted, "first": first})


@require_POST
def contact(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Note that somebody got in touch."""
    found = get_object_or_404(Response.objects.filter(anonymous=False), key=key)
    if found.contacted_at:
        who = found.contacted_by or _("Somebody")
        warning(request, _("%(who)s got in touch already.") % {"who": who})
    else:
        actions.contacted(found, by(request))
        success(
            request, _("Noted. From now on the score stands, and a new one is kept as recovery.")
        )
    return redirect("response", key)


@require_POST
def release(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Count an answer that was set aside."""
    found = get_object_or_404(Response, key=key)
    if found.quarantined:
        actions.release(found, by(request))
        success(request, _("The answer counts from now on."))
    return redirect("response", key)


@require_POST
def quarantine(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Set an answer aside."""
    found = get_object_or_404(Response, key=key)
    if not found.quarantined:
        actions.quarantine(found, by(request))
        success(request, _("The answer is set aside and counts no longer."))
    return redirect("response", key)


@require_POST
def export(request: HttpRequest) -> HttpResponseBase:
    """The answers of the feed, all pages of it, as a table. A POST, for the audit tells of it."""
    filters = ResponseFilters(request.POST)
    wanted, form = filters.wanted, request.POST.get("format", "csv")
    found = queries.chosen(wanted)
    zone = zone_of(Company.load())
    columns = answer_table.columns(found)
    header, rows = answer_table.header(columns, zone), answer_table.rows(found, columns, zone)
    try:
        answer = _file(form, header, rows)
    except exporting.ExportError as wrong:
        error(request, f"{wrong}.")
        return redirect(f"{reverse('responses')}?{filters.query()}")
    exported("responses", form, filtered=sorted(wanted), by=by(request))
    return answer


def _file(form: str, header: list[str], rows: exporting.Rows) -> HttpResponseBase:
    if form == "xlsx":
        table = exporting.as_xlsx(header, rows, sheet="Responses")
        return FileResponse(
            table, as_attachment=True, filename="responses.xlsx", content_type=_XLSX
        )
    return StreamingHttpResponse(
        exporting.as_csv(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="responses.csv"'},
    )


def _title(found: Response) -> str:
    if found.person is None:
        return _("Anonymous answer")
    return _("Answer of %(person)s") % {"person": found.person}


ROUTES = (
    Route("responses", responses, "responses", "see"),
    Route("responses/export", export, "export_responses", "export"),
    Route("responses/<uuid:key>", response, "response", "see"),
    Route("responses/<uuid:key>/contact", contact, "contact", "respond"),
    Route("responses/<uuid:key>/release", release, "release", "release"),
    Route("responses/<uuid:key>/quarantine", quarantine, "quarantine", "release"),
)
