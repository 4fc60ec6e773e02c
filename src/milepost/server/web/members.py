"""Who works with Milepost here: inviting, roles, shutting and opening accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib.messages import error, success
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from milepost.errors import MilepostError
from milepost.server.access import Route
from milepost.server.actions import enrolments, second_factors
from milepost.server.actions import members as actions
from milepost.server.forms.members import ROLE_CHOICES, Invite, Role
from milepost.server.models import Member
from milepost.server.queries.members import members as everybody
from milepost.server.queries.members import open_enrolments
from milepost.server.web.page import page


@require_http_methods(["GET", "HEAD", "POST"])
def members(request: HttpRequest) -> HttpResponseBase:
    """Everybody, the open invitations, and the form that invites one more."""
    form = Invite(request.POST or None)
    if form.is_valid() and _invited(request, form):
        return redirect("members")
    return page(
        request,
        "web/members.html",
        title=_("Members"),
        here="members",
        form=form,
        members=everybody(),
        enrolments=open_enrolments(),
        roles=ROLE_CHOICES,
    )


@require_POST
def change_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a member another role."""
    member, form = get_object_or_404(Member, pk=pk), Role(request.POST)
    if not form.is_valid():
        error(request, _("That is no role."))
        return redirect("members")
    role = form.cleaned_data["role"]
    return _done(
        request,
        lambda: actions.change_role(member, role=role, by=_by(request)),
        _("%(member)s is %(role)s now. Their sessions have ended.")
        % {"member": member, "role": _(role)},
    )


@require_POST
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Shut an account."""
    member = get_object_or_404(Member, pk=pk)
    return _done(
        request,
        lambda: actions.deactivate(member, by=_by(request)),
        _("The account of %(member)s is shut. Their sessions have ended.") % {"member": member},
    )


@require_POST
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an account again."""
    member = get_object_or_404(Member, pk=pk)
    return _done(
        request,
        lambda: actions.activate(member, by=_by(request)),
        _("The account of %(member)s is open again.") % {"member": member},
    )


@require_POST
def drop_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a member in without codes, who has lost telephone and recovery codes."""
    member = get_object_or_404(Member.objects.exclude(totp_secret=""), pk=pk)
    return _done(
        request,
        lambda: second_factors.switch_off(member, by=_by(request)),
        _("The second factor of %(member)s is off. Their sessions have ended.")
        % {"member": member},
    )


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    enrolment = get_object_or_404(open_enrolments(), pk=pk)
    return _done(
        request,
        lambda: enrolments.revoke(enrolment, by=_by(request)),
        _("The invitation of %(email)s is taken back.") % {"email": enrolment.email},
    )


def _invited(request: HttpRequest, form: Invite) -> bool:
    email, role = form.cleaned_data["email"], form.cleaned_data["role"]
    try:
        enrolments.invite(email, role=role, by=_by(request))
    except enrolments.EnrolmentError as wrong:
        form.add_error("email", str(wrong))
        return False
    success(request, _("An invitation goes to %(email)s.") % {"email": email})
    return True


def _done(request: HttpRequest, act: Callable[[], None], words: str) -> HttpResponse:
    """Do it and say so, or say why not."""
    try:
        act()
    except MilepostError as wrong:
        error(request, str(wrong))
    else:
        success(request, words)
    return redirect("members")


def _by(request: HttpRequest) -> Member:
    return cast(Member, request.user)


ROUTES = (
    Route("members", members, "members", "members"),
    Route("members/<int:pk>/role", change_role, "change_role", "members"),
    Route("members/<int:pk>/deactivate", deactivate, "deactivate_member", "members"),
    Route("members/<int:pk>/activate", activate, "activate_member", "members"),
    Route(
        "members/<int:pk>/second-factor/off", drop_second_factor, "drop_second_factor", "members"
    ),
    Route("enrolments/<int:pk>/revoke", revoke, "revoke_enrolment", "members"),
)
