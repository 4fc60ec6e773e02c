"""Coming in and going out: password, second factor, and nothing that tells who has an account."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import login, logout
from django.contrib.messages import success
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from milepost import clock
from milepost.server.access import Route
from milepost.server.actions import passwords, second_factors
from milepost.server.failures import too_many
from milepost.server.forms.accounts import SecondStep, SignIn
from milepost.server.limits import TRIES, Limit, limited
from milepost.server.models import Member
from milepost.server.web.page import page

BY_ADDRESS = Limit("sign-in by address", 30, 900)
BY_ACCOUNT = Limit("sign-in by account", 10, 900)
CODES = Limit("codes by account", 10, 900)
# What a session holds between the password and the code, and how long.
_HALF_IN = "half_in"
_HALF_LASTS = timedelta(minutes=10)
_WRONG = gettext_lazy("Address and password do not fit together, or the account is not active.")


@never_cache
@limited(BY_ADDRESS)
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Address and password."""
    after = own_path(request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(after)
    form = SignIn(request.POST or None)
    if not form.is_valid():
        return _ask(request, form)
    email, password = form.cleaned_data["email"], form.cleaned_data["password"]
    if wait := TRIES.wait(BY_ACCOUNT, email):
        return too_many(request, wait)
    member = passwords.who(email, password)
    if member is None:
        form.add_error(None, str(_WRONG))
        return _ask(request, form)
    TRIES.forget(BY_ACCOUNT, email)
    return _half_in(request, member, after) if member.totp_secret else _in(request, member, after)


@never_cache
@limited(BY_ADDRESS)
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponseBase:
    """The code, from whoever gave the right password in the same session just now."""
    member = _known_half(request)
    if member is None:
        return redirect("sign_in")
    form = SecondStep(request.POST or None)
    if form.is_valid():
        if wait := TRIES.wait(CODES, str(member.pk)):
            return too_many(request, wait)
        if second_factors.use_code(member, form.cleaned_data["code"]):
            TRIES.forget(CODES, str(member.pk))
            return _in(request, member, own_path(request.session[_HALF_IN]["after"]))
        form.add_error("code", _("This code does not fit, or was used. Type the next one."))
    return page(request, "web/second_step.html", title=_("Second factor"), here="", form=form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """End this session."""
    logout(request)
    success(request, _("You are signed out."))
    return redirect("sign_in")


def own_path(wanted: str) -> str:
    """A path of this server to go on to; the first page for anything else.

    >>> own_path("/people?q=a"), own_path("//evil.example"), own_path("https://evil.example/")
    ('/people?q=a', '/', '/')
    """
    # Two slashes begin the name of a host, and browsers read a backslash as a slash.
    within = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    own = within and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if own else "/"


def _ask(request: HttpRequest, form: SignIn) -> HttpResponse:
    return page(request, "web/sign_in.html", title=_("Sign in"), here="", form=form)


def _in(request: HttpRequest, member: Member, after: str) -> HttpResponseBase:
    login(request, member)
    request.session.pop(_HALF_IN, None)
    return redirect(after)


def _half_in(request: HttpRequest, member: Member, after: str) -> HttpResponseBase:
    request.session.cycle_key()
    request.session[_HALF_IN] = {
        "member": member.pk,
        # The code is asked of the credentials that the password opened, not of later ones.
        "hash": member.get_session_auth_hash(),
        "until": (clock.now() + _HALF_LASTS).timestamp(),
        "after": after,
    }
    return redirect("second_step")


def _known_half(request: HttpRequest) -> Member | None:
    half = request.session.get(_HALF_IN)
    if half is None or clock.now().timestamp() > half["until"]:
        return None
    member = Member.objects.filter(pk=half["member"], active=True).first()
    if member is None or not constant_time_compare(half["hash"], member.get_session_auth_hash()):
        return None
    return member


ROUTES = (
    Route("sign-in", sign_in, "sign_in", None),
    Route("sign-in/code", second_step, "second_step", None),
    Route("sign-out", sign_out, "sign_out", None),
)
