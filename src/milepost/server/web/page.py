"""One page of the site: its template with the navigation that the member's rights allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from milepost.server.access import Right, rights
from milepost.server.forms.lens import Lens
from milepost.server.models import Company

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

# Address name, words, and the right without which it is not shown.
NAVIGATION: tuple[tuple[str, StrPromise, Right], ...] = (
    ("home", _("Home"), "see"),
    ("metrics_list", _("Metrics"), "see"),
    ("compare", _("Compare"), "see"),
    ("responses", _("Responses"), "see"),
    ("people", _("People"), "people"),
    ("surveys", _("Surveys"), "see"),
    ("programs", _("Programs"), "see"),
    ("invitations", _("Invitations"), "people"),
    ("digests", _("Digests"), "see"),
    ("data", _("Data"), "see"),
    ("plan", _("Plan"), "see"),
    ("settings", _("Settings"), "settings"),
    ("members", _("Members"), "members"),
)


def page(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    here: str,
    status: int = 200,
    lens: Lens | None = None,
    **context: Any,
) -> HttpResponse:
    """Render a page. `here` is the navigation entry it belongs to; the navigation keeps the lens."""
    allowed = rights(request.user)
    shell = {
        "title": title,
        "here": here,
        "can": allowed,
        "company": Company.load(),
        "lens": lens,
        "navigation": [(name, words) for name, words, right in NAVIGATION if allowed[right]],
    }
    return render(request, template, {**shell, **context}, status=status)
