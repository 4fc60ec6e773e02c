"""A respondent's page of a draft, step by step: shown to members, and nothing of it is stored."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from milepost.programs.surveys.answers import Taken
from milepost.programs.surveys.document import parse
from milepost.programs.surveys.errors import SurveyError
from milepost.programs.surveys.steps import FIRST, THANKS, next_step, steps
from milepost.programs.surveys.survey import Survey as Document
from milepost.server.access import Route
from milepost.server.forms.survey_reading import read
from milepost.server.models import Company, Survey
from milepost.server.public import pages
from milepost.server.public.ask import render as render
from milepost.server.queries.specimens import specimen, taken_for


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the draft: as it is stored, or as the form that was sent describes it.

    `page` is the step, `answer` the class of the score that was given before it.
    """
    survey = get_object_or_404(Survey, name=name)
    try:
        document = _document(request, survey)
    except SurveyError as wrong:
        words = f"The preview waits until this is mended: {wrong.faults[0]}"
        voice = pages.browser_voice(request)
        return pages.show(request, "public/told.html", voice, status=422, text=words)
    return _page(request, survey, document)


def _page(request: HttpRequest, survey: Survey, document: Document) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    wanted, locale = given.get("page", FIRST), given.get("locale", "")
    asked = specimen(
        survey, document, locale if locale in document.locales else document.locales[0]
    )
    taken = taken_for(document, given.get("answer", ""))
    known = {each.name: each for each in steps(document, taken)}
    if wanted not in known:
        wanted = next_step(document, taken, after=wanted).name if wanted != FIRST else THANKS
    # Whoever sees the first page has not answered yet.
    given_so_far = Taken() if wanted == FIRST else taken
    return render(request, asked, known[wanted], taken=given_so_far)


def _document(request: HttpRequest, survey: Survey) -> Document:
    if request.method != "POST":
        return parse(survey.document)
    zone = Company.load().time_zone
    return parse(read(request.POST, before=survey.document, zone=zone))


ROUTES = (Route("surveys/<slug:name>/preview", preview, "preview_survey", "see"),)
