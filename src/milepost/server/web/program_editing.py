"""Making and changing a program: two starting points, the form, and what the change would do."""

from __future__ import annotations

from typing import Any

from django.contrib.messages import success
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from milepost import clock
from milepost.programs.deciding.documents import as_data, parse
from milepost.programs.deciding.errors import ProgramError
from milepost.programs.deciding.program import PRIORITY
from milepost.programs.deciding.program import Program as Rule
from milepost.server.access import Route
from milepost.server.actions import programs as actions
from milepost.server.forms.program_sheet import Sheet, initial_of
from milepost.server.models import Company, Program, Survey
from milepost.server.models.surveys import KINDS
from milepost.server.queries import programs as queries
from milepost.server.queries.asking_look import prospect
from milepost.server.queries.numbers import NotYet
from milepost.server.queries.owners import touchpoints
from milepost.server.queries.rules import program_of, zone_of
from milepost.server.web.page import page
from milepost.server.web.programs import HERE
from milepost.server.web.telling import by

_TITLES = {
    "relationship": gettext_lazy("Relationship"),
    "transactional": gettext_lazy("After a contact"),
}
# Twice half-way: an event's moment passes, an interval does not.
_LATER = PRIORITY + 10


@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """Choose one of the starting points."""
    return page(
        request, "web/programs/new.html", title=_("New program"), here=HERE,
        surveys=_surveys().exists(),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The form of a new program with the usual rule of its kind."""
    if kind not in KINDS:
        raise Http404
    surveys = list(_surveys())
    initial, rows = initial_of(parse(_usual(kind, surveys)), str(_TITLES[kind]))
    initial["survey"] = initial["survey"] if surveys else ""
    sheet = _sheet(request, kind, surveys, initial=initial, rows=rows)
    if sheet.is_valid() and sheet.survey and _button(request) == "save":
        title = sheet.form.cleaned_data["title"]
        made = actions.add(title, sheet.survey, sheet.data, by=by(request))
        success(
            request,
            _("%(title)s is saved, and paused. Start it when you are ready.")
            % {"title": made.title},
        )
        return redirect("program", made.name)
    return _page(request, sheet, title=_("New program"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, name: str) -> HttpResponseBase:
    """The form of a program."""
    found = get_object_or_404(Program.objects.select_related("survey"), name=name)
    rule = _rule(found)
    surveys = list(_surveys())
    if found.survey not in surveys:
        surveys.append(found.survey)
    initial, rows = initial_of(rule, found.title)
    sheet = _sheet(request, found.kind, surveys, initial=initial, rows=rows)
    if not (sheet.is_valid(found.name) and sheet.survey) or _button(request) != "save":
        return _page(
            request, sheet, title=_("Edit %(title)s") % {"title": found.title}, program=found
        )
    try:
        actions.change(
            found, sheet.form.cleaned_data["title"], sheet.survey, sheet.data,
            seen=request.POST.get("seen", ""), by=by(request),
        )  # fmt: skip
    except actions.ProgramChangedError:
        found.refresh_from_db()
        return _page(
            request, sheet, title=_("Edit %(title)s") % {"title": found.title}, program=found, status=409,
            clash=_clash(found, sheet),
        )  # fmt: skip
    success(
        request, _("%(title)s is saved. Everybody is decided about anew.") % {"title": found.title}
    )
    return redirect("program", name)


def _page(
    request: HttpRequest,
    sheet: Sheet,
    *,
    title: str,
    program: Program | None = None,
    **context: Any,
) -> HttpResponse:
    asked = _button(request) == "what_if" and not sheet.errors and sheet.program
    fresh = request.method != "POST" or "clash" in context
    stamp = actions.stamp(program) if program else ""
    return page(
        request, "web/programs/edit.html", title=title, here=HERE, sheet=sheet,
        program=program, seen=stamp if fresh else request.POST.get("seen", ""),
        prospect=_prospect(sheet, program) if asked else None,
        touchpoints=list(touchpoints()), events=queries.event_names(),
        attributes=queries.attribute_names(), words=dict(queries.REASON_WORDS), **context,
    )  # fmt: skip


def _rule(found: Program) -> Rule:
    """The rule as it is; the usual one where it cannot be read, to begin anew with."""
    try:
        return program_of(found)
    except ProgramError:
        return parse(_usual(found.kind, [found.survey]))


def _prospect(sheet: Sheet, program: Program | None) -> dict[str, Any] | None:
    """What the page says of a change: the sentence, and both sides by day and by reason."""
    try:
        found = prospect(sheet.data, program)
    except NotYet:
        # What was typed is in the form: it asks again, and nothing of it is lost.
        return {"soon": True}
    except ProgramError as wrong:
        # This one was read already: another program is broken.
        sheet.form.add_error(None, f"{wrong}.")
        return None
    was, would = found.outcome.current, found.outcome.proposed
    codes = sorted({*was.reasons, *would.reasons}, key=lambda code: -would.reasons.get(code, 0))
    return {
        "found": found,
        "days": [(day, was.by_day.get(day, 0), many) for day, many in would.by_day.items()],
        "reasons": [
            (queries.reason_words(code), was.reasons.get(code, 0), would.reasons.get(code, 0))
            for code in codes
        ],
    }


def _clash(stored: Program, sheet: Sheet) -> list[str]:
    """What is otherwise in the stored program than in what was typed."""
    assert sheet.program is not None
    theirs, mine = as_data(program_of(stored)), as_data(sheet.program)
    found = [
        _(key.replace("_", " "))
        for key in theirs
        if key not in ("name", "active") and theirs[key] != mine.get(key)
    ]
    return [_("title"), *found] if stored.title != sheet.form.cleaned_data["title"] else found


def _sheet(request: HttpRequest, kind: str, surveys: list[Survey], **options: Any) -> Sheet:
    posted = request.POST if request.method == "POST" else None
    return Sheet(posted, kind=kind, surveys=surveys, touchpoints=touchpoints(), **options)


def _surveys() -> Any:
    published = Survey.objects.filter(archived=False, current__isnull=False)
    return published.select_related("current").order_by("title", "pk")


def _usual(kind: str, surveys: list[Survey]) -> dict[str, object]:
    """What most programs of a kind are; it starts today, in the company's zone."""
    chosen = surveys[0] if surveys else None
    usual: dict[str, object] = {
        "name": "program", "kind": kind, "survey": chosen.name if chosen else "x",
        "survey_type": "x", "channels": ["email"],
    }  # fmt: skip
    if kind == "relationship":
        today = clock.now().astimezone(zone_of(Company.load())).date()
        return usual | {"starts_on": today.isoformat(), "priority": _LATER}
    return usual | {"event": "delivered", "after_minutes": 60}


def _button(request: HttpRequest) -> str:
    return request.POST.get("do", "save") if request.method == "POST" else ""


ROUTES = (
    Route("programs/new", begin, "new_program", "ask"),
    Route("programs/new/<slug:kind>", add, "add_program", "ask"),
    Route("programs/<slug:name>/edit", edit, "edit_program", "ask"),
)
