"""From what was typed to the plan's file: the difference and what is wrong with it first, then the writing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.messages import info, success
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from milepost.errors import MilepostError
from milepost.insight.trial import Offer
from milepost.plan.editing.edit import Edit
from milepost.plan.model import Plan
from milepost.server.actions.plans import PlanChangedError, write
from milepost.server.queries.numbers import AT_ONCE, NotYet
from milepost.server.queries.plans import PATIENT, Standing, seen_plan, standing, trial
from milepost.server.web.page import page
from milepost.server.web.telling import by

HERE = "plan"
# What a form sends beside its own fields.
_OWN = ("csrfmiddlewaretoken", "do", "seen")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that somebody proposes: what it is, about what, where to go then; `form`: typed on one."""

    verb: str
    about: str
    title: str
    back: str
    form: bool = False


def propose(
    request: HttpRequest, proposal: Proposal, change: Callable[[str], str]
) -> HttpResponseBase:
    """Show what a change would do to the file, or write it where that was seen and nothing is wrong."""
    now = standing()
    try:
        edit = Edit(now.text, change(now.text))
    except MilepostError as wrong:
        return _shown(request, proposal, now, Edit(now.text, now.text), (str(wrong),))
    if edit.empty:
        info(request, _("Nothing was changed."))
        return redirect(proposal.back)
    findings = _findings(edit.after)
    if request.POST.get("do") != "save" or findings or request.POST.get("seen") != now.hash:
        return _shown(request, proposal, now, edit, findings)
    try:
        why = request.POST.get("why", "").strip()
        write(
            edit, seen=now.hash, verb=proposal.verb, about=proposal.about, why=why, by=by(request)
        )
    except PlanChangedError:
        return propose(request, proposal, change)
    except MilepostError as wrong:
        return _shown(request, proposal, now, edit, (str(wrong),))
    success(request, _("The plan is saved. Figures follow it from now on."))
    return redirect(proposal.back)


def opened(request: HttpRequest) -> tuple[Standing, Plan | None]:
    """The plan's file, and the plan that a page compares with: the one its form was opened with."""
    now = standing()
    base = request.POST.get("base", "")
    return now, (seen_plan(base) if base and base != now.hash else None) or now.plan


def offers(text: str, *, posted: bool) -> tuple[Offer, ...]:
    """The metrics that a plan's sources bring. Raises NotYet for a page that is only looked at."""
    return trial(text, seconds=PATIENT if posted else AT_ONCE).offers


def _findings(text: str) -> tuple[str, ...]:
    try:
        return trial(text, seconds=PATIENT).findings
    except NotYet:
        return (
            _(
                "Figures are being built just now, so that the plan could not be checked. Try again."
            ),
        )
    except MilepostError as wrong:
        return (str(wrong),)


def _shown(
    request: HttpRequest, proposal: Proposal, now: Standing, edit: Edit, findings: tuple[str, ...]
) -> HttpResponseBase:
    """The page between a form and the file; what was typed goes along, so that nothing is lost."""
    seen = request.POST.get("seen", "")
    clash = bool(seen) and seen != now.hash
    typed = [
        (name, value)
        for name in request.POST
        if name not in (*_OWN, "why")
        for value in request.POST.getlist(name)
    ]
    return page(
        request, "web/plan/difference.html", title=proposal.title, here=HERE, proposal=proposal,
        edit=edit, findings=findings, typed=typed, seen=now.hash, clash=clash,
        why=request.POST.get("why", ""), status=409 if clash else 200,
    )  # fmt: skip
