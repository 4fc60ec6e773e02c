"""The way to a first plan: sources, journey, signals, and the file that comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.contrib.messages import success
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from milepost.errors import MilepostError
from milepost.insight.trial import Looked
from milepost.plan.editing.edit import Edit
from milepost.server.access import Route, may
from milepost.server.actions import plans as actions
from milepost.server.forms.plan_draft import Draft, draft_of, text_of
from milepost.server.forms.plan_start import (
    ChoosingForm,
    FileForm,
    JourneyStep,
    SignalsStep,
    SourcesForm,
)
from milepost.server.models import Company, PlanDraft, Survey
from milepost.server.queries.numbers import AT_ONCE, NotYet
from milepost.server.queries.plans import PATIENT, begun, look, standing, trial
from milepost.server.web.page import page
from milepost.server.web.plan_proposing import HERE
from milepost.server.web.telling import by

STEPS = (
    ("plan_start", gettext_lazy("Sources")),
    ("plan_start_journey", gettext_lazy("Journey")),
    ("plan_start_signals", gettext_lazy("Signals")),
    ("plan_start_write", gettext_lazy("The plan")),
)


@require_http_methods(["GET", "HEAD", "POST"])
def sources(request: HttpRequest) -> HttpResponseBase:
    """Step 1: what is measured, and where it comes from."""
    if not may(request.user, "plan"):
        return page(request, "web/plan/none.html", title=_("No plan yet"), here=HERE)
    if begun(standing()):
        return redirect("plan")
    do = request.POST.get("do", "")
    if do == "next" and request.FILES:
        # A file that was chosen is meant, whichever button was pressed.
        do = "upload"
    if do == "next":
        return _company_said(request)
    if do:
        _beside(request)
    if do.startswith("forget:"):
        actions.drop_file(do.removeprefix("forget:"), by=by(request))
        return redirect("plan_start")
    upload = FileForm(request.POST, request.FILES) if do == "upload" else FileForm()
    if do == "upload" and upload.is_valid() and (answer := _uploaded(request, upload)):
        return answer
    return _sources(request, SourcesForm(initial=asdict(_draft())), upload)


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """What a file was understood to be, and what it does not say."""
    draft, path = _draft(), f"{actions.DATA}/{name}"
    if path not in draft.files:
        raise Http404
    first = _look(path, draft, {}, patient=request.method == "POST")
    said = draft.files[path]
    form = ChoosingForm(request.POST or None, choosing=first.choosing, said=said)
    if request.method == "POST" and form.is_valid():
        actions.decide_file(path, form.said(), by=by(request))
        return redirect("plan_start")
    looked = _look(path, draft, dict(said), patient=request.method == "POST")
    return _step(request, "web/plan/start_file.html", 0, form=form, looked=looked, path=path)


@require_http_methods(["GET", "HEAD", "POST"])
def journey(request: HttpRequest) -> HttpResponseBase:
    """Step 2: the journey and its touchpoints, proposed from what the data hold."""
    draft = _draft()
    if not draft.ready:
        return redirect("plan_start")
    points = draft.points or _proposed(draft, posted=request.method == "POST")
    title = draft.journey or _("The journey")
    form = JourneyStep(request.POST or None, title=title, points=points)
    if request.method == "POST" and form.is_valid():
        said = {"journey": form.cleaned_data["title"], "points": form.points()}
        return _kept(request, said, "plan_start_signals")
    return _step(request, "web/plan/start_journey.html", 1, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def signals(request: HttpRequest) -> HttpResponseBase:
    """Step 3: the signals of each touchpoint, of the metrics that the sources bring."""
    draft, posted = _draft(), request.method == "POST"
    if not (draft.ready and draft.points):
        return redirect("plan_start_journey")
    tried = trial(_text(replace(draft, signals={}), posted=posted), seconds=_patience(posted))
    chosen = draft.signals or _asked(draft)
    form = SignalsStep(
        request.POST or None, points=draft.points, offers=tried.offers,
        chosen={name: [m for some in kinds.values() for m in some] for name, kinds in chosen.items()},
    )  # fmt: skip
    if posted and form.is_valid():
        return _kept(request, {"signals": form.chosen()}, "plan_start_write")
    return _step(request, "web/plan/start_signals.html", 2, form=form, findings=tried.findings)


@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: HttpRequest) -> HttpResponseBase:
    """Step 4: the file as it would be, and its writing."""
    draft, posted = _draft(), request.method == "POST"
    if not (draft.ready and draft.points):
        return redirect("plan_start_journey")
    text = _text(draft, posted=posted)
    findings = trial(text, seconds=_patience(posted)).findings
    if posted and not findings:
        try:
            now = standing()
            if begun(now):
                return redirect("plan")
            actions.write(Edit(now.text, text), seen=now.hash, verb="start", by=by(request))
        except MilepostError as wrong:
            findings = (str(wrong),)
        else:
            actions.forget_draft(by=by(request))
            success(request, _("The plan is written. The journey map shows what is measured."))
            return redirect("home")
    lines = text.splitlines()
    return _step(request, "web/plan/start_write.html", 3, lines=lines, findings=findings)


def _step(request: HttpRequest, template: str, number: int, **context: Any) -> HttpResponseBase:
    title = _("Make the plan: %(step)s") % {"step": STEPS[number][1]}
    return page(
        request, template, title=title, here=HERE, steps=STEPS, step=STEPS[number][0],
        behind=STEPS[number - 1][0] if number else None, **context,
    )  # fmt: skip


def _draft() -> Draft:
    document = PlanDraft.load().document
    company = Company.load()
    usual = {"name": company.name, "timezone": company.time_zone}
    return draft_of({**usual, **document})


def _kept(request: HttpRequest, said: Mapping[str, Any], following: str) -> HttpResponseBase:
    actions.keep_draft(said, by=by(request))
    return redirect(following)


def _sources(request: HttpRequest, form: SourcesForm, upload: FileForm) -> HttpResponseBase:
    files = [(Path(path).name, path) for path in _draft().files]
    return _step(request, "web/plan/start.html", 0, form=form, upload=upload, files=files)


def _company_said(request: HttpRequest) -> HttpResponseBase:
    form = SourcesForm(request.POST)
    if form.is_valid():
        if replace(_draft(), **form.cleaned_data).ready:
            return _kept(request, form.cleaned_data, "plan_start_journey")
        form.add_error("server", _("Choose what is collected here, or add a data file first."))
    return _sources(request, form, FileForm())


def _beside(request: HttpRequest) -> None:
    """Keep what was typed of the company while files came and went; what is wrong of it can wait."""
    form = SourcesForm(request.POST)
    form.full_clean()
    if "name" in form.cleaned_data:
        actions.keep_draft(form.cleaned_data, by=by(request))


def _uploaded(request: HttpRequest, form: FileForm) -> HttpResponseBase | None:
    """Keep a file that can be read, and go to what it does not say."""
    given, path = form.cleaned_data["file"], ""
    try:
        path = actions.keep_file(given.name, given.chunks(), by=by(request))
        _look(path, _draft(), {}, patient=True)
    except NotYet:
        pass  # the page that follows waits for it
    except MilepostError as wrong:
        form.add_error("file", str(wrong))
        if path:
            actions.drop_file(path, by=by(request))
        return None
    return redirect("plan_start_file", Path(path).name)


def _look(path: str, draft: Draft, said: dict[str, str], *, patient: bool) -> Looked:
    decided = tuple(sorted(said.items()))
    return look(path, decided, zone=draft.timezone or "UTC", seconds=_patience(patient))


def _text(draft: Draft, *, posted: bool) -> str:
    files = [_look(path, draft, dict(said), patient=posted) for path, said in draft.files.items()]
    return text_of(draft, files)


def _proposed(draft: Draft, *, posted: bool) -> list[tuple[str, str]]:
    """The touchpoints that files and surveys speak of."""
    found: dict[str, str] = {}
    for path, said in draft.files.items():
        stops = _look(path, draft, dict(said), patient=posted).stops
        found |= {name: title[:1].upper() + title[1:] for name, title in stops}
    asked = Survey.objects.filter(archived=False).exclude(touchpoint="")
    for name in asked.order_by("touchpoint").values_list("touchpoint", flat=True).distinct():
        found.setdefault(name, name.replace("_", " ").capitalize())
    return list(found.items())


def _asked(draft: Draft) -> dict[str, dict[str, list[str]]]:
    """What published surveys ask at each touchpoint, as its perception."""
    rows = Survey.objects.filter(archived=False, current__isnull=False).exclude(touchpoint="")
    found: dict[str, dict[str, list[str]]] = {}
    for point, kind in rows.values_list("touchpoint", "document__type"):
        found.setdefault(point, {"perception": []})["perception"].append(str(kind))
    return {name: kinds for name, kinds in found.items() if name in dict(draft.points)}


def _patience(posted: bool) -> float:
    return PATIENT if posted else AT_ONCE


ROUTES = (
    Route("plan/start", sources, "plan_start", "see"),
    Route("plan/start/files/<str:name>", file, "plan_start_file", "plan"),
    Route("plan/start/journey", journey, "plan_start_journey", "plan"),
    Route("plan/start/signals", signals, "plan_start_signals", "plan"),
    Route("plan/start/write", finish, "plan_start_write", "plan"),
)
