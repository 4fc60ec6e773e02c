"""The survey form: every field of a draft on one page, its mistakes beside them, and its file."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.messages import success
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from milepost.programs.surveys.cost import SOURCE, cost
from milepost.programs.surveys.document import as_data, parse
from milepost.programs.surveys.errors import Fault, SurveyError
from milepost.programs.surveys.survey import Survey as Document
from milepost.programs.surveys.versions import asked, changes
from milepost.server.access import Route
from milepost.server.actions import surveys as actions
from milepost.server.forms.survey_files import read_file
from milepost.server.forms.survey_moves import is_move, moved
from milepost.server.forms.survey_reading import read
from milepost.server.forms.survey_sheet import Sheet
from milepost.server.forms.surveys import Upload
from milepost.server.models import Company, Member, Survey
from milepost.server.queries.owners import touchpoints
from milepost.server.queries.surveys import Difference, told
from milepost.server.web.page import page
from milepost.server.web.survey_preview import panel
from milepost.server.web.surveys import HERE, member

_LONGEST_TOUCHPOINT = 60


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, name: str) -> HttpResponseBase:
    """Show the draft's form; take it in, or do what one of its buttons says."""
    survey = get_object_or_404(Survey.objects.select_related("current"), name=name)
    if request.method != "POST":
        return _form(request, survey, as_data(parse(survey.document)), touchpoint=survey.touchpoint)
    data = read(request.POST, before=survey.document, zone=Company.load().time_zone)
    button = request.POST.get("do", "")
    if is_move(button):
        return _form(request, survey, moved(data, button))
    return _save(request, survey, data)


def _save(request: HttpRequest, survey: Survey, data: dict[str, Any]) -> HttpResponseBase:
    seen = request.POST.get("seen", "")
    try:
        document = parse(data)
        actions.save(
            survey, document, touchpoint=_touchpoint(request), seen=seen, by=member(request)
        )
    except SurveyError as wrong:
        return _form(request, survey, data, faults=wrong.faults, status=422)
    except actions.SurveyChangedError:
        survey.refresh_from_db()
        return _form(request, survey, data, clash=_clash(survey, document), status=409)
    success(request, _("The draft is saved."))
    return redirect(
        "publish_survey" if request.POST.get("do") == "publish" else "edit_survey", survey.name
    )


def _form(
    request: HttpRequest,
    survey: Survey,
    data: dict[str, Any],
    *,
    touchpoint: str | None = None,
    faults: tuple[Fault, ...] = (),
    clash: list[Difference] | None = None,
    status: int = 200,
) -> HttpResponse:
    sheet = Sheet(
        data,
        zone=Company.load().time_zone,
        touchpoint=_touchpoint(request) if touchpoint is None else touchpoint,
        touchpoints=touchpoints(),
        faults=faults,
    )
    document = _parsed(data) or parse(survey.document)
    fresh = request.method != "POST" or clash is not None
    return page(
        request, "web/surveys/edit.html", title=_("Edit %(title)s") % {"title": survey.title}, here=HERE, status=status,
        survey=survey, sheet=sheet, clash=clash, cost=cost(document), source=SOURCE,
        preview=panel(document), settled=actions.asked_before(survey),
        seen=actions.stamp(survey) if fresh else request.POST.get("seen", ""),
    )  # fmt: skip


def _clash(survey: Survey, mine: Document) -> list[Difference]:
    """What is asked otherwise in the draft that was saved meanwhile than in the one that was sent."""
    return told(changes(asked(parse(survey.document)), asked(mine)))


@require_GET
def download(request: HttpRequest, name: str) -> HttpResponse:
    """The draft as its file."""
    survey = get_object_or_404(Survey, name=name)
    text = json.dumps(as_data(parse(survey.document)), ensure_ascii=False, indent=2)
    headers = {"Content-Disposition": f'attachment; filename="{survey.name}.json"'}
    return HttpResponse(f"{text}\n", content_type="application/json", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponseBase:
    """Take in a survey's file as a draft; nothing is stored of one with a mistake."""
    sent = request.method == "POST"
    form = Upload(request.POST, request.FILES) if sent else Upload()
    if form.is_valid() and (made := _taken_in(form, member(request))):
        success(request, _("%(title)s is taken in as a draft.") % {"title": made.title})
        return redirect("edit_survey", made.name)
    return page(
        request, "web/surveys/upload.html", title=_("Survey from a file"), here=HERE,
        status=422 if sent else 200, upload=form,
    )  # fmt: skip


def _taken_in(form: Upload, by: Member) -> Survey | None:
    given = form.cleaned_data
    try:
        document = read_file(given["file"].read())
        return actions.take_in(document, replacing=given["replace"], by=by)
    except SurveyError as wrong:
        for fault in wrong.faults:
            form.add_error("file", str(fault))
        return None


def _touchpoint(request: HttpRequest) -> str:
    return request.POST.get("touchpoint", "").strip()[:_LONGEST_TOUCHPOINT]


def _parsed(data: dict[str, Any]) -> Document | None:
    try:
        return parse(data)
    except SurveyError:
        return None


ROUTES = (
    Route("surveys/upload", upload, "upload_survey", "ask"),
    Route("surveys/<slug:name>/edit", edit, "edit_survey", "ask"),
    Route("surveys/<slug:name>/file", download, "survey_file", "see"),
)
