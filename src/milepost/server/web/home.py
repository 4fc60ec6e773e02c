"""The first page after signing in: what waits to be done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from milepost.server.access import Route
from milepost.server.web.page import page


def home(request: HttpRequest) -> HttpResponse:
    """Where one begins."""
    return page(request, "web/home.html", title="Home", here="home")


ROUTES = (Route("", home, "home", "see"),)
