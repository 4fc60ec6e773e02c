"""The plan's parts changed on pages: touchpoints, journeys, initiatives, notes and the company's targets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from milepost.plan.editing import parts
from milepost.plan.editing import touchpoints as points
from milepost.plan.model import Journey, Plan, Touchpoint
from milepost.server.access import Route
from milepost.server.forms.plan_parts import (
    CompanyForm,
    InitiativeForm,
    JourneyForm,
    NewForm,
    NoteForm,
)
from milepost.server.forms.plan_touchpoint import TouchpointForm
from milepost.server.queries.plans import Standing
from milepost.server.web.page import page
from milepost.server.web.plan_proposing import HERE, Proposal, offers, opened, propose


@require_http_methods(["GET", "HEAD", "POST"])
def touchpoint(request: HttpRequest, name: str) -> HttpResponseBase:
    """The form of a touchpoint."""
    now, plan = _plan(request)
    point, journey = _point(plan, name)
    form = TouchpointForm(_posted(request), point=point, offers=_offers(request, now))
    title = point.title or point.name
    proposal = Proposal("touchpoint", name, title, reverse("plan") + f"#at-{name}", form=True)
    if _ready(request, form):
        return propose(request, proposal, form.edited)
    return _form(
        request,
        "web/plan/touchpoint.html",
        now,
        title=title,
        form=form,
        point=point,
        journey=journey,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def journey(request: HttpRequest, name: str) -> HttpResponseBase:
    """The form of a journey."""
    now, plan = _plan(request)
    found = _journey(plan, name)
    form = JourneyForm(_posted(request), journey=found, offers=_offers(request, now))
    if _ready(request, form):
        return propose(request, _to_plan("journey", name, found.title or name), form.edited)
    return _form(request, "web/plan/part.html", now, title=found.title or name, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def add_journey(request: HttpRequest) -> HttpResponseBase:
    """The form of a new journey."""
    now, plan = _plan(request)
    taken = [each.name for each in plan.journeys]
    form = NewForm(_posted(request), taken=taken, instead="journey")
    if _ready(request, form):
        proposal = _to_plan("add journey", form.cleaned_data["name"], _("New journey"))
        return propose(request, proposal, form.journey_added)
    return _form(request, "web/plan/part.html", now, title=_("New journey"), form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def add_touchpoint(request: HttpRequest, name: str) -> HttpResponseBase:
    """The form of a new touchpoint of a journey."""
    now, plan = _plan(request)
    found = _journey(plan, name)
    taken = [each.name for each in plan.touchpoints]
    form = NewForm(_posted(request), taken=taken, instead="touchpoint")
    if _ready(request, form):
        proposal = _to_plan("add touchpoint", form.cleaned_data["name"], _("New touchpoint"))
        return propose(request, proposal, lambda text: form.touchpoint_added(text, found.name))
    return _form(request, "web/plan/part.html", now, title=_("New touchpoint"), form=form)


@require_POST
def move(request: HttpRequest, name: str) -> HttpResponseBase:
    """Move a touchpoint one place up or down its journey."""
    _now, plan = _plan(request)
    point, around = _point(plan, name)
    names = [each.name for each in around.touchpoints]
    before = _before(names, name, up=request.POST.get("to") == "up")
    title, back = point.title or name, reverse("plan") + f"#at-{name}"
    proposal = Proposal("move touchpoint", name, title, back)
    return propose(
        request, proposal, lambda text: points.move_touchpoint(text, name, before=before)
    )


@require_POST
def move_journey(request: HttpRequest, name: str) -> HttpResponseBase:
    """Move a journey one place up or down."""
    _now, plan = _plan(request)
    found = _journey(plan, name)
    before = _before([each.name for each in plan.journeys], name, up=request.POST.get("to") == "up")
    proposal = _to_plan("move journey", name, found.title or name, form=False)
    return propose(request, proposal, lambda text: parts.move_journey(text, name, before=before))


@require_POST
def remove(request: HttpRequest, kind: str, name: str) -> HttpResponseBase:
    """Remove a touchpoint, a journey or an initiative."""
    verbs: dict[str, Callable[[str, str], str]] = {
        "touchpoint": points.remove_touchpoint,
        "journey": parts.remove_journey,
        "initiative": parts.remove_initiative,
    }
    if kind not in verbs:
        raise Http404
    proposal = _to_plan(f"remove {kind}", name, _("Remove %(name)s") % {"name": name}, form=False)
    return propose(request, proposal, lambda text: verbs[kind](text, name))


@require_http_methods(["GET", "HEAD", "POST"])
def company(request: HttpRequest) -> HttpResponseBase:
    """The company, its headline and its own targets."""
    now, plan = _plan(request)
    form = CompanyForm(_posted(request), plan=plan, offers=_offers(request, now))
    title = _("Company and targets")
    if _ready(request, form):
        return propose(request, _to_plan("company", "", title), form.edited)
    return _form(request, "web/plan/company.html", now, title=title, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def add_initiative(request: HttpRequest) -> HttpResponseBase:
    """The form of a new initiative."""
    now, plan = _plan(request)
    form = InitiativeForm(_posted(request), plan=plan, offers=_offers(request, now))
    title = _("New initiative")
    if _ready(request, form):
        proposal = _to_plan("add initiative", form.cleaned_data["name"], title)
        return propose(request, proposal, form.edited)
    return _form(request, "web/plan/part.html", now, title=title, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def initiative(request: HttpRequest, name: str) -> HttpResponseBase:
    """The form of an initiative."""
    now, plan = _plan(request)
    found = next((each for each in plan.initiatives if each.name == name), None)
    if found is None:
        raise Http404
    form = InitiativeForm(
        _posted(request), plan=plan, offers=_offers(request, now), initiative=found
    )
    if _ready(request, form):
        return propose(request, _to_plan("initiative", name, name), form.edited)
    return _form(request, "web/plan/part.html", now, title=name, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def add_note(request: HttpRequest) -> HttpResponseBase:
    """The form of a new note on the trend."""
    now, _plan_of = _plan(request)
    form = NoteForm(_posted(request))
    title = _("New note")
    if _ready(request, form):
        proposal = _to_plan("add note", form.cleaned_data["day"].isoformat(), title)
        return propose(request, proposal, form.edited)
    return _form(request, "web/plan/part.html", now, title=title, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest) -> HttpResponseBase:
    """The form of a note, which has no name: the address says its day and its text."""
    now, plan = _plan(request)
    said = (request.GET.get("day", ""), request.GET.get("text", "").split())
    found = next((n for n in plan.notes if (n.day.isoformat(), n.text.split()) == said), None)
    if found is None:
        raise Http404
    form = NoteForm(_posted(request), note=found)
    title = _("Note on the trend")
    if _ready(request, form):
        return propose(request, _to_plan("note", found.day.isoformat(), title), form.edited)
    return _form(request, "web/plan/part.html", now, title=title, form=form)


@require_POST
def remove_note(request: HttpRequest) -> HttpResponseBase:
    """Remove a note."""
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        raise Http404 from None
    text = request.POST.get("text", "")
    proposal = _to_plan("remove note", day.isoformat(), _("Remove a note"), form=False)
    return propose(request, proposal, lambda plan: parts.remove_note(plan, day, text))


def _plan(request: HttpRequest) -> tuple[Standing, Plan]:
    now, plan = opened(request)
    if plan is None:
        raise Http404
    return now, plan


def _point(plan: Plan, name: str) -> tuple[Touchpoint, Journey]:
    for each in plan.journeys:
        for point in each.touchpoints:
            if point.name == name:
                return point, each
    raise Http404


def _journey(plan: Plan, name: str) -> Journey:
    found = next((each for each in plan.journeys if each.name == name), None)
    if found is None:
        raise Http404
    return found


def _before(names: list[str], name: str, *, up: bool) -> str | None:
    """Before which of the names one stands after a move by one place; None: it is the last."""
    index = names.index(name)
    after = names[max(index - 1, 0) :] if up else names[index + 2 :]
    return after[0] if after else None


def _to_plan(verb: str, about: str, title: str, *, form: bool = True) -> Proposal:
    return Proposal(verb, about, title, reverse("plan"), form=form)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _offers(request: HttpRequest, now: Standing) -> Any:
    return offers(now.text, posted=request.method == "POST")


def _ready(request: HttpRequest, form: forms.Form) -> bool:
    """Whether a form goes on to its difference; 'edit' comes back from there."""
    return form.is_valid() and request.POST.get("do") != "edit"


def _form(request: HttpRequest, template: str, now: Standing, **context: Any) -> HttpResponse:
    base = request.POST.get("base") or now.hash
    return page(request, template, here=HERE, base=base, seen=now.hash, **context)


ROUTES = (
    Route("plan/touchpoints/<str:name>", touchpoint, "plan_touchpoint", "plan"),
    Route("plan/touchpoints/<str:name>/move", move, "move_touchpoint", "plan"),
    Route("plan/journeys/new", add_journey, "add_journey", "plan"),
    Route("plan/journeys/<str:name>/edit", journey, "plan_journey", "plan"),
    Route("plan/journeys/<str:name>/move", move_journey, "move_journey", "plan"),
    Route("plan/journeys/<str:name>/touchpoints/new", add_touchpoint, "add_touchpoint", "plan"),
    Route("plan/company", company, "plan_company", "plan"),
    Route("plan/initiatives/new", add_initiative, "add_initiative", "plan"),
    Route("plan/initiatives/<str:name>/edit", initiative, "plan_initiative", "plan"),
    Route("plan/notes/new", add_note, "add_note", "plan"),
    Route("plan/notes/edit", note, "plan_note", "plan"),
    Route("plan/notes/remove", remove_note, "remove_note", "plan"),
    Route("plan/remove/<str:kind>/<str:name>", remove, "remove_from_plan", "plan"),
)
