"""The way to a first plan: sources, journey, signals, and the file that comes of it."""

from __future__ import annotations

from dataclasses import asdict, replace
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
from milepost.server.queries.plans import AT_ONCE, PATIENT, begun, look, standing, trial
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
    draft, do = _draft(), request.POST.get("do", "")
    upload = FileForm(request.POST, request.FILES) if do == "upload" else FileForm()
    if do == "upload" and upload.is_valid() and (answer := _uploaded(request, draft, upload)):
        return answer
    if do.startswith("forget:"):
        return _forgotten(request, draft, do.removeprefix("forget:"))
    form = SourcesForm(request.POST if do == "next" else None, initial=asdict(draft))
    if form.is_valid():
        draft = replace(draft, **form.cleaned_data)
        if draft.ready:
            return _kept(request, draft, "plan_start_journey")
        form.add_error("server", _("Choose what is collected here, or add a data file first."))
    return _step(
        request,
        "web/plan/start.html",
        0,
        form=form,
        upload=upload,
        files=list(enumerate(draft.files)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, number: int) -> HttpResponseBase:
    """What a file was understood to be, and what it does not say."""
    draft = _draft()
    path = next((path for n, path in enumerate(draft.files) if n == number), None)
    if path is None:
        raise Http404
    first = _look(path, draft, {}, patient=request.method == "POST")
    said = draft.files[path]
    form = ChoosingForm(request.POST or None, choosing=first.choosing, said=said)
    if request.method == "POST" and form.is_valid():
        return _kept(
            request, replace(draft, files={**draft.files, path: form.said()}), "plan_start"
        )
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
        changed = replace(draft, journey=form.cleaned_data["title"], points=form.points())
        return _kept(request, changed, "plan_start_signals")
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
        return _kept(request, replace(draft, signals=form.chosen()), "plan_start_write")
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


def _kept(request: HttpRequest, draft: Draft, following: str) -> HttpResponseBase:
    actions.keep_draft(asdict(draft), by=by(request))
    return redirect(following)


def _uploaded(request: HttpRequest, draft: Draft, form: FileForm) -> HttpResponseBase | None:
    """Keep a file that can be read, and go to what it does not say."""
    given = form.cleaned_data["file"]
    path = ""
    try:
        path = actions.keep_file(given.name, given.chunks(), by=by(request))
        draft = replace(draft, files={**draft.files, path: {}})
        actions.keep_draft(asdict(draft), by=by(request))
        _look(path, draft, {}, patient=True)
    except MilepostError as wrong:
        form.add_error("file", str(wrong))
        if path:
            _without(request, draft, path)
        return None
    return redirect("plan_start_file", len(draft.files) - 1)


def _forgotten(request: HttpRequest, draft: Draft, number: str) -> HttpResponseBase:
    paths = list(draft.files)
    if number.isdecimal() and int(number) < len(paths):
        _without(request, draft, paths[int(number)])
    return redirect("plan_start")


def _without(request: HttpRequest, draft: Draft, path: str) -> None:
    actions.drop_file(path, by=by(request))
    rest = {each: said for each, said in draft.files.items() if each != path}
    actions.keep_draft(asdict(replace(draft, files=rest)), by=by(request))


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
    Route("plan/start/files/<int:number>", file, "plan_start_file", "plan"),
    Route("plan/start/journey", journey, "plan_start_journey", "plan"),
    Route("plan/start/signals", signals, "plan_start_signals", "plan"),
    Route("plan/start/write", finish, "plan_start_write", "plan"),
)
