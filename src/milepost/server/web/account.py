"""One's own account: name, password, second factor and its recovery codes."""

from __future__ import annotations

from typing import Any, cast

import segno
from django import forms
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.messages import error, success
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from milepost.server.access import Route
from milepost.server.actions import members, passwords, second_factors
from milepost.server.failures import too_many
from milepost.server.forms.accounts import (
    ChangePassword,
    Language,
    Name,
    OwnPassword,
    SwitchOff,
    SwitchOn,
)
from milepost.server.limits import TRIES, Limit
from milepost.server.models import Member
from milepost.server.web.page import page

# Whoever holds a stolen session must not find out the password by trying.
PROOFS = Limit("proofs by account", 10, 900)
_READS = ["GET", "HEAD", "POST"]


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What the account has."""
    return page(
        request,
        "web/account.html",
        title=_("Your account"),
        here="account",
        codes_left=_member(request).recovery_codes.count(),
        language=dict(settings.LANGUAGES).get(_member(request).locale, ""),
    )


@require_http_methods(_READS)
def change_name(request: HttpRequest) -> HttpResponseBase:
    """Change one's name."""
    member = _member(request)
    form = Name(request.POST or None, initial={"name": member.name})
    if form.is_valid():
        members.rename(member, name=form.cleaned_data["name"])
        success(request, _("Your name is changed."))
        return redirect("account")
    return _form(request, form, title=_("Your name"), button=_("Save"))


@require_http_methods(_READS)
def change_language(request: HttpRequest) -> HttpResponseBase:
    """Choose the language of one's pages."""
    member = _member(request)
    form = Language(request.POST or None, initial={"locale": member.locale})
    if request.method == "POST" and form.is_valid():
        members.speak(member, locale=form.cleaned_data["locale"])
        # What is said now is read on the next page, which is in the new language.
        with override(member.locale or get_language_from_request(request)):
            success(request, _("Your language is changed."))
        return redirect("account")
    return _form(request, form, title=_("Your language"), button=_("Save"))


@require_http_methods(_READS)
def change_password(request: HttpRequest) -> HttpResponseBase:
    """Change the password: other sessions end, this one goes on."""
    if wait := _proving(request):
        return too_many(request, wait)
    member = _member(request)
    form = ChangePassword(request.POST or None, member=member)
    if form.is_valid():
        passwords.change_password(member, password=form.cleaned_data["password"])
        _renew(request, member)
        success(request, _("Your password is changed. Your other sessions have ended."))
        return redirect("account")
    return _form(request, form, title=_("Change your password"), button=_("Change the password"))


@require_http_methods(_READS)
def switch_on(request: HttpRequest) -> HttpResponseBase:
    """Set up the second factor: a QR code, and the first code that proves it was read."""
    if wait := _proving(request):
        return too_many(request, wait)
    member = _member(request)
    if member.totp_secret:
        error(request, _("The second factor is on already."))
        return redirect("account")
    form = SwitchOn(request.POST or None, member=member)
    if form.is_valid() and (codes := _switched_on(member, form)):
        _renew(request, member)
        return _tell(request, codes)
    return _offer(request, member, form)


@require_http_methods(_READS)
def switch_off(request: HttpRequest) -> HttpResponseBase:
    """Do without the second factor; takes the password and a code."""
    if wait := _proving(request):
        return too_many(request, wait)
    member = _member(request)
    form = SwitchOff(request.POST or None, member=member)
    if form.is_valid():
        if second_factors.use_code(member, form.cleaned_data["code"]):
            second_factors.switch_off(member, by=member)
            _renew(request, member)
            success(request, _("The second factor is off. Your other sessions have ended."))
            return redirect("account")
        form.add_error("code", _("This code does not fit, or was used. Type the next one."))
    return _form(request, form, title=_("Switch off the second factor"), button=_("Switch it off"))


@require_http_methods(_READS)
def recovery_codes(request: HttpRequest) -> HttpResponseBase:
    """New recovery codes in place of the old ones; takes the password."""
    if wait := _proving(request):
        return too_many(request, wait)
    member = _member(request)
    if not member.totp_secret:
        return redirect("account")
    form = OwnPassword(request.POST or None, member=member)
    if form.is_valid():
        return _tell(request, second_factors.renew_codes(member))
    return _form(request, form, title=_("New recovery codes"), button=_("Make new codes"))


def _member(request: HttpRequest) -> Member:
    return cast(Member, request.user)


def _proving(request: HttpRequest) -> int:
    return TRIES.wait(PROOFS, str(request.user.pk)) if request.method == "POST" else 0


def _renew(request: HttpRequest, member: Member) -> None:
    update_session_auth_hash(request, member)


def _form(request: HttpRequest, form: forms.Form, **context: Any) -> HttpResponse:
    return page(request, "web/account_form.html", here="account", form=form, **context)


def _switched_on(member: Member, form: SwitchOn) -> tuple[str, ...]:
    """The recovery codes, or none and the reason in the form."""
    given = form.cleaned_data
    secret = second_factors.secret_of(given["offered"], member)
    if secret is None:
        form.add_error(None, _("This page was open for too long. Scan the new code."))
        return ()
    try:
        return second_factors.switch_on(member, secret=secret, code=given["code"])
    except second_factors.SecondFactorError as wrong:
        form.add_error("code", str(wrong))
        return ()


def _offer(request: HttpRequest, member: Member, form: SwitchOn) -> HttpResponse:
    """The QR code of the secret that the page carries; of a new one where it carries none."""
    offered = request.POST.get("offered", "")
    if second_factors.secret_of(offered, member) is None:
        offered = second_factors.offer(member)
    secret = second_factors.secret_of(offered, member) or ""
    code = segno.make(second_factors.enrolment_address(member, secret))
    return page(
        request,
        "web/second_factor.html",
        title=_("Set up the second factor"),
        here="account",
        form=form,
        offered=offered,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        picture=code.svg_data_uri(scale=4, dark="#000", light="#fff"),
    )


def _tell(request: HttpRequest, codes: tuple[str, ...]) -> HttpResponse:
    return page(
        request, "web/recovery_codes.html", title=_("Recovery codes"), here="account", codes=codes
    )


ROUTES = (
    Route("account", account, "account", "see"),
    Route("account/name", change_name, "change_name", "see"),
    Route("account/language", change_language, "change_language", "see"),
    Route("account/password", change_password, "change_password", "see"),
    Route("account/second-factor", switch_on, "switch_on_second_factor", "see"),
    Route("account/second-factor/off", switch_off, "switch_off_second_factor", "see"),
    Route("account/recovery-codes", recovery_codes, "recovery_codes", "see"),
)
