"""Saved views: save the page one looks at with its filters, and let go of one."""

from __future__ import annotations

from django.contrib.messages import error, success
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from milepost.server.access import Route
from milepost.server.actions import views as actions
from milepost.server.forms.views import ViewForm
from milepost.server.models import View
from milepost.server.web.telling import by


@require_POST
def save(request: HttpRequest) -> HttpResponseBase:
    """Save a page with its filters."""
    form = ViewForm(request.POST)
    if not form.is_valid():
        error(request, str(next(iter(form.errors.values()))[0]))
        return redirect("home")
    path, query = form.cleaned_data["address"]
    view = actions.save(by(request), title=form.cleaned_data["title"], path=path, query=query)
    if view is None:
        error(request, _("You have saved as many views as there can be; delete one first."))
        return redirect("home")
    success(request, _("The view is saved; it is on your first page."))
    return redirect(view.address)


@require_POST
def forget(request: HttpRequest, number: int) -> HttpResponseBase:
    """Delete one of one's own views."""
    actions.forget(get_object_or_404(View, pk=number, member=by(request)), by(request))
    return redirect("home")


ROUTES = (
    Route("views", save, "save_view", "see"),
    Route("views/<int:number>/delete", forget, "forget_view", "see"),
)
