"""A survey's open link: switched on and off, as a QR code, as a poster to print; and a test of its mail."""

from __future__ import annotations

from django.contrib.messages import error, success
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from milepost.channels import poster, qr
from milepost.channels.errors import ChannelError
from milepost.channels.poster import PAPERS, Poster
from milepost.programs.surveys.document import parse
from milepost.programs.surveys.spoken import spoken
from milepost.server.access import Route
from milepost.server.actions import surveys as actions
from milepost.server.actions.inviting import InviteError, send_test
from milepost.server.addresses import absolute
from milepost.server.models import Company, Survey
from milepost.server.web.surveys import member

# A poster brings its own style, and nothing in it runs.
_POSTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)
_SCALE = 24


@require_POST
def switch(request: HttpRequest, name: str) -> HttpResponseBase:
    """Open the link for anybody, or close it."""
    survey = get_object_or_404(Survey, name=name)
    on = request.POST.get("on") == "on"
    try:
        actions.switch_link(survey, on, by=member(request))
    except actions.SurveyStateError as wrong:
        error(request, f"{wrong}.")
    else:
        success(request, _("The open link is on.") if on else _("The open link is off."))
    return redirect("survey", name)


@require_POST
def test(request: HttpRequest, name: str) -> HttpResponseBase:
    """Send the survey to the member who asks for it; it counts nowhere."""
    survey = get_object_or_404(Survey.objects.select_related("current"), name=name)
    by = member(request)
    try:
        send_test(survey, by.email, locale=request.POST.get("locale", ""), by=by)
    except (InviteError, ChannelError) as wrong:
        error(request, f"{wrong}.")
    else:
        success(
            request,
            _("A test is on its way to %(email)s. It counts nowhere.") % {"email": by.email},
        )
    return redirect("survey", name)


@require_GET
def code_svg(request: HttpRequest, name: str) -> HttpResponse:
    """The QR code as a drawing of any size."""
    return _attached(qr.svg(_code(name)).encode(), "image/svg+xml", f"{name}.svg", request)


@require_GET
def code_png(request: HttpRequest, name: str) -> HttpResponse:
    """The QR code as a picture."""
    return _attached(qr.png(_code(name), scale=_SCALE), "image/png", f"{name}.png", request)


@require_GET
def print_poster(request: HttpRequest, name: str) -> HttpResponseBase:
    """A poster in one of the survey's languages: the question, the code, the address."""
    survey = get_object_or_404(Survey.objects.select_related("current"), name=name)
    try:
        markup = poster.page(_poster(request, survey))
    except ChannelError as wrong:
        error(request, _("There is no poster: %(reason)s.") % {"reason": wrong})
        return redirect("survey", name)
    return HttpResponse(markup, headers={"Content-Security-Policy": _POSTER_POLICY})


def _poster(request: HttpRequest, survey: Survey) -> Poster:
    company = Company.load()
    document = parse(survey.current.document if survey.current else survey.document)
    locale, paper = request.GET.get("l", ""), request.GET.get("paper", "")
    locale = locale if locale in document.locales else document.default_locale
    said = spoken(document, locale, {"company": company.name})
    return Poster(
        url=_code(survey.name),
        brand=document.company or company.name,
        question=said.first.text,
        hint=said.voice.say("poster.scan"),
        lang=locale,
        direction=said.voice.direction,
        accent=company.accent,
        paper="A5" if paper == "A5" else next(iter(PAPERS)),
    )


def _code(name: str) -> str:
    survey = get_object_or_404(Survey, name=name)
    return f"{absolute('anonymous', survey.token)}?c=qr"


def _attached(content: bytes, kind: str, name: str, request: HttpRequest) -> HttpResponse:
    way = "inline" if request.GET.get("shown") else "attachment"
    headers = {"Content-Disposition": f'{way}; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=headers)


ROUTES = (
    Route("surveys/<slug:name>/link", switch, "switch_link", "ask"),
    Route("surveys/<slug:name>/test", test, "test_survey", "ask"),
    Route("surveys/<slug:name>/code.svg", code_svg, "survey_svg", "see"),
    Route("surveys/<slug:name>/code.png", code_png, "survey_png", "see"),
    Route("surveys/<slug:name>/poster", print_poster, "survey_poster", "see"),
)
