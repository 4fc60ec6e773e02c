"""Surveys: the list, a new one, one survey with its link and its state, what was asked in each version."""

from __future__ import annotations

from typing import cast

from django.contrib.messages import error, success
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.programs.surveys.cost import cost
from milepost.programs.surveys.document import parse
from milepost.programs.surveys.errors import SurveyError
from milepost.programs.surveys.survey_types import SURVEY_TYPES
from milepost.programs.surveys.voice import speak
from milepost.server.access import Route
from milepost.server.actions import surveys as actions
from milepost.server.addresses import absolute
from milepost.server.forms.surveys import Beginning, Noting, Upload
from milepost.server.models import Company, Member, Survey, Version
from milepost.server.queries import surveys as queries
from milepost.server.web.page import page
from milepost.server.web.survey_preview import panel

HERE = "surveys"


@require_GET
def surveys(request: HttpRequest) -> HttpResponse:
    """Every survey, or those that were put away."""
    archived = request.GET.get("archived") == "on"
    pages = Paginator(queries.surveys(archived=archived), queries.PAGE)
    shown = pages.get_page(request.GET.get("page"))
    return page(
        request, "web/surveys/list.html", title=_("Surveys"), here=HERE, shown=shown,
        rows=queries.rows(list(shown)), archived=archived,
        hidden=not archived and queries.surveys(archived=True).count(),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponseBase:
    """Choose a ready type and a title; the draft can be asked as it is."""
    form = Beginning(request.POST or None, initial={"type": SURVEY_TYPES[0].name})
    if form.is_valid():
        given = form.cleaned_data
        made = actions.start(given["title"], given["type"], by=member(request))
        success(
            request,
            _("%(title)s is ready as a draft. Change what you like, then publish it.")
            % {"title": made.title},
        )
        return redirect("edit_survey", made.name)
    return page(
        request, "web/surveys/new.html", title=_("New survey"), here=HERE, form=form,
        upload=Upload(), types=_types(), chosen=form["type"].value(),
    )  # fmt: skip


@require_GET
def survey(request: HttpRequest, name: str) -> HttpResponse:
    """One survey: what is asked, its link, what became of it."""
    found = get_object_or_404(Survey.objects.select_related("current"), name=name)
    document = parse(found.document)
    return page(
        request, "web/surveys/survey.html", title=found.title, here=HERE, survey=found,
        document=document, languages=[queries.language_name(each) for each in document.locales],
        pending=queries.pending(found), use=queries.use(found), cost=cost(document),
        link=absolute("anonymous", found.token), programs=found.programs.all(),
        preview=panel(document), zone=Company.load().time_zone, stamp=actions.stamp(found),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, name: str) -> HttpResponseBase:
    """What publishing the draft would change for respondents; then publish it."""
    found = get_object_or_404(Survey.objects.select_related("current"), name=name)
    form = Noting(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            version = actions.publish(
                found, seen=request.POST.get("seen", ""), note=given["note"],
                marked=given["marked"], by=member(request),
            )  # fmt: skip
        except actions.SurveyChangedError:
            error(request, _("Somebody saved this survey meanwhile. Look at the changes again."))
            return redirect("publish_survey", name)
        except SurveyError as wrong:
            error(
                request,
                _("It cannot be published: %(faults)s.")
                % {"faults": "; ".join(map(str, wrong.faults))},
            )
            return redirect("publish_survey", name)
        success(
            request,
            _("%(title)s is published: version %(number)s.")
            % {"title": found.title, "number": version.number},
        )
        return redirect("survey", name)
    return page(
        request, "web/surveys/publish.html", title=_("Publish %(title)s") % {"title": found.title}, here=HERE, survey=found,
        form=form, changes=queries.draft_changes(found), rewords=queries.rewords(found),
        pending=queries.pending(found), stamp=actions.stamp(found), document=parse(found.document),
    )  # fmt: skip


@require_GET
def versions(request: HttpRequest, name: str) -> HttpResponse:
    """What was asked word by word in each version."""
    found = get_object_or_404(Survey, name=name)
    return page(
        request, "web/surveys/versions.html", title=_("Versions of %(title)s") % {"title": found.title}, here=HERE,
        survey=found, askings=queries.askings(found), zone=Company.load().time_zone,
    )  # fmt: skip


@require_POST
def mark(request: HttpRequest, name: str, number: int) -> HttpResponseBase:
    """Mark a version's change of wording in the trend, or unmark it."""
    version = get_object_or_404(Version, survey__name=name, number=number)
    form = Noting(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        actions.mark(version, note=given["note"], marked=given["marked"], by=member(request))
        said = (
            _("Version %(number)s is marked.")
            if given["marked"]
            else _("Version %(number)s is not marked.")
        )
        success(request, said % {"number": number})
    else:
        error(request, _("The note is not stored: it takes one line of at most 200 characters."))
    return redirect("survey_versions", name)


@require_POST
def archive(request: HttpRequest, name: str) -> HttpResponseBase:
    """Put a survey away, or bring it back."""
    found = get_object_or_404(Survey, name=name)
    away = request.POST.get("archived") == "on"
    actions.archive(found, away, by=member(request))
    said = (
        _("%(title)s is archived; its links say that it is closed.")
        if away
        else _("%(title)s is in use again.")
    )
    success(request, said % {"title": found.title})
    return redirect("survey", name)


@require_POST
def delete(request: HttpRequest, name: str) -> HttpResponseBase:
    """Remove a draft that nobody was asked."""
    found = get_object_or_404(Survey, name=name)
    try:
        actions.delete(found, by=member(request))
    except actions.SurveyStateError as wrong:
        error(request, f"{wrong}.")
        return redirect("survey", name)
    success(request, _("The draft %(title)s is removed.") % {"title": found.title})
    return redirect("surveys")


def member(request: HttpRequest) -> Member:
    """Who is signed in."""
    return cast(Member, request.user)


def _types() -> list[dict[str, object]]:
    """The ready types with the question that each asks, as it is shipped."""
    fallback = {"company": Company.load().name}
    return [
        {"kind": kind, "question": speak("en", values=fallback).say(f"{kind.name}.question")}
        for kind in SURVEY_TYPES
    ]


ROUTES = (
    Route("surveys", surveys, "surveys", "see"),
    Route("surveys/new", begin, "new_survey", "ask"),
    Route("surveys/<slug:name>", survey, "survey", "see"),
    Route("surveys/<slug:name>/publish", publish, "publish_survey", "ask"),
    Route("surveys/<slug:name>/versions", versions, "survey_versions", "see"),
    Route("surveys/<slug:name>/versions/<int:number>", mark, "mark_version", "ask"),
    Route("surveys/<slug:name>/archive", archive, "archive_survey", "ask"),
    Route("surveys/<slug:name>/delete", delete, "delete_survey", "ask"),
)
