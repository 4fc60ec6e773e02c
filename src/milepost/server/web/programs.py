"""Programs: the list, one program and its decisions, started and paused."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import error, success
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from milepost.plan.calendar import WEEKDAYS
from milepost.programs.deciding.errors import ProgramError
from milepost.programs.deciding.program import After
from milepost.programs.deciding.program import Program as Rule
from milepost.server.access import Route
from milepost.server.actions import programs as actions
from milepost.server.forms.program_sheet import shown
from milepost.server.models import Company, Program
from milepost.server.queries import programs as queries
from milepost.server.queries.rules import program_of, zone_of
from milepost.server.templatetags.telling import count
from milepost.server.web.page import page
from milepost.server.web.telling import by, region, sought, told

HERE = "programs"
# As a page says them; the form's words also tell how to type a value.
_COMPARISONS = {
    "equals": gettext_lazy("is"), "not": gettext_lazy("is not"),
    "one_of": gettext_lazy("is one of"), "greater": gettext_lazy("is greater than"),
    "less": gettext_lazy("is less than"), "present": gettext_lazy("is known:"),
}  # fmt: skip


@require_GET
def programs(request: HttpRequest) -> HttpResponse:
    """Every program with what came of it."""
    return page(
        request, "web/programs/list.html", title=_("Programs"), here=HERE, lines=queries.lines(),
        rate_days=queries.RATE_DAYS,
    )  # fmt: skip


@require_GET
def program(request: HttpRequest, name: str) -> HttpResponse:
    """One program: its rule, what is planned, what was decided."""
    found = get_object_or_404(Program.objects.select_related("survey__current"), name=name)
    rule, broken = _rule(found)
    company = Company.load()
    return page(
        request, "web/programs/program.html", title=found.title, here=HERE, program=found,
        rule=rule, broken=broken, line=queries.line(found), reasons=queries.by_reason(found),
        planned=queries.planned_by_day(found, zone_of(company)), rate_days=queries.RATE_DAYS,
        ahead_days=queries.AHEAD_DAYS, **(_in_words(rule) if rule else {}),
    )  # fmt: skip


@require_GET
def decisions(request: HttpRequest, name: str) -> HttpResponse:
    """Who was decided how by one program, and what is ahead of one of them."""
    found = get_object_or_404(Program.objects.select_related("survey"), name=name)
    text, reason = sought(request), request.GET.get("reason", "")
    shown = queries.decisions(
        found, text=text, reason=reason, region=region(),
        before=request.GET.get("before", ""),
    )  # fmt: skip
    return page(
        request, "web/programs/decisions.html", title=_("Decisions of %(title)s") % {"title": found.title}, here=HERE,
        program=found, text=text, reason=reason, reasons=queries.REASON_WORDS,
        decisions=told(shown.decisions), after=shown.after,
    )  # fmt: skip


@require_POST
def switch(request: HttpRequest, name: str) -> HttpResponseBase:
    """Start a program, or pause it."""
    found = get_object_or_404(Program, name=name)
    on = request.POST.get("active") == "on"
    try:
        actions.switch(found, on, by=by(request))
    except actions.ProgramStateError as wrong:
        error(request, f"{wrong}.")
    else:
        said = (
            _("%(title)s asks from now on.")
            if on
            else _("%(title)s is paused; what was planned waits.")
        )
        success(request, said % {"title": found.title})
    return redirect("program", name)


def _rule(found: Program) -> tuple[Rule | None, tuple[str, ...]]:
    try:
        return program_of(found), ()
    except ProgramError as wrong:
        return None, wrong.mistakes


def _in_words(rule: Rule) -> dict[str, Any]:
    """What of a rule takes more than its own words: hours, wait, share."""
    hours = [
        _("%(days)s, %(opens)s to %(closes)s")
        % {
            "days": " ".join(_(WEEKDAYS[day][:3].title()) for day in each.weekdays),
            "opens": _clock(each.opens),
            "closes": _clock(each.closes),
        }
        for each in rule.open_hours.hours
    ]
    stated = rule.segment.conditions if rule.segment else ()
    conditions = [
        (each.attribute, _COMPARISONS[each.operator], shown(each.stated)) for each in stated
    ]
    return {
        "conditions": conditions,
        "hours": hours,
        "share": f"{rule.sample * 100:.4g} %",
        "waits": _wait(rule),
    }


def _wait(rule: Rule) -> str:
    if not isinstance(rule.when, After):
        return ""
    minutes = int(rule.when.wait.total_seconds()) // 60
    if minutes and not minutes % 1440:
        many = minutes // 1440
        return ngettext("%(count)s day", "%(count)s days", many) % {"count": count(many)}
    if minutes and not minutes % 60:
        many = minutes // 60
        return ngettext("%(count)s hour", "%(count)s hours", many) % {"count": count(many)}
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": count(minutes)}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


ROUTES = (
    Route("programs", programs, "programs", "see"),
    Route("programs/<slug:name>", program, "program", "see"),
    Route("programs/<slug:name>/decisions", decisions, "decisions", "people"),
    Route("programs/<slug:name>/state", switch, "switch_program", "ask"),
)
