"""People: found, looked at, added, changed, and no longer asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.contrib.messages import success
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from milepost.server.access import Route
from milepost.server.actions import people as actions
from milepost.server.actions.subscribing import resume, stop
from milepost.server.forms.people import PersonForm, ReasonForm, initial_of
from milepost.server.importing.values import region_of
from milepost.server.models import Company, Member, Person
from milepost.server.models.people import STATUSES
from milepost.server.queries import people as queries
from milepost.server.web.page import page

_LONGEST_SEARCH = 200
_HERE = "people"


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, or who is searched for."""
    text = request.GET.get("q", "")[:_LONGEST_SEARCH].strip()
    status, test = request.GET.get("status", ""), request.GET.get("test") == "on"
    if text:
        found = queries.search(text, region=region_of(Company.load().time_zone))
        total = None
    else:
        before = request.GET.get("before", "")
        found = queries.listed(status=status, test=test, before=_whole(before))
        total = queries.count(status=status, test=test)
    return page(
        request, "web/people.html", title=_("People"), here=_HERE, text=text, chosen=status, test=test,
        found=found, total=total, most=queries.COUNTED, statuses=STATUSES,
    )  # fmt: skip


@require_GET
def person(request: HttpRequest, key: UUID) -> HttpResponse:
    """One person: who they are, whether they are asked, and what happened."""
    found = get_object_or_404(Person, key=key)
    return page(
        request, "web/person.html", title=str(found), here=_HERE, person=found,
        story=queries.story(found), reason=ReasonForm(), most=queries.STORY,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponseBase:
    """Add somebody."""
    form = _form(request)
    if form.is_valid() and (made := _saved(form, lambda: actions.add(form.columns, _by(request)))):
        success(request, _("%(person)s is added.") % {"person": made})
        return redirect("person", made.key)
    return page(request, "web/person_form.html", title=_("Add a person"), here=_HERE, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Change what is known of somebody."""
    found = get_object_or_404(Person.objects.present(), key=key)
    form = _form(request, found)

    def change() -> Person:
        actions.edit(found, form.columns, _by(request))
        return found

    if form.is_valid() and _saved(form, change):
        success(request, _("%(person)s is changed.") % {"person": found})
        return redirect("person", key)
    return page(
        request, "web/person_form.html", title=_("Edit %(title)s") % {"title": initial_of(found)["name"] or _("person")},
        here=_HERE, form=form, person=found,
    )  # fmt: skip


@require_POST
def unsubscribe(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Ask somebody no more."""
    return _stated(
        request,
        key,
        lambda one, why: stop(one, "unsubscribed", why, _by(request)),
        gettext_noop("%(person)s is not asked any more."),
    )


@require_POST
def resubscribe(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Ask somebody again."""
    return _stated(
        request,
        key,
        lambda one, why: resume(one, why, _by(request)),
        gettext_noop("%(person)s may be asked again."),
    )


@require_POST
def test(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Mark somebody as a test person, or unmark."""
    found = get_object_or_404(Person.objects.present(), key=key)
    actions.mark_test(found, not found.test, _by(request))
    said = _("%(person)s is a test person now.") if found.test else _("%(person)s is counted now.")
    success(request, said % {"person": found})
    return redirect("person", key)


def _stated(
    request: HttpRequest, key: UUID, act: Callable[[Person, str], None], words: str
) -> HttpResponseBase:
    """Do what takes a reason, or show the person again with what is wrong about it."""
    found = get_object_or_404(Person.objects.present(), key=key)
    form = ReasonForm(request.POST)
    if form.is_valid():
        act(found, form.cleaned_data["reason"])
        success(request, _(words) % {"person": found})
        return redirect("person", key)
    return page(
        request, "web/person.html", title=str(found), here=_HERE, status=400, person=found,
        story=queries.story(found), reason=form, most=queries.STORY,
    )  # fmt: skip


def _form(request: HttpRequest, person: Person | None = None) -> PersonForm:
    zone = Company.load().time_zone
    return PersonForm(
        request.POST or None, region=region_of(zone), time_zone=zone,
        initial=initial_of(person) if person else None,
    )  # fmt: skip


def _saved(form: PersonForm, save: Callable[[], Person]) -> Person | None:
    try:
        return save()
    except actions.TakenError as wrong:
        form.add_error(wrong.column, f"{wrong}."[:1].upper() + f"{wrong}."[1:])
        return None


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _by(request: HttpRequest) -> Member:
    return cast(Member, request.user)


ROUTES = (
    Route("people", people, "people", "people"),
    Route("people/new", add, "add_person", "people"),
    Route("people/<uuid:key>", person, "person", "people"),
    Route("people/<uuid:key>/edit", edit, "edit_person", "people"),
    Route("people/<uuid:key>/unsubscribe", unsubscribe, "unsubscribe_person", "people"),
    Route("people/<uuid:key>/resubscribe", resubscribe, "resubscribe_person", "people"),
    Route("people/<uuid:key>/test", test, "test_person", "people"),
)
