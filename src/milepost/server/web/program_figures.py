"""The figures of programs: what came of asking in a period, over time, by group; what is coming, and why not."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from milepost import clock
from milepost.programs.deciding.errors import ProgramError
from milepost.server.access import Route
from milepost.server.forms.asking_period import AskingPeriod
from milepost.server.models import Company, Program
from milepost.server.queries import programs as programs_queries
from milepost.server.queries.asking_groups import groups, least
from milepost.server.queries.coming import DAYS, coming
from milepost.server.queries.owners import touchpoints
from milepost.server.queries.program_figures import (
    GROWING_DAYS,
    Counted,
    all_steps,
    counted,
    course,
    steps,
    together,
)
from milepost.server.queries.rules import zone_of
from milepost.server.queries.scopes import Scope
from milepost.server.queries.what_if import Preview, preview
from milepost.server.web.figure_words import bar, lines, top_of
from milepost.server.web.page import page

HERE = "programs"


@require_GET
def figures(request: HttpRequest, name: str) -> HttpResponse:
    """What came of one program's asking."""
    found = get_object_or_404(Program.objects.select_related("survey"), name=name)
    form, scope, today = _asked(request, found)
    fewest = least()
    sent = counted(scope, form.grouped)
    tally = sent.all
    hidden = scope.narrowed and tally.sent < fewest
    told = {} if hidden else _told(sent, today, fewest)
    return page(
        request, "web/programs/figures.html", title=_("Figures of %(program)s") % {"program": found},
        here=HERE, lens=form.lens, program=found, form=form, scope=scope, fewest=fewest,
        hidden=hidden, lines=lines(steps(found, scope, tally), kind=found.kind), tally=tally,
        growing_days=GROWING_DAYS, reasons=programs_queries.by_reason(found),
        considered=sum(found.counts.values()), **_coming(scope, found), **told,
    )  # fmt: skip


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What came of all programs' asking, side by side."""
    form, scope, today = _asked(request, None)
    found = list(Program.objects.order_by("title", "pk"))
    sent = counted(scope, form.grouped)
    each = all_steps(found, scope, sent.by_program)
    everything = together(each.values())
    fewest = least()
    hidden = scope.narrowed and everything.tally.sent < fewest
    told = {} if hidden else _told(sent, today, fewest)
    top = top_of([one.tally.response for one in each.values()])
    sources: list[Program | None] = [*found, *([None] if each[None].planned else [])]
    ways = [(one, each[one.pk if one else None]) for one in sources]
    rows = [(one, way, bar(way.tally.response, top)) for one, way in ways]
    return page(
        request, "web/programs/all_figures.html", title=_("Figures of all programs"), here=HERE,
        lens=form.lens, form=form, scope=scope, fewest=fewest, hidden=hidden, rows=rows, top=top,
        lines=lines(everything), tally=everything.tally, growing_days=GROWING_DAYS,
        **_coming(scope), **told,
    )  # fmt: skip


@require_GET
def ahead(request: HttpRequest, name: str) -> HttpResponse:
    """Whom a program as it is would ask in the coming week: looked up, never kept."""
    found = get_object_or_404(Program.objects.select_related("survey__current"), name=name)
    prospect, broken = _prospect(found)
    week = sorted(prospect.outcome.proposed.by_day.items()) if prospect else []
    return page(
        request, "web/programs/ahead.html", title=_("The coming week of %(program)s") % {"program": found},
        here=HERE, program=found, prospect=prospect, broken=broken, week=week,
    )  # fmt: skip


def _prospect(program: Program) -> tuple[Preview | None, tuple[str, ...]]:
    try:
        return preview(program.document, program), ()
    except ProgramError as wrong:
        return None, wrong.mistakes


def _asked(request: HttpRequest, program: Program | None) -> tuple[AskingPeriod, Scope, date]:
    """The form of the address, and what it asks for."""
    zone = zone_of(Company.load())
    today = clock.now().astimezone(zone).date()
    form = AskingPeriod(
        request.GET, today=today, touchpoints=touchpoints(),
        attributes=programs_queries.attribute_names(),
    )  # fmt: skip
    lens = form.lens
    scope = Scope(
        form.span, zone, program, lens.touchpoint, lens.channel, tuple(lens.segments.items())
    )
    return form, scope, today


def _told(sent: Counted, today: date, fewest: int) -> dict[str, Any]:
    """The course and the groups, each with its bar; each list on one scale."""
    way, found = course(sent, today), groups(sent.by_value, least=fewest)
    shares = [each.tally.response for each in way]
    top, group_top = top_of(shares), top_of([each.share for each in found])
    return {
        "way": [(each, bar(each.tally.response, top)) for each in way],
        "way_top": top,
        "groups": [(each, bar(each.share, group_top)) for each in found],
        "group_top": group_top,
    }


def _coming(scope: Scope, program: Program | None = None) -> dict[str, Any]:
    found = coming(scope.zone, program)
    return {"coming": found, "days": DAYS, "waits": any(each.all for each in found)}


ROUTES = (
    # Three parts, so that no program's name can stand in its place.
    Route("programs/figures/all", overview, "all_figures", "see"),
    Route("programs/<slug:name>/figures", figures, "program_figures", "see"),
    Route("programs/<slug:name>/ahead", ahead, "program_ahead", "see"),
)
