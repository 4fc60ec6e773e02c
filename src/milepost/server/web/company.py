"""The settings page: the company's own, and what the host set."""

from __future__ import annotations

from typing import cast

from django.conf import settings as django_settings
from django.contrib.messages import success
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from milepost.server.access import Route
from milepost.server.actions.company import change_company
from milepost.server.forms.company import Settings
from milepost.server.models import Company, Member
from milepost.server.queries.hosting import in_force
from milepost.server.web.page import page


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponseBase:
    """Change the company's row; the host's settings are shown only."""
    form = Settings(request.POST or None, company=Company.load())
    if form.is_valid():
        change_company(form.values(), by=cast(Member, request.user))
        success(request, _("The settings are saved."))
        return redirect("settings")
    return page(
        request,
        "web/settings.html",
        title=_("Settings"),
        here="settings",
        form=form,
        hosting=in_force(django_settings.MILEPOST),
    )


ROUTES = (Route("settings", settings, "settings", "settings"),)
