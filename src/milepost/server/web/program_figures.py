"""The figures of programs: what came of asking in a period, over time, by group; what is coming, and why not."""

from __future__ import annotations

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
from milepost.server.queries.asking_groups import least
from milepost.server.queries.asking_look import Asked, Look, look, look_at_all
from milepost.server.queries.asking_look import prospect as look_ahead
from milepost.server.queries.coming import DAYS
from milepost.server.queries.owners import touchpoints
from milepost.server.queries.program_figures import GROWING_DAYS
from milepost.server.queries.rules import zone_of
from milepost.server.queries.scopes import Scope
from milepost.server.queries.what_if import Preview
from milepost.server.web.figure_words import bar, lines, top_of
from milepost.server.web.page import page

HERE = "programs"


@require_GET
def figures(request: HttpRequest, name: str) -> HttpResponse:
    """What came of one program's asking."""
    found = get_object_or_404(Program.objects.select_related("survey"), name=name)
    form, asked = _asked(request, found)
    told = look(asked)
    return page(
        request, "web/programs/figures.html", title=_("Figures of %(program)s") % {"program": found},
        program=found, lines=lines(told.steps, kind=found.kind),
        reasons=programs_queries.by_reason(found), considered=sum(found.counts.values()),
        **_shown(form, asked, told),
    )  # fmt: skip


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What came of all programs' asking, side by side."""
    form, asked = _asked(request, None)
    found = list(Program.objects.order_by("title", "pk"))
    told = look_at_all(asked, found)
    top = top_of([one.tally.response for one in told.each.values()])
    sources: list[Program | None] = [*found, *([None] if told.each[None].planned else [])]
    ways = [(one, told.each[one.pk if one else None]) for one in sources]
    rows = [(one, way, bar(way.tally.response, top)) for one, way in ways]
    return page(
        request, "web/programs/all_figures.html", title=_("Figures of all programs"), rows=rows, top=top,
        lines=lines(told.steps), **_shown(form, asked, told),
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
        return look_ahead(program.document, program), ()
    except ProgramError as wrong:
        return None, wrong.mistakes


def _asked(request: HttpRequest, program: Program | None) -> tuple[AskingPeriod, Asked]:
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
    return form, Asked(scope, form.grouped, today, least())


def _shown(form: AskingPeriod, asked: Asked, told: Look) -> dict[str, Any]:
    """What both pages of figures show; what came of a few people's asking is not."""
    tally, scope = told.steps.tally, asked.scope
    hidden = scope.narrowed and tally.sent < asked.fewest
    return {
        "here": HERE, "form": form, "lens": form.lens, "scope": scope, "fewest": asked.fewest,
        "hidden": hidden, "told": told, "tally": tally, "growing_days": GROWING_DAYS, "days": DAYS,
        "coming": told.coming, "waits": any(each.all for each in told.coming),
        **({} if hidden else _bars(told)),
    }  # fmt: skip


def _bars(told: Look) -> dict[str, Any]:
    """The course and the groups, each with its bar; each list on one scale."""
    top = top_of([each.tally.response for each in told.course])
    group_top = top_of([each.share for each in told.groups])
    return {
        "way": [(each, bar(each.tally.response, top)) for each in told.course],
        "way_top": top,
        "groups": [(each, bar(each.share, group_top)) for each in told.groups],
        "group_top": group_top,
    }


ROUTES = (
    # Three parts, so that no program's name can stand in its place.
    Route("programs/figures/all", overview, "all_figures", "see"),
    Route("programs/<slug:name>/figures", figures, "program_figures", "see"),
    Route("programs/<slug:name>/ahead", ahead, "program_ahead", "see"),
)
