"""Pages that a link in a mail opens: accepting an invitation, setting a new password."""

from __future__ import annotations

from django.contrib.auth import login
from django.contrib.messages import success
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from milepost.server.access import Route
from milepost.server.actions import enrolments, passwords
from milepost.server.failures import too_many
from milepost.server.forms.accounts import AskReset, Enrol, EnrolFirst, NewPassword
from milepost.server.limits import TRIES, Limit, limited
from milepost.server.models import Enrolment, Member
from milepost.server.web.page import page

BY_ADDRESS = Limit("links by address", 30, 900)
RESETS = Limit("resets by address", 10, 3600)
RESETS_OF_ACCOUNT = Limit("resets by account", 3, 3600)
_READS = ["GET", "HEAD", "POST"]


@never_cache
@limited(BY_ADDRESS, methods=("GET", "HEAD", "POST"))
@require_http_methods(_READS)
def enrol(request: HttpRequest, token: str) -> HttpResponseBase:
    """Accept an invitation: a name and a password, and one is in."""
    enrolment = enrolments.open_enrolment(token)
    if enrolment is None:
        return _ended(request, _("This invitation was used, taken back, or is too old."))
    form = _enrol_form(request, enrolment)
    if form.is_valid():
        given = form.cleaned_data
        try:
            member = enrolments.accept(
                token,
                email=given.get("email", ""),
                name=given["name"],
                password=given["password"],
            )
        except enrolments.EnrolmentError:
            return _ended(request, _("This invitation was used, taken back, or is too old."))
        login(request, member)
        return redirect("home")
    return page(
        request, "web/enrol.html", title=_("Welcome to Milepost"), here="", form=form, to=enrolment
    )


@never_cache
@limited(RESETS)
@require_http_methods(_READS)
def ask_reset(request: HttpRequest) -> HttpResponseBase:
    """Have a link sent that sets a new password; the answer is the same for every address."""
    form = AskReset(request.POST or None)
    if not form.is_valid():
        return page(
            request, "web/ask_reset.html", title=_("Forgotten password"), here="", form=form
        )
    email = form.cleaned_data["email"]
    if wait := TRIES.wait(RESETS_OF_ACCOUNT, email):
        return too_many(request, wait)
    passwords.ask_reset(email)
    return page(request, "web/reset_sent.html", title=_("Look into your mailbox"), here="")


@never_cache
@limited(BY_ADDRESS, methods=("GET", "HEAD", "POST"))
@require_http_methods(_READS)
def reset_password(request: HttpRequest, pk: int, token: str) -> HttpResponseBase:
    """Set a new password by a link; one signs in with it afterwards, second factor and all."""
    member = passwords.reset_of(pk, token)
    if member is None:
        return _ended(request, _("This link was used or is older than an hour."))
    form = NewPassword(request.POST or None, member=member)
    if form.is_valid():
        if not passwords.reset(pk, token, password=form.cleaned_data["password"]):
            return _ended(request, _("This link was used or is older than an hour."))
        success(request, _("The new password is set. Every session has ended; sign in with it."))
        return redirect("sign_in")
    return page(request, "web/reset_password.html", title=_("New password"), here="", form=form)


def _enrol_form(request: HttpRequest, enrolment: Enrolment) -> Enrol:
    form = Enrol if enrolment.email else EnrolFirst
    return form(request.POST or None, member=Member(email=enrolment.email))


def _ended(request: HttpRequest, why: str) -> HttpResponse:
    return page(
        request,
        "web/ended.html",
        title=_("This link no longer works"),
        here="",
        why=why,
        status=404,
    )


ROUTES = (
    Route("enrol/<str:token>", enrol, "enrol", None),
    Route("reset", ask_reset, "ask_reset", None),
    Route("reset/<int:pk>/<str:token>", reset_password, "reset_password", None),
)
