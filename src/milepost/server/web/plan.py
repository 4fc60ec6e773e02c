"""The plan on pages: journeys with their touchpoints, the file itself, and its history."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from milepost.errors import MilepostError
from milepost.insight.trial import Trial
from milepost.plan.editing.edit import Edit
from milepost.plan.model import KINDS, Kind, Plan, Signal, Touchpoint
from milepost.server.access import Route
from milepost.server.actions.plans import became
from milepost.server.models import Company, PlanEdit
from milepost.server.queries.numbers import NotYet
from milepost.server.queries.paging import PAGE
from milepost.server.queries.plans import begun, edits, standing, trial
from milepost.server.queries.rules import zone_of
from milepost.server.titles import titled
from milepost.server.web.page import page
from milepost.server.web.plan_proposing import HERE, Proposal, propose

WORDS = {
    "start": gettext_lazy("Made the plan"),
    "touchpoint": gettext_lazy("Changed a touchpoint"),
    "add touchpoint": gettext_lazy("Added a touchpoint"),
    "move touchpoint": gettext_lazy("Moved a touchpoint"),
    "remove touchpoint": gettext_lazy("Removed a touchpoint"),
    "add journey": gettext_lazy("Added a journey"),
    "journey": gettext_lazy("Changed a journey"),
    "move journey": gettext_lazy("Moved a journey"),
    "remove journey": gettext_lazy("Removed a journey"),
    "add initiative": gettext_lazy("Added an initiative"),
    "initiative": gettext_lazy("Changed an initiative"),
    "remove initiative": gettext_lazy("Removed an initiative"),
    "add note": gettext_lazy("Added a note"),
    "note": gettext_lazy("Changed a note"),
    "remove note": gettext_lazy("Removed a note"),
    "company": gettext_lazy("Changed the company"),
    "undo": gettext_lazy("Undid a change"),
    "by hand": gettext_lazy("Changed in an editor"),
}

_LONGEST_PK = 20


@require_GET
def plan(request: HttpRequest) -> HttpResponseBase:
    """The journeys with their touchpoints, and what else the plan says."""
    now = standing()
    if not now.hash:
        return redirect("plan_start")
    tried = _tried(now.text)
    titles = {offer.metric: titled(offer.title) for offer in tried.offers} if tried else {}
    shown = now.plan
    return page(
        request, "web/plan/plan.html", title=_("Plan"), here=HERE, plan=shown, seen=now.hash,
        findings=tried.findings if tried else (), checked=tried is not None,
        journeys=_journeys(shown, titles) if shown else [],
        targets=[(titles.get(n, n), v) for n, v in shown.targets.items()] if shown else [],
        headline=titles.get(shown.headline.metric, shown.headline.metric) if shown and shown.headline else "",
        titles=titles, begun=begun(now),
    )  # fmt: skip


@require_GET
def file(request: HttpRequest) -> HttpResponseBase:
    """The file's text with the numbers of its lines."""
    now = standing()
    if not now.hash:
        return redirect("plan_start")
    lines = now.text.splitlines()
    return page(request, "web/plan/file.html", title=_("The plan’s file"), here=HERE, lines=lines)


@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """What was changed, when and by whom, the newest first."""
    before, now = request.GET.get("before", ""), standing().hash
    known = before.isdecimal() and len(before) < _LONGEST_PK
    rows = edits().filter(pk__lt=int(before)) if known else edits()
    some: Sequence[PlanEdit] = list(rows[: PAGE + 1])
    return page(
        request, "web/plan/history.html", title=_("History of the plan"), here=HERE,
        edits=[(row, WORDS.get(row.verb, row.verb), became(row, now)) for row in some[:PAGE]], zone=zone_of(Company.load()),
        after=some[PAGE - 1].pk if len(some) > PAGE else None,
    )  # fmt: skip


@require_GET
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One change with its difference."""
    row = get_object_or_404(PlanEdit.objects.select_related("member"), pk=pk)
    now = standing()
    return page(
        request, "web/plan/change.html", title=str(WORDS.get(row.verb, row.verb)), here=HERE,
        row=row, edit=Edit(row.before, row.after), zone=zone_of(Company.load()), seen=now.hash,
        state=became(row, now.hash), latest=row.after_hash == now.hash, undone=row.before_hash == now.hash,
    )  # fmt: skip


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Bring the plan back as it was before a change, as a change of its own."""
    row = get_object_or_404(PlanEdit, pk=pk)
    if not row.before:
        raise Http404
    proposal = Proposal(
        "undo", str(row.pk), _("The plan as it was before"), reverse("plan_history")
    )
    return propose(request, proposal, lambda text: row.before)


def _tried(text: str) -> Trial | None:
    """What the plan is; None while that is being found out."""
    try:
        return trial(text)
    except NotYet:
        return None
    except MilepostError as wrong:
        return Trial((str(wrong),), ())


def _journeys(plan: Plan, titles: dict[str, str]) -> list[tuple[object, list[dict[str, object]]]]:
    return [
        (journey, [_point(p, titles) for p in journey.touchpoints]) for journey in plan.journeys
    ]


def _point(point: Touchpoint, titles: dict[str, str]) -> dict[str, object]:
    return {
        "point": point,
        "kinds": [(kind, _signals(point, kind, titles)) for kind in KINDS],
        "targets": [(titles.get(name, name), value) for name, value in point.targets.items()],
        "headline": titles.get(point.headline or "", point.headline or ""),
    }


def _signals(point: Touchpoint, kind: Kind, titles: dict[str, str]) -> list[str]:
    stated: tuple[Signal, ...] = getattr(point, kind)
    return [titles.get(signal.metric, signal.metric) for signal in stated]


ROUTES = (
    Route("plan", plan, "plan", "see"),
    Route("plan/file", file, "plan_file", "see"),
    Route("plan/history", history, "plan_history", "see"),
    Route("plan/history/<int:pk>", change, "plan_change", "see"),
    Route("plan/history/<int:pk>/undo", undo, "undo_plan", "plan"),
)
