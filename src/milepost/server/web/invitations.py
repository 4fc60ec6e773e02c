"""Invitations: found, looked at, closed; and why a person is or is not asked, over all programs."""

from __future__ import annotations

from uuid import UUID

from django.contrib.messages import error, success
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from milepost.server.access import Route
from milepost.server.actions.closing import CloseError, close
from milepost.server.forms.filters import InvitationFilters
from milepost.server.models import Company, Invitation, Person
from milepost.server.queries import invitations as queries
from milepost.server.queries import people
from milepost.server.queries.paging import counted, many
from milepost.server.queries.programs import ahead_of, of_person
from milepost.server.queries.rules import zone_of
from milepost.server.web.page import page
from milepost.server.web.telling import by, region, sought, told

HERE = "invitations"


@require_GET
def invitations(request: HttpRequest) -> HttpResponse:
    """Who was or will be asked, the latest first."""
    filters = InvitationFilters(request.GET)
    found = queries.invitations(filters.wanted, zone=zone_of(Company.load()), region=region())
    listed = queries.listed(found, before=queries.place(request.GET.get("before", "")))
    return page(
        request, "web/invitations/list.html", title=_("Invitations"), here=HERE, filters=filters,
        listed=listed, total=many(counted(found)),
    )  # fmt: skip


@require_GET
def invitation(request: HttpRequest, key: UUID) -> HttpResponse:
    """One asking: its messages, what it was about, what came back."""
    rows = Invitation.objects.select_related("person", "program", "survey", "version", "event")
    found = get_object_or_404(rows, key=key)
    return page(
        request, "web/invitations/invitation.html", title=_("Invitation of %(person)s") % {"person": found.person},
        here=HERE, invitation=found, answer=queries.answer(found),
        sendings=found.messages.order_by("ordinal"), open=found.state in ("planned", "sent"),
    )  # fmt: skip


@require_POST
def shut(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Close an invitation by hand."""
    found = get_object_or_404(Invitation, key=key)
    try:
        close(found, by=by(request))
    except CloseError as wrong:
        error(request, f"{wrong}."[:1].upper() + f"{wrong}."[1:])
    else:
        success(request, _("The invitation is closed: nothing more of it is sent."))
    return redirect("invitation", key)


@require_GET
def why(request: HttpRequest) -> HttpResponseBase:
    """Find the person whose decisions are looked for."""
    text = sought(request)
    found = people.search(text, region=region()) if text else None
    if found and len(found.people) == 1:
        return redirect("why_not", found.people[0].key)
    return page(
        request, "web/invitations/why.html", title=_("Why not?"), here=HERE, text=text, found=found
    )


@require_GET
def why_not(request: HttpRequest, key: UUID) -> HttpResponse:
    """Every program's decision about one person, and what is ahead of them."""
    found = get_object_or_404(Person, key=key)
    return page(
        request, "web/invitations/why_not.html", title=_("Why and why not: %(person)s") % {"person": found}, here=HERE,
        person=found, ahead=ahead_of(found),
        programs=[(program, told(rows)) for program, rows in of_person(found)],
    )  # fmt: skip


ROUTES = (
    Route("invitations", invitations, "invitations", "people"),
    Route("invitations/why", why, "why", "people"),
    Route("invitations/why/<uuid:key>", why_not, "why_not", "people"),
    Route("invitations/<uuid:key>", invitation, "invitation", "people"),
    Route("invitations/<uuid:key>/close", shut, "close_invitation", "ask"),
)
