"""One page of the site: its template with the navigation that the member's rights allow."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from milepost.server.access import Right, rights
from milepost.server.models import Company

# Address name, words, and the right without which it is not shown.
NAVIGATION: tuple[tuple[str, str, Right], ...] = (
    ("home", "Home", "see"),
    ("responses", "Responses", "see"),
    ("people", "People", "people"),
    ("surveys", "Surveys", "see"),
    ("programs", "Programs", "see"),
    ("invitations", "Invitations", "people"),
    ("settings", "Settings", "settings"),
    ("members", "Members", "members"),
)


def page(
    request: HttpRequest, template: str, *, title: str, here: str, status: int = 200, **context: Any
) -> HttpResponse:
    """Render a page. `here` is the navigation entry it belongs to."""
    allowed = rights(request.user)
    shell = {
        "title": title,
        "here": here,
        "can": allowed,
        "company": Company.load(),
        "navigation": [(name, words) for name, words, right in NAVIGATION if allowed[right]],
    }
    return render(request, template, {**shell, **context}, status=status)
